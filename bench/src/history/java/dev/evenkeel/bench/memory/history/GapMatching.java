package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * A matching of versions that nobody claims with writes that nobody saw, by augmenting paths: a path keeps what is matched matched, so
 * that first the writes that must have a version get one and then every version that can gets a write.
 */
final class GapMatching {

    private static final int NONE = -1;

    private final int gaps;
    private final int writes;
    private final BiPredicate<Integer, Integer> fits;
    private final int[] writeOfGap;
    private final int[] gapOfWrite;

    /** @param fits whether the write with the second index may fill the gap with the first */
    GapMatching(int gaps, int writes, BiPredicate<Integer, Integer> fits) {
        this.gaps = gaps;
        this.writes = writes;
        this.fits = fits;
        this.writeOfGap = new int[gaps];
        this.gapOfWrite = new int[writes];
        Arrays.fill(writeOfGap, NONE);
        Arrays.fill(gapOfWrite, NONE);
    }

    /** Matches as many of these writes as possible; the ones left over. */
    List<Integer> matchWrites(List<Integer> wanted) {
        List<Integer> left = new ArrayList<>();
        for (int write : wanted) {
            if (gapOfWrite[write] == NONE && !augmentFromWrite(write, new BitSet())) {
                left.add(write);
            }
        }
        return left;
    }

    /** Matches as many gaps as possible; the ones left over. */
    List<Integer> matchGaps() {
        List<Integer> left = new ArrayList<>();
        for (int gap = 0; gap < gaps; gap++) {
            if (writeOfGap[gap] == NONE && !augmentFromGap(gap, new BitSet())) {
                left.add(gap);
            }
        }
        return left;
    }

    private boolean augmentFromWrite(int write, BitSet triedGaps) {
        for (int gap = 0; gap < gaps; gap++) {
            if (fits.test(gap, write) && !triedGaps.get(gap)) {
                triedGaps.set(gap);
                if (writeOfGap[gap] == NONE || augmentFromWrite(writeOfGap[gap], triedGaps)) {
                    match(gap, write);
                    return true;
                }
            }
        }
        return false;
    }

    private boolean augmentFromGap(int gap, BitSet triedWrites) {
        for (int write = 0; write < writes; write++) {
            if (fits.test(gap, write) && !triedWrites.get(write)) {
                triedWrites.set(write);
                if (gapOfWrite[write] == NONE || augmentFromGap(gapOfWrite[write], triedWrites)) {
                    match(gap, write);
                    return true;
                }
            }
        }
        return false;
    }

    private void match(int gap, int write) {
        writeOfGap[gap] = write;
        gapOfWrite[write] = gap;
    }
}
