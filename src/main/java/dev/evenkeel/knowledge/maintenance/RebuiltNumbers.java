package dev.evenkeel.knowledge.maintenance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the chunks that new segments hold differ from those of the corpus. The comparison of all is made once, before a lock; what
 * changes afterwards is then told apart in a time that depends on the changes.
 *
 * @param built what the new segments hold, ascending
 * @param lacking what they lack, ascending
 * @param surplus what they hold and the corpus has no more
 */
record RebuiltNumbers(long[] built, long[] lacking, List<Long> surplus) {
    /**
     * Compares two lists of distinct numbers, both ascending, in linear time; not for an event loop.
     *
     * @param live what the corpus has
     */
    static RebuiltNumbers compare(long[] live, long[] built) {
        long[] lacking = new long[live.length];
        List<Long> surplus = new ArrayList<>();
        int lacks = 0;
        int at = 0;
        for (long number : live) {
            while (at < built.length && built[at] < number) {
                surplus.add(built[at++]);
            }
            if (at < built.length && built[at] == number) {
                at++;
            } else {
                lacking[lacks++] = number;
            }
        }
        while (at < built.length) {
            surplus.add(built[at++]);
        }
        return new RebuiltNumbers(built, Arrays.copyOf(lacking, lacks), surplus);
    }

    /** What of the chunks that have come since is still to be indexed, when everything {@code lacking} has been; ascending. */
    long[] late(Set<Long> added) {
        return added.stream()
                .mapToLong(Long::longValue)
                .filter(number -> Arrays.binarySearch(built, number) < 0 && Arrays.binarySearch(lacking, number) < 0)
                .sorted()
                .toArray();
    }

    /** The chunks that the new segments hold, or may hold, and that must not be found, after these have come and gone. */
    Set<Long> gone(Set<Long> added, Set<Long> deleted) {
        Set<Long> gone = new LinkedHashSet<>(surplus);
        gone.removeAll(added);
        gone.addAll(deleted);
        return gone;
    }
}
