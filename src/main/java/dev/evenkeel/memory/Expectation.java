package dev.evenkeel.memory;

import dev.evenkeel.platform.http.ProblemException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an entry must be before it is changed.
 *
 * @param absent it must not exist
 * @param present it must exist, in any version
 * @param versions it must exist in one of these versions; null when any will do
 */
record Expectation(
        boolean absent, boolean present, @Nullable Set<Long> versions) {
    static final Expectation NONE = new Expectation(false, false, null);
    static final Expectation ABSENT = new Expectation(true, false, null);
    static final Expectation PRESENT = new Expectation(false, true, null);

    static Expectation version(long version) {
        return new Expectation(false, false, Set.of(version));
    }

    /**
     * The expectation in the headers of a request.
     *
     * @throws ProblemException 400 for tags that no entry has
     */
    static Expectation of(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null && ifNoneMatch != null) {
            throw ProblemException.badRequest("If-Match and If-None-Match exclude each other here.");
        }
        if (ifNoneMatch != null) {
            if (!ifNoneMatch.trim().equals("*")) {
                throw ProblemException.invalid("If-None-Match", "must be * here");
            }
            return ABSENT;
        }
        if (ifMatch == null) {
            return NONE;
        }
        return ifMatch.trim().equals("*") ? PRESENT : new Expectation(false, false, versions(ifMatch));
    }

    private static Set<Long> versions(String ifMatch) {
        Set<Long> versions = new TreeSet<>();
        for (String tag : ifMatch.split(",")) {
            String version = tag.trim().replaceAll("^\"|\"$", "");
            try {
                versions.add(Long.parseLong(version));
            } catch (NumberFormatException notATagOfOurs) {
                throw ProblemException.invalid("If-Match", "must be * or entity tags such as \"42\"");
            }
        }
        return versions;
    }

    boolean isNone() {
        return equals(NONE);
    }

    /** Why an entry is not as expected, or null when it is; a version of null means that there is none. */
    @Nullable String violation(@Nullable Long version) {
        if (absent) {
            return version == null ? null : "exists, in version " + version;
        }
        if (version == null) {
            return present || versions != null ? "does not exist" : null;
        }
        return versions == null || versions.contains(version)
                ? null
                : "is in version " + version + ", not "
                        + versions.stream().map(String::valueOf).collect(Collectors.joining(" or "));
    }
}
