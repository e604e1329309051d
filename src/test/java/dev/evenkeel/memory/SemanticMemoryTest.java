package dev.evenkeel.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.EmbeddingEndpoint;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddingEndpoint.class)
class SemanticMemoryTest {
    private static final Duration PATIENTLY = Duration.ofSeconds(40);

    @ConfigProperty(name = "test.embedding-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @Inject
    Sql sql;

    private final SearchedNamespace memory = SearchedNamespace.fresh();

    @BeforeEach
    void anEndpointThatWorks() {
        endpointIs("normal");
    }

    @Test
    void aTextIsFoundByItsWordsAtOnceAndByItsMeaningSoon() {
        // When
        memory.store(Map.of("key", "boat", "text", "The vessel left the harbour at dawn."));
        memory.store(Map.of("key", "doctor", "text", "The physician wrote a prescription."));

        // Then
        assertThat(memory.keys(Map.of("query", "vessel", "mode", "keyword"))).containsExactly("boat");
        assertThat(memory.keys(Map.of("query", "ships", "mode", "keyword"))).isEmpty();
        Eventually.holds(PATIENTLY, () -> {
            JsonPath found = memory.search(Map.of("query", "ships", "mode", "vector"));
            assertThat(found.getString("mode")).isEqualTo("vector");
            assertThat(found.getString("results[0].key")).isEqualTo("boat");
            assertThat(found.getDouble("results[0].vector_score")).isGreaterThan(0.5);
        });

        // And both arms are fused
        JsonPath both = memory.search(Map.of("query", "ship harbour"));
        assertThat(both.getString("mode")).isEqualTo("hybrid");
        assertThat(both.getString("results[0].key")).isEqualTo("boat");
        assertThat(both.getInt("results[0].keyword_rank")).isEqualTo(1);
        assertThat(both.getInt("results[0].vector_rank")).isEqualTo(1);

        // And an overwritten text is found by its new meaning only
        memory.store(Map.of("key", "boat", "text", "The surgeon is late."));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(memory.keys(Map.of("query", "physician", "mode", "vector", "limit", 2)))
                        .containsExactlyInAnyOrder("doctor", "boat"));
        assertThat(sql.number(
                        "select count(*) from chunk_vector v join memory_namespace n using (corpus_no) where n.name = $1",
                        memory.namespace))
                .isEqualTo(2);
    }

    @Test
    void aVectorOfTheClientIsNotComparedWithThoseOfTheModel() {
        // Given
        memory.storeAll(List.of(
                Map.of("key", "given", "text", "a ship", "vector", List.of(1, 0)),
                Map.of("key", "embedded", "text", "a boat")));

        // When
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(memory.keys(Map.of("query", "vessel", "mode", "vector")))
                        .containsExactly("embedded"));

        // Then
        assertThat(memory.keys(Map.of("vector", List.of(1, 0)))).containsExactly("given");
    }

    @Test
    void whileTheEndpointIsDownSearchIsByWordsAndSaysSo() {
        // Given
        endpointIs("down");
        memory.store(Map.of("key", "late", "text", "The surgeon was late."));

        // When
        JsonPath found = memory.search(Map.of("query", "surgeon", "mode", "vector"));

        // Then
        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getString("degraded")).contains("keyword");
        assertThat(found.getString("results[0].key")).isEqualTo("late");

        // When it is back
        endpointIs("normal");

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(memory.keys(Map.of("query", "physician", "mode", "vector")))
                        .containsExactly("late"));
    }

    private void endpointIs(String behaviour) {
        RestAssured.given().get(endpoint + "/behaviour?is=" + behaviour).then().statusCode(200);
    }
}
