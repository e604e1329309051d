package dev.evenkeel.platform.search.vector;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sign bits of a corpus as of a version; immutable, so that scans need no lock.
 *
 * @param segments oldest first; a chunk may be in several, and one that was deleted may still be in one: both cost a
 *     candidate, none shows, because candidates are looked up by key
 * @param deleted chunks to be dropped when segments are merged
 */
record ResidentCorpus(long version, List<SignSegment> segments, Set<Long> deleted) {
    private static final int MAX_SEGMENTS = 8;
    private static final int MAX_DELETED = 10_000;

    static ResidentCorpus of(long version, List<SignSegment> segments) {
        return new ResidentCorpus(version, List.of(), Set.of()).with(version, segments, Set.of());
    }

    /** The corpus after changes. */
    ResidentCorpus with(long newVersion, List<SignSegment> added, Set<Long> removed) {
        List<SignSegment> all = new ArrayList<>(segments);
        added.stream().filter(segment -> segment.size() > 0).forEach(all::add);
        Set<Long> gone = new HashSet<>(deleted);
        gone.addAll(removed);
        while (all.size() > MAX_SEGMENTS || gone.size() > MAX_DELETED && all.size() > 1) {
            int at = smallestPair(all);
            SignSegment newer = all.remove(at + 1);
            all.set(at, SignSegment.merge(all.get(at), newer, gone));
        }
        if (gone.size() > MAX_DELETED && all.size() == 1) {
            SignSegment only = all.remove(0);
            all.add(SignSegment.merge(only, new SignSegment(only.words(), new long[0], new long[0]), gone));
            gone.clear();
        }
        return new ResidentCorpus(newVersion, List.copyOf(all), Set.copyOf(gone));
    }

    /** Where the two neighbours stand that cost least to merge: with each change a few, and seldom the large ones. */
    private static int smallestPair(List<SignSegment> all) {
        int best = 0;
        for (int i = 1; i + 1 < all.size(); i++) {
            if (all.get(i).size() + all.get(i + 1).size()
                    < all.get(best).size() + all.get(best + 1).size()) {
                best = i;
            }
        }
        return best;
    }

    int size() {
        return segments.stream().mapToInt(SignSegment::size).sum();
    }

    long bytes() {
        return segments.stream().mapToLong(SignSegment::bytes).sum();
    }
}
