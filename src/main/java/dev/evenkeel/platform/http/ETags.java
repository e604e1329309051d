package dev.evenkeel.platform.http;

import org.jspecify.annotations.Nullable;

/** Versions of a resource as entity tags. */
public final class ETags {
    private ETags() {}

    /** The strong tag of a version. */
    public static String of(long version) {
        return "\"" + version + "\"";
    }

    /**
     * Checks the {@code If-Match} header of a change.
     *
     * @throws ProblemException 412 when the caller saw another version
     */
    public static void requireMatch(@Nullable String ifMatch, long version) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return;
        }
        for (String tag : ifMatch.split(",")) {
            if (tag.trim().equals(of(version))) {
                return;
            }
        }
        throw ProblemException.preconditionFailed("It has changed since you read it; read it again.");
    }

    /** Whether the {@code If-None-Match} header of a read says that the caller has this version already. */
    public static boolean seen(@Nullable String ifNoneMatch, long version) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String tag : ifNoneMatch.split(",")) {
            String trimmed = tag.trim();
            if (trimmed.equals("*") || trimmed.equals(of(version)) || trimmed.equals("W/" + of(version))) {
                return true;
            }
        }
        return false;
    }
}
