package dev.evenkeel.memory;

import dev.evenkeel.platform.http.ProblemException;

/**
 * Patterns of keys as in a shell: {@code *} stands for any characters, {@code ?} for one, {@code [a-z]} for one of a set and
 * {@code [!a-z]} for one outside of it; a backslash takes the meaning of the next character away.
 */
final class Globs {
    private static final int MAX_WILDCARDS = 16;
    private static final String SPECIAL = "*?[\\";
    private static final String QUOTED = "\\^$.|?*+()[]{}";

    private Globs() {}

    /** The characters before the first wildcard, with which every match begins. */
    static String prefix(String glob) {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '\\' && i + 1 < glob.length()) {
                i++;
                prefix.append(glob.charAt(i));
            } else if (SPECIAL.indexOf(c) >= 0) {
                break;
            } else {
                prefix.append(c);
            }
        }
        return prefix.toString();
    }

    /**
     * The same as a regular expression of PostgreSQL.
     *
     * @throws ProblemException 400 when a set is not closed, or with more than sixteen wildcards
     */
    static String regex(String glob) {
        StringBuilder regex = new StringBuilder("^");
        int wildcards = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    wildcards++;
                    regex.append(".*");
                }
                case '?' -> regex.append('.');
                case '[' -> {
                    wildcards++;
                    i = set(glob, i, regex);
                }
                case '\\' -> {
                    i++;
                    if (i == glob.length()) {
                        throw ProblemException.invalid("glob", "must not end with a backslash");
                    }
                    literal(glob.charAt(i), regex);
                }
                default -> literal(c, regex);
            }
        }
        if (wildcards > MAX_WILDCARDS) {
            throw ProblemException.invalid("glob", "must have at most " + MAX_WILDCARDS + " wildcards");
        }
        return regex.append('$').toString();
    }

    /** Copies a set and gives the place of its closing bracket. */
    private static int set(String glob, int open, StringBuilder regex) {
        int i = open + 1;
        boolean negated = i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^');
        if (negated) {
            i++;
        }
        int close = glob.indexOf(']', i + 1);
        if (close < 0) {
            throw ProblemException.invalid("glob", "has a [ without its ]");
        }
        regex.append(negated ? "[^" : "[");
        for (; i < close; i++) {
            char c = glob.charAt(i);
            if (c == '\\' || c == '[' || c == ']' || c == '^') {
                regex.append('\\');
            }
            regex.append(c);
        }
        regex.append(']');
        return close;
    }

    private static void literal(char c, StringBuilder regex) {
        if (QUOTED.indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }
}
