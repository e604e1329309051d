package dev.evenkeel.memory;

import static dev.evenkeel.memory.SearchedNamespace.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class VectorCollectionTest {
    private static final int DIMENSION = 24;

    @Inject
    Sql sql;

    private final SearchedNamespace memory = SearchedNamespace.fresh();

    @Test
    void aCollectionIsMadeOnceAndKeepsItsShape() {
        Map<String, Object> settings = Map.of("dimension", 3, "metric", "l2");

        assertThat(memory.put("/vectors/points", settings).statusCode()).isEqualTo(201);
        assertThat(memory.put("/vectors/points", settings).statusCode()).isEqualTo(200);
        assertThat(memory.put("/vectors/points", Map.of("dimension", 4, "metric", "l2"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(memory.put("/vectors/points", Map.of("dimension", 3, "metric", "cosine"))
                        .statusCode())
                .isEqualTo(409);
        for (String bad : List.of(
                "{\"dimension\":0,\"metric\":\"l2\"}",
                "{\"dimension\":9000,\"metric\":\"l2\"}",
                "{\"dimension\":3,\"metric\":\"taxi\"}",
                "{\"dimension\":3}")) {
            assertThat(memory.put("/vectors/other", bad).statusCode()).as(bad).isEqualTo(400);
        }
        upsert("points", Map.of("id", "a", "vector", List.of(1, 2, 3)));
        JsonPath shown = ok(memory.get("/vectors/points"));
        assertThat(shown.getInt("dimension")).isEqualTo(3);
        assertThat(shown.getString("metric")).isEqualTo("l2");
        assertThat(shown.getInt("vectors")).isEqualTo(1);
        assertThat(ok(memory.get("/vectors")).getList("name")).containsExactly("points");
    }

    @Test
    void eachMetricHasItsOrderAndEqualOnesAreOrderedById() {
        // Given
        List<Map<String, ?>> items = List.of(
                Map.of("id", "far", "vector", List.of(10, 0)),
                Map.of("id", "near", "vector", List.of(1, 0.5)),
                Map.of("id", "twin-b", "vector", List.of(0, 1)),
                Map.of("id", "twin-a", "vector", List.of(0, 1)),
                Map.of("id", "behind", "vector", List.of(-1, 0)));
        for (String metric : List.of("cosine", "l2", "inner_product")) {
            memory.put("/vectors/" + metric, Map.of("dimension", 2, "metric", metric));
            upsert(metric, items.toArray(Map[]::new));
        }

        // When
        JsonPath cosine = search("cosine", Map.of("vector", List.of(1, 0)));
        JsonPath l2 = search("l2", Map.of("vector", List.of(1, 0)));
        JsonPath inner = search("inner_product", Map.of("vector", List.of(1, 0), "k", 4));

        // Then
        assertThat(cosine.getList("results.id")).containsExactly("far", "near", "twin-a", "twin-b", "behind");
        assertThat(cosine.getDouble("results[0].score")).isEqualTo(1.0);
        assertThat(cosine.getDouble("results[4].score")).isEqualTo(-1.0);
        assertThat(l2.getList("results.id")).containsExactly("near", "twin-a", "twin-b", "behind", "far");
        assertThat(l2.getDouble("results[0].score")).isEqualTo(0.5);
        assertThat(l2.getDouble("results[1].score")).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(inner.getList("results.id")).containsExactly("far", "near", "twin-a", "twin-b");
        assertThat(inner.getDouble("results[0].score")).isEqualTo(10.0);
        assertThat(inner.getString("metric")).isEqualTo("inner_product");
    }

    @Test
    void exactMetricsAgreeWithComparingAllWithAndWithoutAFilter() {
        // Given more vectors than are compared by key
        Random random = new Random(11);
        List<Map<String, Object>> items = new ArrayList<>();
        List<List<Float>> vectors = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            List<Float> vector = random(random);
            vectors.add(vector);
            items.add(Map.of("id", "v%05d".formatted(i), "vector", vector, "metadata", Map.of("n", i)));
        }
        List<Float> query = random(random);
        for (String metric : List.of("l2", "inner_product", "cosine")) {
            memory.put("/vectors/" + metric, Map.of("dimension", DIMENSION, "metric", metric));
            ok(memory.post("/vectors/" + metric, Map.of("items", items)));

            // When
            List<String> all = search(metric, Map.of("vector", query, "k", 10)).getList("results.id");
            List<String> half = search(
                            metric, Map.of("vector", query, "k", 10, "filter", Map.of("n", Map.of("lt", 1_500))))
                    .getList("results.id");
            List<String> few = search(metric, Map.of("vector", query, "k", 10, "filter", Map.of("n", Map.of("lt", 20))))
                    .getList("results.id");

            // Then
            assertThat(few).isEqualTo(nearest(metric, vectors, query, 20));
            if (metric.equals("cosine")) {
                assertThat(nearest(metric, vectors, query, 3_000).stream()
                                .filter(all::contains)
                                .count())
                        .isGreaterThanOrEqualTo(8);
                assertThat(nearest(metric, vectors, query, 1_500).stream()
                                .filter(half::contains)
                                .count())
                        .isGreaterThanOrEqualTo(8);
            } else {
                assertThat(all).isEqualTo(nearest(metric, vectors, query, 3_000));
                assertThat(half).isEqualTo(nearest(metric, vectors, query, 1_500));
            }
        }
    }

    @Test
    void oneVectorIsReadReplacedAndDeleted() {
        // Given
        memory.put("/vectors/v", Map.of("dimension", 2, "metric", "cosine"));
        assertThat(upsert("v", Map.of("id", "a/b", "vector", List.of(1, 0), "metadata", Map.of("x", 1)))
                        .getInt("created"))
                .isEqualTo(1);

        // When it is replaced
        JsonPath again =
                upsert("v", Map.of("id", "a/b", "vector", List.of(0, 1.5)), Map.of("id", "c", "vector", List.of(1, 0)));

        // Then
        assertThat(again.getInt("stored")).isEqualTo(2);
        assertThat(again.getInt("created")).isEqualTo(1);
        JsonPath read = ok(memory.get("/vectors/v/c"));
        assertThat(read.getList("vector", Float.class)).containsExactly(1f, 0f);
        assertThat(search("v", Map.of("vector", List.of(0, 1), "k", 1)).getString("results[0].id"))
                .isEqualTo("a/b");
        assertThat(search("v", Map.of("vector", List.of(0, 1), "filter", Map.of("x", 1)))
                        .getList("results"))
                .isEmpty();

        // When it is deleted
        assertThat(memory.delete("/vectors/v/c").statusCode()).isEqualTo(204);

        // Then
        assertThat(memory.delete("/vectors/v/c").statusCode()).isEqualTo(404);
        assertThat(memory.get("/vectors/v/c").statusCode()).isEqualTo(404);
        assertThat(search("v", Map.of("vector", List.of(1, 0))).getList("results.id"))
                .containsExactly("a/b");
        theIndexHas(1);

        // When the collection is
        assertThat(memory.delete("/vectors/v").statusCode()).isEqualTo(204);

        // Then a new one of that name is empty
        assertThat(memory.get("/vectors/v").statusCode()).isEqualTo(404);
        assertThat(memory.put("/vectors/v", Map.of("dimension", 5, "metric", "l2"))
                        .statusCode())
                .isEqualTo(201);
        assertThat(ok(memory.get("/vectors/v")).getInt("vectors")).isZero();
    }

    @Test
    void badVectorsAreRefusedAsAWhole() {
        // Given
        memory.put("/vectors/v", Map.of("dimension", 2, "metric", "l2"));
        Map<String, Object> good = Map.of("id", "good", "vector", List.of(1, 1));

        // When, then
        assertThat(post(good, Map.of("id", "long", "vector", List.of(1, 1, 1))).statusCode())
                .isEqualTo(422);
        assertThat(post(good, good).statusCode()).isEqualTo(400);
        for (String vector : List.of("[1,null]", "[1,\"NaN\"]", "[1,1e60]", "[]", "null", "[1,[2]]")) {
            Response answer = memory.post(
                    "/vectors/v",
                    "{\"items\":[{\"id\":\"good\",\"vector\":[1,1]},{\"id\":\"bad\",\"vector\":" + vector + "}]}");
            assertThat(answer.statusCode()).as(vector + answer.asString()).isEqualTo(400);
        }
        assertThat(memory.post("/vectors/v/search", Map.of("vector", List.of(1)))
                        .statusCode())
                .isEqualTo(422);
        assertThat(memory.post("/vectors/v/search", Map.of("vector", List.of(1, 1), "k", 1_001))
                        .statusCode())
                .isEqualTo(400);
        assertThat(memory.post("/vectors/none", Map.of("items", List.of(good))).statusCode())
                .isEqualTo(404);
        assertThat(search("v", Map.of("vector", List.of(1, 1))).getList("results"))
                .isEmpty();
    }

    @Test
    void whatExpiresIsNeverFoundAndIsSwept() {
        // Given
        memory.put("/vectors/v", Map.of("dimension", 1, "metric", "l2"));
        upsert(
                "v",
                Map.of("id", "short", "vector", List.of(1), "ttl_s", 1, "metadata", Map.of("a", 1)),
                Map.of("id", "long", "vector", List.of(2), "metadata", Map.of("a", 1)));

        // When
        Eventually.holds(
                () -> assertThat(memory.get("/vectors/v/short").statusCode()).isEqualTo(404));

        // Then
        assertThat(search("v", Map.of("vector", List.of(1))).getList("results.id"))
                .containsExactly("long");
        assertThat(search("v", Map.of("vector", List.of(1), "filter", Map.of("a", 1)))
                        .getList("results.id"))
                .containsExactly("long");
        assertThat(ok(memory.get("/vectors/v")).getInt("vectors")).isEqualTo(1);
        Eventually.holds(java.time.Duration.ofSeconds(20), () -> theIndexHas(1));
    }

    @Test
    void writersAtTheSameTimeLoseNothing() {
        // Given
        memory.put("/vectors/v", Map.of("dimension", 2, "metric", "cosine"));

        // When
        Concurrently.all(8, client -> {
            for (int i = 0; i < 10; i++) {
                Concurrently.patiently(() -> post(
                        Map.of("id", "shared", "vector", List.of(client, 1)),
                        Map.of("id", "own-" + client, "vector", List.of(1, client))));
            }
            return null;
        });

        // Then
        assertThat(ok(memory.get("/vectors/v")).getInt("vectors")).isEqualTo(9);
        assertThat(search("v", Map.of("vector", List.of(1, 0), "k", 20)).getList("results"))
                .hasSize(9);
        theIndexHas(9);
    }

    private Response post(Map<?, ?>... items) {
        return memory.post("/vectors/v", Map.of("items", List.of(items)));
    }

    private JsonPath upsert(String collection, Map<?, ?>... items) {
        return ok(memory.post("/vectors/" + collection, Map.of("items", List.of(items))));
    }

    private JsonPath search(String collection, Map<String, ?> wanted) {
        return ok(memory.post("/vectors/" + collection + "/search", wanted));
    }

    private void theIndexHas(long vectors) {
        long corpus = sql.number(
                "select c.corpus_no from memory_collection c join memory_namespace n using (namespace_no)"
                        + " where n.name = $1 and c.deleted_at is null",
                memory.namespace);
        assertThat(sql.number("select count(*) from memory_vector where corpus_no = $1", corpus))
                .isEqualTo(vectors);
        assertThat(sql.number("select count(*) from chunk_vector where corpus_no = $1", corpus))
                .isEqualTo(vectors);
        assertThat(sql.number("select chunks from corpus_state where corpus_no = $1", corpus))
                .isEqualTo(vectors);
    }

    private static List<Float> random(Random random) {
        return IntStream.range(0, DIMENSION)
                .mapToObj(i -> (float) random.nextGaussian())
                .toList();
    }

    /** The ids of the ten nearest of the first vectors, computed plainly. */
    private static List<String> nearest(String metric, List<List<Float>> vectors, List<Float> query, int count) {
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -similarity(metric, vectors.get(i), query))
                        .thenComparing(i -> i))
                .limit(10)
                .map("v%05d"::formatted)
                .toList();
    }

    private static double similarity(String metric, List<Float> a, List<Float> b) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        double distance = 0;
        for (int i = 0; i < a.size(); i++) {
            dot += (double) a.get(i) * b.get(i);
            squareA += (double) a.get(i) * a.get(i);
            squareB += (double) b.get(i) * b.get(i);
            distance += Math.pow(a.get(i) - b.get(i), 2);
        }
        return switch (metric) {
            case "l2" -> -distance;
            case "inner_product" -> dot;
            default -> dot / Math.sqrt(squareA * squareB);
        };
    }
}
