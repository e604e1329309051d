package dev.evenkeel.bench.filtered;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.embedding.EmbeddingServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The vectors of all chunks of a collection, computed here from the chunks' texts, and the nearest of them by comparing all. */
public final class ChunkVectors {
    private static final double ROUNDING = 1e-4;

    private final Map<String, Integer> places = new HashMap<>();
    private final List<float[]> vectors = new ArrayList<>();
    private final List<Integer> documents = new ArrayList<>();

    /** @param documentIds by number */
    public static ChunkVectors read(Evenkeel api, List<String> documentIds) throws IOException {
        ChunkVectors read = new ChunkVectors();
        for (int document = 0; document < documentIds.size(); document++) {
            int number = document;
            api.forEach(
                    "/api/v1/documents/" + documentIds.get(document) + "/chunks?limit=200",
                    (chunk, index) -> read.add(chunk, number));
        }
        return read;
    }

    private void add(JsonNode chunk, int document) {
        places.put(chunk.path("id").asText(), vectors.size());
        vectors.add(unit(EmbeddingServer.vector(chunk.path("content").asText())));
        documents.add(document);
    }

    public int size() {
        return vectors.size();
    }

    /** The cosine that the last of the nearest chunks has, among those that a search may find. */
    public double cosineOfLast(float[] query, Selectivity selectivity, int number, int wanted) {
        float[] unit = unit(query);
        return IntStream.range(0, vectors.size())
                .parallel()
                .filter(i -> selectivity.matches(documents.get(i), number))
                .mapToObj(i -> cosine(unit, vectors.get(i)))
                .sorted(Comparator.reverseOrder())
                .limit(wanted)
                .reduce((first, second) -> second)
                .orElse(1.0);
    }

    /**
     * How many of the results belong to the nearest: equally near chunks are equally right.
     *
     * @throws IllegalStateException when a result is not what it says, or may not be found
     */
    public int hits(JsonNode results, float[] query, Selectivity selectivity, int number, double cosineOfLast) {
        float[] unit = unit(query);
        int hits = 0;
        for (JsonNode result : results) {
            Integer place = places.get(result.path("chunk_id").asText());
            if (place == null || !selectivity.matches(documents.get(place), number)) {
                throw new IllegalStateException("found what the filter excludes: " + result.path("chunk_id"));
            }
            double cosine = cosine(unit, vectors.get(place));
            if (Math.abs(cosine - result.path("vector_score").asDouble()) > ROUNDING) {
                throw new IllegalStateException("a score of " + result.path("vector_score") + ", not " + cosine
                        + ": the chunk was embedded with another text");
            }
            hits += cosine >= cosineOfLast - ROUNDING / 100 ? 1 : 0;
        }
        return hits;
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / Math.sqrt(square));
        }
        return unit;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }
}
