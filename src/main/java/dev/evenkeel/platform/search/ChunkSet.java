package dev.evenkeel.platform.search;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that a search may find: all, some, or all but some. Both arms leave the others out before they choose their
 * best, so that a filter never costs a hit. Immutable by convention.
 */
public final class ChunkSet {
    /** No restriction. */
    public static final ChunkSet ALL = new ChunkSet(new long[0], true);

    private final long[] numbers;
    private final boolean negated;

    private ChunkSet(long[] numbers, boolean negated) {
        this.numbers = numbers;
        this.negated = negated;
    }

    /** @param ascending chunk numbers in ascending order */
    public static ChunkSet of(long[] ascending) {
        return new ChunkSet(ascending, false);
    }

    /** All but these, given in ascending order. */
    public static ChunkSet except(long[] ascending) {
        return ascending.length == 0 ? ALL : new ChunkSet(ascending, true);
    }

    /** Numbers as {@code string_agg(int8send(number), '')} packs them, in any order; none for null. */
    public static long[] unpack(byte @Nullable [] packed) {
        if (packed == null) {
            return new long[0];
        }
        long[] numbers = new long[packed.length / Long.BYTES];
        ByteBuffer.wrap(packed).asLongBuffer().get(numbers);
        return sorted(numbers);
    }

    /**
     * The set of some runs of numbers and of some numbers beside them.
     *
     * @param runs first and last number of each, packed as numbers are, in any order; no two have a number in common
     */
    public static ChunkSet unpack(byte[] runs, byte[] numbers) {
        LongBuffer ends = ByteBuffer.wrap(runs).asLongBuffer();
        LongBuffer single = ByteBuffer.wrap(numbers).asLongBuffer();
        // Of runs that have no number in common the lowest first number belongs to the lowest last one, and so on.
        long[] firsts = new long[ends.limit() / 2];
        long[] lasts = new long[firsts.length];
        long count = single.remaining();
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = ends.get();
            lasts[i] = ends.get();
            count += lasts[i] - firsts[i] + 1;
        }
        sorted(firsts);
        sorted(lasts);
        long[] all = new long[Math.toIntExact(count)];
        int size = 0;
        for (int i = 0; i < firsts.length; i++) {
            for (long number = firsts[i]; number <= lasts[i]; number++) {
                all[size++] = number;
            }
        }
        single.get(all, size, single.remaining());
        return of(sorted(all));
    }

    private static long[] sorted(long[] numbers) {
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i - 1] > numbers[i]) {
                Arrays.sort(numbers);
                return numbers;
            }
        }
        return numbers;
    }

    /** This set without some chunks, given in ascending order; in a time that is linear in both together. */
    public ChunkSet without(long[] ascending) {
        if (ascending.length == 0) {
            return this;
        }
        return negated ? except(union(numbers, ascending)) : of(difference(numbers, ascending));
    }

    private static long[] union(long[] one, long[] other) {
        long[] all = new long[one.length + other.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < one.length || j < other.length) {
            boolean fromOne = j == other.length || i < one.length && one[i] <= other[j];
            long number = fromOne ? one[i++] : other[j++];
            if (size == 0 || all[size - 1] != number) {
                all[size++] = number;
            }
        }
        return Arrays.copyOf(all, size);
    }

    private static long[] difference(long[] numbers, long[] without) {
        Walk gone = of(without).walk();
        return Arrays.stream(numbers).filter(number -> !gone.contains(number)).toArray();
    }

    public boolean isAll() {
        return negated && numbers.length == 0;
    }

    public boolean isEmpty() {
        return !negated && numbers.length == 0;
    }

    public boolean contains(long chunkNo) {
        return Arrays.binarySearch(numbers, chunkNo) >= 0 != negated;
    }

    /** Whether it names what may be found, at most so many. */
    public boolean listsAtMost(int count) {
        return !negated && numbers.length <= count;
    }

    /** The chunks that it names, in ascending order: those that may be found, or, of an exception, those that may not. */
    public long[] numbers() {
        return numbers;
    }

    /** Memory that it takes. */
    public long bytes() {
        return (long) numbers.length * Long.BYTES;
    }

    /** Asks for chunks in ascending order, in a time that is linear in both together. */
    public Walk walk() {
        return new Walk();
    }

    /** One walk through the set. */
    public final class Walk {
        private int at;

        private Walk() {}

        /** Whether the set has a chunk; asked with ascending numbers. */
        public boolean contains(long chunkNo) {
            while (at < numbers.length && numbers[at] < chunkNo) {
                at++;
            }
            return (at < numbers.length && numbers[at] == chunkNo) != negated;
        }
    }
}
