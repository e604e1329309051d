package dev.evenkeel.knowledge.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RebuiltNumbersTest {
    private static long[] array(Collection<Long> ascending) {
        return ascending.stream().mapToLong(Long::longValue).toArray();
    }

    private static Set<Long> some(Random random, int most) {
        Set<Long> some = new TreeSet<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            some.add((long) random.nextInt(60));
        }
        return some;
    }

    private static Set<Long> without(Set<Long> numbers, Collection<Long> others) {
        Set<Long> rest = new TreeSet<>(numbers);
        rest.removeAll(others);
        return rest;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whateverHasComeAndGoneEveryLiveChunkIsIndexedOnceAndNoOtherIsFound(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            // Given what a corpus held at a moment, what the new segments hold, and what came and went since
            Set<Long> held = some(random, 40);
            Set<Long> built = some(random, 40);
            Set<Long> added = some(random, 10);
            Set<Long> deleted = without(some(random, 10), added);
            Set<Long> live = without(held, deleted);
            live.addAll(added);

            // When
            RebuiltNumbers numbers = RebuiltNumbers.compare(array(held), array(built));
            long[] late = numbers.late(added);
            Set<Long> gone = numbers.gone(added, deleted);

            // Then nothing is indexed twice
            Set<Long> indexed = new TreeSet<>(built);
            for (long number : numbers.lacking()) {
                assertThat(indexed.add(number)).isTrue();
            }
            for (long number : late) {
                assertThat(indexed.add(number)).isTrue();
            }
            // And what is found is what is there
            assertThat(without(indexed, gone)).isEqualTo(live);
        }
    }

    @Test
    void aMillionChunksAreComparedAtOnce() {
        // Given every second of two million chunks, and every third
        long[] live = new long[1_000_000];
        long[] built = new long[666_667];
        for (int i = 0; i < live.length; i++) {
            live[i] = 2L * i;
        }
        for (int i = 0; i < built.length; i++) {
            built[i] = 3L * i;
        }
        // When
        RebuiltNumbers numbers = RebuiltNumbers.compare(live, built);
        // Then
        assertThat(numbers.lacking()).hasSize(666_666).startsWith(2, 4, 8, 10).isSorted();
        assertThat(numbers.surplus()).hasSize(333_333).startsWith(3L, 9L, 15L);
    }
}
