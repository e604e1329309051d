package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.ConversionEndpoint;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.LaneTurns;
import dev.evenkeel.testing.OfflineModel;
import dev.evenkeel.testing.ScannerEndpoint;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A static model as the configured one: documents and memory are found by meaning without an endpoint. The other services are there so
 * that it is the same application as of {@link HttpExtractorTest}.
 */
@QuarkusTest
@QuarkusTestResource(value = ConversionEndpoint.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ScannerEndpoint.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = OfflineModel.class, restrictToAnnotatedClass = true)
class OfflineSearchTest {
    @Inject
    LaneTurns lanes;

    @Test
    void documentsAndMemoryAreFoundByMeaning() {
        // Given
        UUID collection = createCollection(Map.of("name", newName(), "contextual_header", false));
        UUID boats = storeText(collection, "The vessel left.");
        completed(boats);
        completed(storeText(collection, "The doctor came."));
        String memory = "/api/v1/memory/offline" + UUID.randomUUID();
        post(memory + "/entries", Map.of("key", "boat", "text", "A ship."))
                .then()
                .statusCode(201);

        // When
        JsonPath found = ok(post(
                "/api/v1/search", Map.of("query", "boat", "mode", "vector", "collection_ids", List.of(collection))));

        // Then
        assertThat(found.getString("mode")).isEqualTo("vector");
        assertThat(found.getString("results[0].document_id")).isEqualTo(boats.toString());
        assertThat(ok(get("/api/v1/collections/" + collection)).getString("embedding_model"))
                .isEqualTo("default");
        assertThat(ok(get("/api/v1/embedding-models/default")).getString("kind"))
                .isEqualTo("static");
        assertThat(ok(get("/api/v1/embedding-models/default")).getInt("dimension"))
                .isEqualTo(8);
        Eventually.holds(Duration.ofSeconds(40), () -> {
            JsonPath remembered = ok(post(memory + "/search", Map.of("query", "vessel", "mode", "vector")));
            assertThat(remembered.getString("mode")).isEqualTo("vector");
            assertThat(remembered.getString("results[0].key")).isEqualTo("boat");
        });
    }

    @Test
    void aSearchByAModelInMemoryTakesOneTurnInTheReadLane() {
        // Given
        UUID collection = collection();
        UUID boats = storeText(collection, "The vessel left.");
        completed(boats);

        // When
        long turns = lanes.readTurns(() -> {
            JsonPath found = ok(post(
                    "/api/v1/search",
                    Map.of("query", "ship " + UUID.randomUUID(), "collection_ids", List.of(collection))));
            assertThat(found.getString("mode")).isEqualTo("hybrid");
            assertThat(found.getList("results.document_id")).contains(boats.toString());
        });

        // Then
        assertThat(turns).isEqualTo(1);
    }
}
