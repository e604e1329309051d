package dev.evenkeel.platform.search.embedding.model2vec;

/** Properties of characters as the tokenizers of models see them, which is not always as Java does. */
final class Characters {
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    private Characters() {}

    /** Unicode's property White_Space, without those that are control characters beyond tab, line feed and return. */
    static boolean isWhiteSpace(int c) {
        return c == '\t' || c == '\n' || c == '\r' || c == 0x0b || c == 0x0c || c == 0x85 || Character.isSpaceChar(c);
    }

    /** Punctuation: all signs of ASCII, and Unicode's categories P*. */
    static boolean isPunctuation(int c) {
        if (c < 128) {
            return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    static String withoutMarks(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** Character by character: a sigma at the end of a word is not special here. */
    static String lowerCase(String text) {
        StringBuilder small = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == CAPITAL_I_WITH_DOT) {
                small.append("i\u0307");
            } else {
                small.appendCodePoint(Character.toLowerCase(c));
            }
        });
        return small.toString();
    }
}
