package dev.evenkeel.knowledge.notes.engine;

import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Finds {@code #tag/sub} in a line: not the number of an issue, not a colour, not the fragment of an address. */
final class TagScanner {
    private static final Pattern COLOUR = Pattern.compile("[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8}");
    private static final String BEFORE = "([{\"'*_,;\u2014\u2013";

    private TagScanner() {}

    /** Looks at a range without line ends; what is to be overlooked has been replaced by U+0000. */
    static void scan(char[] text, int from, int to, Consumer<String> found) {
        for (int i = from; i < to; i++) {
            if (text[i] == '#' && mayBegin(text, from, i)) {
                int end = end(text, i + 1, to);
                boolean cut = end < to && (text[end] == '#' || text[end] == '\0');
                if (!cut) {
                    Tags.normal(new String(text, i + 1, end - i - 1))
                            .filter(tag -> !isColour(tag))
                            .ifPresent(found);
                }
                i = Math.max(i, end - 1);
            }
        }
    }

    private static boolean mayBegin(char[] text, int from, int position) {
        if (position == from) {
            return true;
        }
        char before = text[position - 1];
        return Character.isWhitespace(before) || BEFORE.indexOf(before) >= 0;
    }

    private static int end(char[] text, int from, int to) {
        int i = from;
        while (i < to) {
            int c = Character.codePointAt(text, i, to);
            if (!Tags.mayContain(c)) {
                break;
            }
            i += Character.charCount(c);
        }
        return i;
    }

    private static boolean isColour(String tag) {
        return COLOUR.matcher(tag).matches()
                && (tag.chars().anyMatch(Character::isDigit)
                        || tag.chars().distinct().count() == 1);
    }
}
