package dev.evenkeel.platform.search.lexical;

import java.text.Normalizer;
import java.util.Locale;

/** Brings spellings of a word together: compatibility forms, case, and accents. */
final class Folding {
    private Folding() {}

    /** A piece of text in compatibility normal form (NFKC) and lower case, cut to the longest token. */
    static String fold(String text, int start, int end) {
        String piece = text.substring(start, Math.min(end, start + 4 * Analyzer.MAX_TOKEN_LENGTH));
        if (isAscii(piece)) {
            return cut(piece.toLowerCase(Locale.ROOT));
        }
        String normal = Normalizer.normalize(piece, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return cut(Normalizer.normalize(normal, Normalizer.Form.NFKC).replace("\0", ""));
    }

    /** Drops the accents of Latin and Greek letters and the vowel points of Arabic and Hebrew. */
    static String unaccent(String token) {
        if (isAscii(token)) {
            return token;
        }
        String decomposed = Normalizer.normalize(token, Normalizer.Form.NFD);
        StringBuilder plain = new StringBuilder(decomposed.length());
        for (int i = 0; i < decomposed.length(); i++) {
            char c = decomposed.charAt(i);
            char base = plain.length() == 0 ? ' ' : plain.charAt(plain.length() - 1);
            if (!isDroppedMark(c, base)) {
                appendPlain(plain, c);
            }
        }
        String result = Normalizer.normalize(plain, Normalizer.Form.NFC);
        return result.isEmpty() ? token : cut(result);
    }

    private static boolean isDroppedMark(char c, char base) {
        if (c >= 0x0300 && c <= 0x036F) {
            Character.UnicodeScript script = Character.UnicodeScript.of(base);
            boolean russianYo = c == 0x0308 && base == 'е';
            return script == Character.UnicodeScript.LATIN || script == Character.UnicodeScript.GREEK || russianYo;
        }
        return c >= 0x064B && c <= 0x0652 || c >= 0x0591 && c <= 0x05C7;
    }

    private static void appendPlain(StringBuilder plain, char c) {
        switch (c) {
            case 'ß' -> plain.append("ss");
            case 'æ' -> plain.append("ae");
            case 'œ' -> plain.append("oe");
            case 'ø' -> plain.append('o');
            case 'đ', 'ð' -> plain.append('d');
            case 'ł' -> plain.append('l');
            case 'ħ' -> plain.append('h');
            case 'ı' -> plain.append('i');
            case 'þ' -> plain.append("th");
            case 'ς' -> plain.append('σ');
            default -> plain.append(c);
        }
    }

    private static String cut(String token) {
        if (token.length() <= Analyzer.MAX_TOKEN_LENGTH) {
            return token;
        }
        boolean splitsPair = Character.isHighSurrogate(token.charAt(Analyzer.MAX_TOKEN_LENGTH - 1));
        return token.substring(0, splitsPair ? Analyzer.MAX_TOKEN_LENGTH - 1 : Analyzer.MAX_TOKEN_LENGTH);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }
}
