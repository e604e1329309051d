package dev.evenkeel.knowledge.notes.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PageRankTest {
    private static final Offset<Double> CLOSE = within(1e-8);

    private static PageRank.Result rank(int nodes, int[]... edges) {
        int[] from = Arrays.stream(edges).mapToInt(edge -> edge[0]).toArray();
        int[] to = Arrays.stream(edges).mapToInt(edge -> edge[1]).toArray();
        return PageRank.compute(nodes, from, to, edges.length);
    }

    private static int[] edge(int from, int to) {
        return new int[] {from, to};
    }

    @Test
    void ofTwoOfWhichOneLinksToTheOther() {
        // a = 0.075 + 0.425 b, because b has no links and spreads over both; a + b = 1
        double a = 0.5 / 1.425;

        PageRank.Result result = rank(2, edge(0, 1));

        assertThat(result.scores()).containsExactly(new double[] {a, 1 - a}, CLOSE);
        assertThat(result.converged()).isTrue();
    }

    @Test
    void ofAStar() {
        // leaf = 0.0375 + 0.2125 centre; centre = leaf + 0.85 * 3 leaf = 3.55 leaf; 3 leaf + centre = 1
        double leaf = 1 / 6.55;

        assertThat(rank(4, edge(1, 0), edge(2, 0), edge(3, 0)).scores())
                .containsExactly(new double[] {3.55 * leaf, leaf, leaf, leaf}, CLOSE);
    }

    @Test
    void ofAChainWithACycleAtItsEnd() {
        // 0 -> 1 -> 2 -> 1: p0 = 0.05; p2 = 0.05 + 0.85 p1; p1 = 0.05 + 0.85 (p0 + p2)
        double p1 = (0.05 + 0.85 * 0.05 + 0.85 * 0.05) / (1 - 0.85 * 0.85);

        PageRank.Result result = rank(3, edge(0, 1), edge(1, 2), edge(2, 1));

        assertThat(result.scores()).containsExactly(new double[] {0.05, p1, 0.05 + 0.85 * p1}, within(1e-7));
    }

    @Test
    void ofACycleIsTheSameForAll() {
        assertThat(rank(3, edge(0, 1), edge(1, 2), edge(2, 0)).scores())
                .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, CLOSE);
    }

    @Test
    void withoutLinksIsTheSameForAllAndNobodyStandsOut() {
        PageRank.Result result = rank(5);

        assertThat(result.scores()).containsOnly(0.2);
        assertThat(PageRank.percentiles(result.scores())).containsOnly(0);
    }

    @Test
    void aLinkToOneselfCountsForNothing() {
        assertThat(rank(2, edge(0, 0), edge(0, 1)).scores())
                .containsExactly(rank(2, edge(0, 1)).scores(), CLOSE);
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(rank(0).scores()).isEmpty();
        assertThat(rank(1).scores()).containsExactly(1.0);
        assertThat(PageRank.percentiles(new double[] {1})).containsExactly(0);
    }

    @Test
    void probabilitiesSumToOneAndMorelinksNeverHurt() {
        Random random = new Random(42);
        for (int round = 0; round < 50; round++) {
            int nodes = 2 + random.nextInt(60);
            int[][] edges = new int[random.nextInt(200)][];
            Arrays.setAll(edges, i -> edge(random.nextInt(nodes), random.nextInt(nodes)));

            PageRank.Result result = rank(nodes, edges);

            assertThat(Arrays.stream(result.scores()).sum()).isCloseTo(1, CLOSE);
            assertThat(result.scores()).doesNotContain(0);
            assertThat(result.iterations()).isLessThanOrEqualTo(PageRank.MAX_ITERATIONS);
        }
    }

    @Test
    void percentilesAreSharesOfThoseBelow() {
        assertThat(PageRank.percentiles(new double[] {0.1, 0.4, 0.1, 0.2, 0.2}))
                .containsExactly(new float[] {0, 1, 0, 0.5f, 0.5f}, within(1e-6f));
    }

    @Test
    void aGraphNumbersItsDocumentsAndForgetsLinksToOthers() {
        // Given ids on both sides of the sign bit
        UUID first = UUID.fromString("01990000-0000-7000-8000-000000000000");
        UUID second = UUID.fromString("01990000-0000-7000-bfff-000000000001");
        UUID third = UUID.fromString("f1990000-0000-7000-8000-000000000000");
        LinkGraph graph = new LinkGraph(10, 10);
        graph.addNode(first);
        graph.addNode(second);
        graph.addNode(third);

        // When
        graph.addEdge(first, third);
        graph.addEdge(second, third);
        graph.addEdge(second, UUID.fromString("01990000-0000-7000-8000-00000000000f"));

        // Then
        assertThat(graph.edges()).isEqualTo(2);
        assertThat(graph.outDegrees()).containsExactly(1, 1, 0);
        assertThat(graph.inDegrees()).containsExactly(0, 0, 2);
        assertThat(graph.id(2)).isEqualTo(third);
        assertThat(graph.rank().scores()[2]).isGreaterThan(0.5);
        assertThat(graph.isTooLarge()).isFalse();
        assertThatThrownBy(() -> graph.addNode(first)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGraphGrowsToItsLimitAndSaysWhenThatIsNotEnough() {
        LinkGraph graph = new LinkGraph(1000, 999);
        for (int i = 0; i < 1000; i++) {
            graph.addNode(new UUID(0, i));
        }
        for (int i = 1; i < 1000; i++) {
            graph.addEdge(new UUID(0, i), new UUID(0, 0));
        }
        assertThat(graph.isTooLarge()).isFalse();
        assertThat(graph.inDegrees()[0]).isEqualTo(999);

        graph.addEdge(new UUID(0, 0), new UUID(0, 1));

        assertThat(graph.isTooLarge()).isTrue();
        assertThat(graph.edges()).isEqualTo(999);
    }
}
