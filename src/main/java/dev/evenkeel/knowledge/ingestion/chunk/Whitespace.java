package dev.evenkeel.knowledge.ingestion.chunk;

/**
 * Two notions of white space. {@link #isSpace} is Unicode's White_Space property, by which the cl100k_base pattern divides text;
 * {@link #isTrimmed} is what the ends of a chunk lose, Java's notion, which leaves no-break spaces alone.
 */
final class Whitespace {

    private Whitespace() {}

    static boolean isSpace(char c) {
        if (c <= ' ') {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }
        if (c < 0x1680) {
            return c == 0x85 || c == 0xA0;
        }
        return c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    static boolean isTrimmed(char c) {
        return Character.isWhitespace(c);
    }

    /** Index of the first char at or after {@code from} that is not trimmed, or {@code to}. */
    static int skip(String text, int from, int to) {
        int i = from;
        while (i < to && isTrimmed(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Index after the last char before {@code to} that is not trimmed, or {@code from}. */
    static int skipBack(String text, int from, int to) {
        int i = to;
        while (i > from && isTrimmed(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }
}
