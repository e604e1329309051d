package dev.evenkeel.platform.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkSetTest {
    @Test
    void aSetAndItsExceptionAgreeHoweverTheyAreAsked() {
        // Given
        long[] numbers = {2, 3, 7, 1_000_000_000_000L};
        ChunkSet some = ChunkSet.of(numbers);
        ChunkSet others = ChunkSet.except(numbers);

        // When, then
        ChunkSet.Walk walk = some.walk();
        ChunkSet.Walk otherWalk = others.walk();
        for (long no : new long[] {1, 2, 3, 4, 7, 7, 8, 1_000_000_000_000L, 1_000_000_000_001L}) {
            assertThat(others.contains(no)).isNotEqualTo(some.contains(no));
            assertThat(walk.contains(no)).isEqualTo(some.contains(no));
            assertThat(otherWalk.contains(no)).isEqualTo(others.contains(no));
        }
        assertThat(some.contains(7)).isTrue();
        assertThat(some.contains(8)).isFalse();
    }

    @Test
    void itKnowsWhetherItIsEverythingOrNothing() {
        assertThat(ChunkSet.ALL.isAll()).isTrue();
        assertThat(ChunkSet.ALL.contains(5)).isTrue();
        assertThat(ChunkSet.ALL.isEmpty()).isFalse();
        assertThat(ChunkSet.except(new long[0]).isAll()).isTrue();
        assertThat(ChunkSet.of(new long[0]).isEmpty()).isTrue();
        assertThat(ChunkSet.of(new long[] {1, 2}).listsAtMost(2)).isTrue();
        assertThat(ChunkSet.of(new long[] {1, 2}).listsAtMost(1)).isFalse();
        assertThat(ChunkSet.except(new long[] {1}).listsAtMost(5)).isFalse();
    }

    @Test
    void chunksAreTakenFromASetAndAddedToAnException() {
        long[] taken = {1, 3, 3, 8};

        assertThat(ChunkSet.of(new long[] {2, 3, 5, 8, 9}).without(taken).numbers())
                .containsExactly(2, 5, 9);
        assertThat(ChunkSet.except(new long[] {2, 3, 9}).without(taken).numbers())
                .containsExactly(1, 2, 3, 8, 9);
        assertThat(ChunkSet.ALL.without(taken).contains(3)).isFalse();
        assertThat(ChunkSet.ALL.without(new long[0]).isAll()).isTrue();
        assertThat(ChunkSet.of(new long[] {3, 8}).without(taken).isEmpty()).isTrue();
    }

    @Test
    void packedNumbersAreSorted() {
        byte[] packed =
                ByteBuffer.allocate(24).putLong(9).putLong(-1).putLong(4).array();

        assertThat(ChunkSet.unpack(packed)).containsExactly(-1, 4, 9);
        assertThat(ChunkSet.unpack(null)).isEmpty();
    }

    @Test
    void runsAndNumbersBesideThemMakeOneSet() {
        byte[] runs = packed(7, 9, 1, 3, 20, 20);
        byte[] numbers = packed(12, 5);

        assertThat(ChunkSet.unpack(runs, numbers).numbers()).containsExactly(1, 2, 3, 5, 7, 8, 9, 12, 20);
        assertThat(ChunkSet.unpack(new byte[0], numbers).numbers()).containsExactly(5, 12);
        assertThat(ChunkSet.unpack(packed(4, 6), new byte[0]).numbers()).containsExactly(4, 5, 6);
        assertThat(ChunkSet.unpack(new byte[0], new byte[0]).isEmpty()).isTrue();
    }

    private static byte[] packed(long... numbers) {
        ByteBuffer packed = ByteBuffer.allocate(numbers.length * Long.BYTES);
        packed.asLongBuffer().put(numbers);
        return packed.array();
    }

    @Test
    void rangesCoverAllNumbersAndNoLongStretches() {
        assertThat(ChunkRange.covering(List.of())).isEmpty();
        assertThat(ChunkRange.covering(List.of(1L, 2L, 900L, 5_000L, 5_001L)))
                .containsExactly(new ChunkRange(1, 900), new ChunkRange(5_000, 5_001));
    }
}
