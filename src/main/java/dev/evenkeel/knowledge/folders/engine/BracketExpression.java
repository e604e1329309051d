package dev.evenkeel.knowledge.folders.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A set of characters such as {@code [a-z]}, {@code [!0-9]} or {@code [[:space:]_]}; {@code end} is behind its bracket. */
record BracketExpression(List<IntPredicate> members, boolean negated, int end) implements IntPredicate {

    /** The expression that begins at an opening bracket, or null when it has no end. */
    static @Nullable BracketExpression at(int[] chars, int open) {
        int at = open + 1;
        boolean negated = at < chars.length && (chars[at] == '!' || chars[at] == '^');
        if (negated) {
            at++;
        }
        List<IntPredicate> members = new ArrayList<>();
        boolean first = true;
        while (at < chars.length) {
            if (chars[at] == ']' && !first) {
                return new BracketExpression(List.copyOf(members), negated, at + 1);
            }
            first = false;
            int next = namedClass(chars, at, members);
            if (next < 0) {
                next = range(chars, at, members);
            }
            if (next < 0) {
                return null;
            }
            at = next;
        }
        return null;
    }

    @Override
    public boolean test(int c) {
        return members.stream().anyMatch(member -> member.test(c)) != negated;
    }

    /** Adds a class such as {@code [:digit:]}; where to go on, or -1 when there is none here. */
    private static int namedClass(int[] chars, int at, List<IntPredicate> members) {
        if (chars[at] != '[' || at + 1 >= chars.length || chars[at + 1] != ':') {
            return -1;
        }
        for (int end = at + 2; end + 1 < chars.length; end++) {
            if (chars[end] == ':' && chars[end + 1] == ']') {
                IntPredicate named = named(new String(chars, at + 2, end - at - 2));
                if (named == null) {
                    return -1;
                }
                members.add(named);
                return end + 2;
            }
        }
        return -1;
    }

    /** Adds one character or a range of them; where to go on, or -1 when the pattern ends within. */
    private static int range(int[] chars, int start, List<IntPredicate> members) {
        int at = chars[start] == '\\' ? start + 1 : start;
        if (at >= chars.length) {
            return -1;
        }
        int low = chars[at++];
        boolean isRange = at + 1 < chars.length && chars[at] == '-' && chars[at + 1] != ']';
        if (!isRange) {
            members.add(c -> c == low);
            return at;
        }
        at++;
        if (chars[at] == '\\' && ++at >= chars.length) {
            return -1;
        }
        int high = chars[at];
        members.add(c -> c >= low && c <= high);
        return at + 1;
    }

    /** The classes of POSIX, for ASCII as in the C locale. */
    private static @Nullable IntPredicate named(String name) {
        return switch (name) {
            case "alnum" -> c -> isLetter(c) || isDigit(c);
            case "alpha" -> BracketExpression::isLetter;
            case "blank" -> c -> c == ' ' || c == '\t';
            case "cntrl" -> c -> c < 0x20 || c == 0x7f;
            case "digit" -> BracketExpression::isDigit;
            case "graph" -> c -> c > 0x20 && c < 0x7f;
            case "lower" -> c -> c >= 'a' && c <= 'z';
            case "print" -> c -> c >= 0x20 && c < 0x7f;
            case "punct" -> c -> c > 0x20 && c < 0x7f && !isLetter(c) && !isDigit(c);
            case "space" -> c -> c == ' ' || c >= '\t' && c <= '\r';
            case "upper" -> c -> c >= 'A' && c <= 'Z';
            case "xdigit" -> c -> isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            default -> null;
        };
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
