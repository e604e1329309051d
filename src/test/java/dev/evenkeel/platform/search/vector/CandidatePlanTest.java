package dev.evenkeel.platform.search.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where candidates are looked for, by how many chunks may be found. */
class CandidatePlanTest {
    private static final int LIMIT = 200;
    private static final int VISITED = 512;
    private static final int COMPARED = 10_000;

    @ParameterizedTest
    @CsvSource({
        // allowed, indexed, listed, nodes
        "100000, 100000, false, 512",
        "50000, 100000, true, 512",
        "20000, 1000000, true, 0",
        "5000, 100000, true, 0",
        "10000, 10000, true, 0",
        "10001, 10001, true, 512",
        "1000000, 1000000, false, 512",
        "100000, 1000000, true, 4096",
        "100000, 10000000, false, 0",
    })
    void theCheaperWayIsTaken(long allowed, long indexed, boolean listed, int nodes) {
        assertThat(CandidatePlan.of(LIMIT, VISITED, COMPARED, allowed, indexed, listed)
                        .nodes())
                .isEqualTo(nodes);
    }

    @Test
    void anIndexWhoseSizeIsNotKnownYetCountsAsLargeAsWhatMayBeFound() {
        assertThat(CandidatePlan.of(LIMIT, VISITED, COMPARED, 100_000, 0, false).nodes())
                .isEqualTo(512);
        assertThat(CandidatePlan.of(LIMIT, VISITED, COMPARED, 0, 0, false).byGraph())
                .isFalse();
    }

    @Test
    void triesEndWithComparingOneByOne() {
        // Given a filter that leaves much, all of it far from the query
        CandidatePlan plan = CandidatePlan.of(LIMIT, VISITED, COMPARED, 200_000, 1_000_000, true);
        int tries = 0;

        // When
        int nodes = 0;
        while (plan.byGraph()) {
            assertThat(plan.nodes()).isGreaterThan(nodes);
            nodes = plan.nodes();
            plan = plan.further(200_000, true);
            tries++;
        }

        // Then
        assertThat(tries).isBetween(2, 6);
        assertThat(CandidatePlan.ONE_BY_ONE.further(200_000, true).byGraph()).isFalse();
    }
}
