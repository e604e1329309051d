package dev.evenkeel.knowledge.ingestion.extract;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Joins words that typesetting divided at the end of a line, so that they are found. The document decides: its own words tell a divided
 * word from a compound with a hyphen of its own.
 */
final class Hyphenation {

    private static final Pattern WORD = Pattern.compile("\\p{L}{2,}+(?:-\\p{L}{2,}+)*+");
    private static final Pattern DIVIDED = Pattern.compile("(\\p{L}{2,64}+)([-\u00AD\u2010])\\n(\\p{Ll}\\p{L}{1,63}+)");
    private static final int MAX_WORDS = 200_000;

    private final Set<String> words = new HashSet<>();

    private Hyphenation() {}

    /** The same texts with divided words joined; a joined word stands at the end of its first line. */
    static List<String> join(List<String> texts) {
        Hyphenation hyphenation = new Hyphenation();
        texts.forEach(hyphenation::learn);
        return texts.stream().map(hyphenation::join).toList();
    }

    private void learn(String text) {
        Matcher matcher = WORD.matcher(text);
        while (matcher.find() && words.size() < MAX_WORDS) {
            boolean beforeDivision = matcher.end() + 1 < text.length()
                    && isHyphen(text.charAt(matcher.end()))
                    && text.charAt(matcher.end() + 1) == '\n';
            boolean afterDivision = matcher.start() >= 2
                    && text.charAt(matcher.start() - 1) == '\n'
                    && isHyphen(text.charAt(matcher.start() - 2));
            if (!beforeDivision && !afterDivision) {
                words.add(matcher.group().toLowerCase(Locale.ROOT));
            }
        }
    }

    private static boolean isHyphen(char c) {
        return c == '-' || c == '\u00AD' || c == '\u2010';
    }

    private String join(String text) {
        Matcher matcher = DIVIDED.matcher(text);
        StringBuilder joined = new StringBuilder(text.length());
        int copied = 0;
        while (matcher.find()) {
            if (isOneWord(matcher.group(1), matcher.group(2), matcher.group(3))) {
                joined.append(text, copied, matcher.start(2)).append(matcher.group(3));
                copied = matcher.end();
                // The line ends after the word, with the comma or full stop that belongs to it.
                while (copied < text.length() && !Character.isWhitespace(text.charAt(copied))) {
                    joined.append(text.charAt(copied++));
                }
                if (copied < text.length()) {
                    joined.append('\n');
                    copied++;
                }
                matcher.region(copied, text.length());
            }
        }
        return joined.append(text, copied, text.length()).toString();
    }

    private boolean isOneWord(String first, String hyphen, String second) {
        String start = first.toLowerCase(Locale.ROOT);
        String end = second.toLowerCase(Locale.ROOT);
        if (hyphen.equals("\u00AD") || words.contains(start + end)) {
            return true;
        }
        boolean compound = words.contains(start + "-" + end) || (words.contains(start) && words.contains(end));
        return !compound;
    }
}
