package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.ModelWorkshop;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;

/** Models of a directory and of an endpoint, and collections that use them. */
abstract class EmbeddingModelScenario {
    static final String MODELS = "/api/v1/embedding-models";
    static final Duration PATIENTLY = Duration.ofSeconds(40);
    static final AtomicInteger NUMBERS = new AtomicInteger();

    @ConfigProperty(name = "test.model-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @ConfigProperty(name = "test.models-directory", defaultValue = "only in this test")
    String directory = "";

    @BeforeEach
    void anEndpointThatWorks() {
        endpointIs("normal");
    }

    void endpointIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour);
    }

    static String newModel() {
        return "model-" + NUMBERS.incrementAndGet() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    Map<String, Object> remote(String name) {
        return new HashMap<>(Map.of(
                "name",
                name,
                "kind",
                "openai",
                "endpoint",
                endpoint,
                "model",
                "synonyms",
                "dimension",
                ModelWorkshop.DIMENSION,
                "api_key",
                ModelWorkshop.API_KEY));
    }

    static String created(Map<String, ?> wanted) {
        Response response = post(MODELS, wanted);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
        return Json.of(response).getString("name");
    }

    String remoteModel() {
        return created(remote(newModel()));
    }

    static String staticModel() {
        return created(Map.of("name", newModel(), "kind", "static", "folder", "tiny"));
    }

    static UUID collectionWith(String model) {
        return createCollection(Map.of("name", newName(), "embedding_model", model, "contextual_header", false));
    }

    static JsonPath vectorSearch(String query, UUID... collections) {
        return searched(query, "vector", collections);
    }

    static JsonPath searched(String query, String mode, UUID... collections) {
        return ok(post(
                "/api/v1/search", Map.of("query", query, "mode", mode, "collection_ids", Arrays.asList(collections))));
    }
}
