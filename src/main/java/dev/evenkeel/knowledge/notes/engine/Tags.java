package dev.evenkeel.knowledge.notes.engine;

import java.util.Optional;

/** Tags in the form in which they are stored: lower case, without {@code #}, levels divided by {@code /}. */
public final class Tags {
    /** Longer words are not tags. */
    private static final int MAX_CHARS = 100;

    private Tags() {}

    /** A tag as it is stored; empty when the text is none. */
    public static Optional<String> normal(String written) {
        String tag = KeyText.of(written.startsWith("#") ? written.substring(1) : written);
        int start = 0;
        int end = tag.length();
        while (start < end && tag.charAt(start) == '/') {
            start++;
        }
        while (end > start && tag.charAt(end - 1) == '/') {
            end--;
        }
        tag = tag.substring(start, end);
        boolean isTag = tag.length() <= MAX_CHARS
                && tag.codePoints().allMatch(Tags::mayContain)
                && tag.codePoints().anyMatch(c -> Character.isLetter(c) || c == '_' || isSymbol(c))
                && !tag.contains("//");
        return isTag ? Optional.of(tag) : Optional.empty();
    }

    /** Whether a code point may stand in a tag. */
    static boolean mayContain(int c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || c == '-'
                || c == '/'
                || Character.getType(c) == Character.NON_SPACING_MARK
                || isSymbol(c);
    }

    /** Emoji are words, too. */
    private static boolean isSymbol(int c) {
        return Character.getType(c) == Character.OTHER_SYMBOL;
    }
}
