package dev.evenkeel.platform.search.embedding.model2vec;

import java.text.Normalizer;
import java.util.function.UnaryOperator;

/**
 * BERT's normalisation (huggingface/tokenizers, normalizers/bert): control characters go, white space becomes a space, each
 * Chinese character stands alone, accents go, capitals become small, in this order.
 */
record BertNormaliser(boolean cleanText, boolean spaceChinese, boolean stripAccents, boolean lowerCase)
        implements UnaryOperator<String> {
    @Override
    public String apply(String text) {
        StringBuilder cleaned = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (cleanText && (c == 0 || c == 0xfffd || isControl(c))) {
                return;
            }
            if (cleanText && Characters.isWhiteSpace(c)) {
                cleaned.append(' ');
            } else if (spaceChinese && isChinese(c)) {
                cleaned.append(' ').appendCodePoint(c).append(' ');
            } else {
                cleaned.appendCodePoint(c);
            }
        });
        String result = cleaned.toString();
        if (stripAccents) {
            result = Characters.withoutMarks(Normalizer.normalize(result, Normalizer.Form.NFD));
        }
        return lowerCase ? Characters.lowerCase(result) : result;
    }

    private static boolean isControl(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    /** The blocks of CJK ideographs, as BERT lists them; not Hangul, not kana. */
    private static boolean isChinese(int c) {
        return within(c, 0x4e00, 0x9fff)
                || within(c, 0x3400, 0x4dbf)
                || within(c, 0x20000, 0x2a6df)
                || within(c, 0x2a700, 0x2b73f)
                || within(c, 0x2b740, 0x2b81f)
                || within(c, 0x2b920, 0x2ceaf)
                || within(c, 0xf900, 0xfaff)
                || within(c, 0x2f800, 0x2fa1f);
    }

    private static boolean within(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
