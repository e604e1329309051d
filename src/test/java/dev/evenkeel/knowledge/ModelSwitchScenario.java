package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.ModelWorkshop;
import dev.evenkeel.testing.Sql;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Collections on the way from a static model to one of an endpoint, and what can be seen of them. */
abstract class ModelSwitchScenario {
    static final String KIND = "knowledge.reembed";
    static final Duration PATIENTLY = Duration.ofSeconds(60);

    @ConfigProperty(name = "test.model-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @Inject
    Sql sql;

    String local = "";
    String remote = "";

    @BeforeEach
    void twoModels() {
        endpointIs("normal");
        local = created(Map.of("name", newModel(), "kind", "static", "folder", "tiny"));
        Map<String, Object> wanted = new HashMap<>(Map.of(
                "name", newModel(), "kind", "openai", "endpoint", endpoint, "model", "synonyms", "batch_size", 4));
        wanted.put("api_key", ModelWorkshop.API_KEY);
        wanted.put("dimension", ModelWorkshop.DIMENSION);
        remote = created(wanted);
    }

    @AfterEach
    void theKindRuns() {
        endpointIs("normal");
        ok(post("/api/v1/jobs/kinds/" + KIND + "/resume", Map.of()));
    }

    void endpointIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour);
    }

    static String newModel() {
        return "switch-" + UUID.randomUUID();
    }

    static String created(Map<String, ?> wanted) {
        return Json.of(post("/api/v1/embedding-models", wanted)).getString("name");
    }

    static UUID collectionWith(String model) {
        return createCollection(Map.of("name", newName(), "embedding_model", model, "contextual_header", false));
    }

    static void go(UUID collection, String model) {
        ok(patch(COLLECTIONS + "/" + collection, Map.of("embedding_model", model)));
    }

    static JsonPath view(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection));
    }

    static void arrived(UUID collection, String model) {
        Eventually.holds(PATIENTLY, () -> {
            assertThat(view(collection).getString("embedding_model")).isEqualTo(model);
            assertThat(view(collection).getString("next_embedding_model")).isNull();
        });
    }

    static JsonPath vectorSearch(String query, UUID collection) {
        return ok(post(
                "/api/v1/search", Map.of("query", query, "mode", "vector", "collection_ids", List.of(collection))));
    }

    static void found(UUID collection, String word, UUID document) {
        JsonPath answer = vectorSearch(word, collection);
        assertThat(answer.getString("mode")).as(word).isEqualTo("vector");
        assertThat(answer.getString("degraded")).as(word).isNull();
        assertThat(answer.getString("results[0].document_id")).as(word).isEqualTo(document.toString());
    }

    static List<UUID> texts(UUID collection, int count) {
        List<UUID> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(storeText(collection, "The okapi" + i + " was seen."));
        }
        documents.forEach(KnowledgeApi::completed);
        return documents;
    }

    static JsonPath job(UUID collection) {
        return ok(get("/api/v1/jobs?kind=" + KIND + "&subject_id=" + collection));
    }

    static String jobId(UUID collection) {
        return job(collection).getString("items[0].id");
    }

    long vectors(UUID collection, int dimension) {
        return sql.number(
                "select count(*) from chunk_vector v join collection c using (corpus_no) join embedding_model m"
                        + " using (model_no) where c.id = $1 and m.dimension = $2",
                collection,
                dimension);
    }

    void halfWay(UUID collection) {
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isPositive());
        assertThat(view(collection).getString("next_embedding_model")).isEqualTo(remote);
        assertThat(view(collection).getString("embedding_model")).isEqualTo(local);
    }

    static void succeeded(UUID collection) {
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getString("items[0].state")).isEqualTo("succeeded"));
    }
}
