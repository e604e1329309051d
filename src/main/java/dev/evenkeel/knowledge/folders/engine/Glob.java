package dev.evenkeel.knowledge.folders.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A shell pattern for one segment of a path: {@code *}, {@code ?}, bracket expressions and backslashes. Matching takes at most
 * the product of the two lengths, whatever the pattern.
 */
final class Glob {
    /** What one step of a pattern accepts; {@link #ANY_RUN} any number of characters. */
    private static final IntPredicate ANY_RUN = c -> true;

    private final List<IntPredicate> steps;

    private Glob(List<IntPredicate> steps) {
        this.steps = steps;
    }

    /** The pattern, or null when it is malformed and so matches nothing. */
    static @Nullable Glob of(String pattern) {
        int[] chars = pattern.codePoints().toArray();
        List<IntPredicate> steps = new ArrayList<>();
        int at = 0;
        while (at < chars.length) {
            int c = chars[at];
            if (c == '*') {
                if (steps.isEmpty() || steps.get(steps.size() - 1) != ANY_RUN) {
                    steps.add(ANY_RUN);
                }
                at++;
            } else if (c == '?') {
                steps.add(any -> true);
                at++;
            } else if (c == '[') {
                BracketExpression bracket = BracketExpression.at(chars, at);
                if (bracket == null) {
                    return null;
                }
                steps.add(bracket);
                at = bracket.end();
            } else {
                if (c == '\\' && ++at == chars.length) {
                    return null;
                }
                int literal = chars[at];
                steps.add(other -> other == literal);
                at++;
            }
        }
        return new Glob(List.copyOf(steps));
    }

    /** Goes back to the last run only: an earlier one never has to be longer. */
    boolean matches(String segment) {
        int[] text = segment.codePoints().toArray();
        int at = 0;
        int step = 0;
        int runStep = -1;
        int runEnd = 0;
        while (at < text.length) {
            if (step < steps.size() && steps.get(step) == ANY_RUN) {
                runStep = step++;
                runEnd = at;
            } else if (step < steps.size() && steps.get(step).test(text[at])) {
                step++;
                at++;
            } else if (runStep >= 0) {
                step = runStep + 1;
                at = ++runEnd;
            } else {
                return false;
            }
        }
        while (step < steps.size() && steps.get(step) == ANY_RUN) {
            step++;
        }
        return step == steps.size();
    }
}
