package dev.evenkeel.platform.search.lexical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** BM25 by a loop over all texts, straight from the formula; words are what lies between blanks. */
final class BruteForceBm25 {
    private final Map<Long, List<String>> texts = new TreeMap<>();

    private record Scored(long chunkNo, double score) {}

    void add(ChunkText chunk) {
        texts.put(chunk.chunkNo(), Arrays.asList(chunk.text().split(" ")));
    }

    void remove(long chunkNo) {
        texts.remove(chunkNo);
    }

    void check(List<LexicalHit> hits, String query, int limit) {
        List<Scored> expected = score(query).stream().limit(limit).toList();
        assertThat(hits).hasSameSizeAs(expected);
        for (int i = 0; i < hits.size(); i++) {
            assertThat(hits.get(i).chunkNo())
                    .as("hit %d of '%s'", i, query)
                    .isEqualTo(expected.get(i).chunkNo());
            assertThat(hits.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-9));
        }
    }

    private List<Scored> score(String query) {
        double n = texts.size();
        double average = texts.values().stream().mapToInt(List::size).sum() / n;
        return texts.entrySet().stream()
                .map(text -> {
                    double score = 0;
                    for (String word : query.split(" ")) {
                        double tf =
                                text.getValue().stream().filter(word::equals).count();
                        double df = texts.values().stream()
                                .filter(other -> other.contains(word))
                                .count();
                        double length = text.getValue().size();
                        score += Math.log(1 + (n - df + 0.5) / (df + 0.5))
                                * tf
                                * 2.2
                                / (tf + 1.2 * (0.25 + 0.75 * length / average));
                    }
                    // Sums in another order differ in the last bits; ties must not depend on them.
                    return new Scored(text.getKey(), Math.round(score * 1e9) / 1e9);
                })
                .filter(scored -> scored.score() > 0)
                .sorted(Comparator.comparingDouble((Scored scored) -> -scored.score())
                        .thenComparingLong(Scored::chunkNo))
                .toList();
    }
}
