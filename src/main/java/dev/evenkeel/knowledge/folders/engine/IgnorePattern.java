package dev.evenkeel.knowledge.folders.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of a {@code .gitignore} file, with the meaning that the manual page of gitignore gives it. Letter case counts.
 */
public final class IgnorePattern {
    private static final String ANY_FOLDERS = "**";

    private final boolean negated;
    private final boolean foldersOnly;

    /** A name at any depth; else the segments count. */
    private final boolean anyDepth;

    /** Globs of the segments; null stands for any number of folders. */
    private final List<@Nullable Glob> segments;

    private IgnorePattern(boolean negated, boolean foldersOnly, boolean anyDepth, List<@Nullable Glob> segments) {
        this.negated = negated;
        this.foldersOnly = foldersOnly;
        this.anyDepth = anyDepth;
        this.segments = segments;
    }

    /** The pattern of a line; none for a blank line, a comment and a malformed pattern, which matches nothing. */
    public static Optional<IgnorePattern> of(String line) {
        String text = withoutTrailingSpaces(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        if (text.startsWith("#")) {
            return Optional.empty();
        }
        boolean negated = text.startsWith("!");
        if (negated) {
            text = text.substring(1);
        }
        boolean foldersOnly = text.endsWith("/");
        if (foldersOnly) {
            text = text.substring(0, text.length() - 1);
        }
        boolean anyDepth = text.indexOf('/') < 0;
        if (text.startsWith("/")) {
            text = text.substring(1);
        }
        if (text.isEmpty()) {
            return Optional.empty();
        }
        List<@Nullable Glob> segments = new ArrayList<>();
        String[] parts = anyDepth ? new String[] {text} : text.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            if (!anyDepth && parts[i].equals(ANY_FOLDERS)) {
                segments.add(null);
                if (i + 1 < parts.length) {
                    continue;
                }
                // At the end it stands for what is inside, so for one segment at least.
                parts[i] = "*";
            }
            Glob glob = Glob.of(parts[i]);
            if (glob == null) {
                return Optional.empty();
            }
            segments.add(glob);
        }
        return Optional.of(new IgnorePattern(negated, foldersOnly, anyDepth, segments));
    }

    /** Trailing spaces are left out unless a backslash stands before them. */
    private static String withoutTrailingSpaces(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ' && !isEscaped(line, end - 1)) {
            end--;
        }
        return line.substring(0, end);
    }

    private static boolean isEscaped(String line, int index) {
        int backslashes = 0;
        while (index - backslashes > 0 && line.charAt(index - backslashes - 1) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** Whether the pattern takes in again what an earlier one leaves out. */
    public boolean isNegated() {
        return negated;
    }

    /**
     * Whether the pattern is about this file or folder itself, not about what is inside it.
     *
     * @param path segments below the folder that the pattern belongs to; at least one
     */
    public boolean matches(List<String> path, boolean folder) {
        if (foldersOnly && !folder) {
            return false;
        }
        if (anyDepth) {
            Glob name = segments.get(0);
            return name != null && name.matches(path.get(path.size() - 1));
        }
        return matchesSegments(path);
    }

    /** As {@link Glob#matches}, with segments for characters. */
    private boolean matchesSegments(List<String> path) {
        int at = 0;
        int step = 0;
        int runStep = -1;
        int runEnd = 0;
        while (at < path.size()) {
            Glob glob = step < segments.size() ? segments.get(step) : null;
            if (step < segments.size() && glob == null) {
                runStep = step++;
                runEnd = at;
            } else if (glob != null && glob.matches(path.get(at))) {
                step++;
                at++;
            } else if (runStep >= 0) {
                step = runStep + 1;
                at = ++runEnd;
            } else {
                return false;
            }
        }
        return step == segments.size();
    }
}
