package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ModelWorkshop;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Collections of several embedding models are searched, alone and together, and when a model fails. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class EmbeddingModelSearchTest extends EmbeddingModelScenario {
    @Test
    void anotherWeightOfAModelHoldsForSearchesThatAreRemembered() {
        // Given a text that is found by its meaning alone
        String model = staticModel();
        ok(patch(MODELS + "/" + model, Map.of("hybrid_weight", 1)));
        UUID collection = collectionWith(model);
        completed(storeText(collection, "The vessel left."));
        assertThat(searched("ships", "hybrid", collection).getDouble("results[0].score"))
                .isCloseTo(0.5, within(1e-6));

        // When
        ok(patch(MODELS + "/" + model, Map.of("hybrid_weight", 0.25)));

        // Then
        assertThat(searched("ships", "hybrid", collection).getDouble("results[0].score"))
                .isCloseTo(0.2, within(1e-6));
    }

    @Test
    void aLeastScoreOfSeveralModelsIsTheCosineOfEach() {
        // Given
        UUID one = collectionWith(staticModel());
        UUID other = collectionWith(staticModel());
        for (UUID collection : List.of(one, other)) {
            completed(storeText(collection, "The vessel left."));
            completed(storeText(collection, "The physician came."));
        }
        Map<String, Object> wanted =
                new HashMap<>(Map.of("query", "ships", "mode", "vector", "collection_ids", List.of(one, other)));
        assertThat(ok(post("/api/v1/search", wanted)).getList("results")).hasSize(4);

        // When
        wanted.put("min_score", 0.9);
        JsonPath found = ok(post("/api/v1/search", wanted));

        // Then
        assertThat(found.getList("results.vector_score", Double.class))
                .hasSize(2)
                .allMatch(score -> score > 0.9);
    }

    @Test
    void aStaticModelFindsByMeaningWithoutAnyEndpoint() {
        // Given
        UUID collection = collectionWith(staticModel());
        UUID boats = storeText(collection, "The vessel left.");
        UUID doctors = storeText(collection, "The physician came.");
        completed(boats);
        completed(doctors);

        // When
        JsonPath found = vectorSearch("ships", collection);

        // Then
        assertThat(found.getString("mode")).isEqualTo("vector");
        assertThat(found.getString("degraded")).isNull();
        assertThat(found.getString("results[0].document_id")).isEqualTo(boats.toString());
        assertThat(found.getDouble("results[0].vector_score")).isGreaterThan(0.999);
        assertThat(document(boats).getInt("embedded_count")).isEqualTo(1);
        // Three words, of which the model knows one
        assertThat(statistics(collection).getMap("embedding_tokens").values()).containsExactly(2);
    }

    @Test
    void collectionsOfTwoModelsAreSearchedTogether() {
        // Given the same words under two models, and in a collection without one
        UUID remote = collectionWith(remoteModel());
        UUID local = collectionWith(staticModel());
        UUID none = collectionWith("none");
        UUID far = storeText(remote, "A boat at sea.");
        UUID near = storeText(local, "A ship in port.");
        UUID plain = storeText(none, "A vessel.");
        completed(far);
        completed(near);
        assertThat(document(plain).getString("state")).isEqualTo("completed");

        // When
        JsonPath both = vectorSearch("vessel", remote, local);
        JsonPath withNone = vectorSearch("vessel", remote, local, none);
        JsonPath hybrid = searched("vessel", "hybrid", remote, local, none);

        // Then each is first by its own model, and ranks decide
        assertThat(both.getString("mode")).isEqualTo("vector");
        assertThat(both.getString("degraded")).isNull();
        assertThat(both.getList("results.document_id")).containsExactlyInAnyOrder(far.toString(), near.toString());
        assertThat(both.getDouble("results[0].score")).isCloseTo(1.0, within(1e-8));
        assertThat(both.getDouble("results[1].score")).isCloseTo(1.0, within(1e-8));
        assertThat(withNone.getList("results.document_id")).hasSize(2);
        assertThat(withNone.getString("degraded")).contains("left out");
        assertThat(hybrid.getString("mode")).isEqualTo("hybrid");
        assertThat(hybrid.getList("results.document_id"))
                .containsExactlyInAnyOrder(far.toString(), near.toString(), plain.toString());
    }

    @Test
    void whileOneModelIsDownTheOtherIsSearchedAndNothingFails() {
        // Given
        UUID remote = collectionWith(remoteModel());
        UUID local = collectionWith(staticModel());
        UUID far = storeText(remote, "A boat at sea.");
        UUID near = storeText(local, "A ship in port.");
        completed(far);
        completed(near);

        // When
        endpointIs("down");
        JsonPath byVector = vectorSearch("vessel", remote, local);
        JsonPath hybrid = searched("boat", "hybrid", remote, local);
        JsonPath alone = vectorSearch("boat", remote);

        // Then
        assertThat(byVector.getList("results.document_id")).containsExactly(near.toString());
        assertThat(byVector.getString("degraded")).contains("left out");
        assertThat(hybrid.getList("results.document_id")).contains(far.toString(), near.toString());
        assertThat(hybrid.getString("degraded")).contains("keyword");
        assertThat(alone.getString("mode")).isEqualTo("keyword");
        assertThat(alone.getList("results.document_id")).containsExactly(far.toString());
    }

    @Test
    void anEndpointThatAnswersWithoutEndIsRefusedAndTheTextStaysSearchable() {
        // Given
        endpointIs("endless");
        UUID collection = collectionWith(remoteModel());

        // When
        UUID text = storeText(collection, "An okapi of unusual length.");

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(document(text).getString("error.code")).isEqualTo("embedding_rejected"));
        assertThat(document(text).getString("error.detail"))
                .contains("more than the")
                .contains("1 vectors of 24 numbers");
        assertThat(searched("okapi", "hybrid", collection).getString("results[0].document_id"))
                .isEqualTo(text.toString());
    }

    @Test
    void aWrongDimensionIsToldAndTheTextStaysSearchable() {
        // Given
        Map<String, Object> wanted = remote(newModel());
        wanted.put("dimension", 100);
        UUID collection = collectionWith(created(wanted));

        // When
        UUID text = storeText(collection, "An okapi of unusual dimension.");

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(document(text).getString("error.code")).isEqualTo("embedding_rejected"));
        assertThat(document(text).getString("error.detail"))
                .contains("24 numbers")
                .contains("says 100");
        assertThat(searched("okapi", "hybrid", collection).getString("results[0].document_id"))
                .isEqualTo(text.toString());
    }

    @Test
    void theHeaderIsEmbeddedAndNeverShown() {
        // Given
        UUID collection = createCollection(Map.of("name", newName(), "embedding_model", remoteModel()));
        String marker = "okapi" + NUMBERS.incrementAndGet();
        UUID text = id(
                store(
                        collection,
                        Map.of("title", "Harbours " + marker, "content", "# Dredging\n\n## Depth\n\nTwelve metres.")),
                "id");
        completed(text);

        // Then
        List<String> seen =
                RestAssured.given().get(endpoint + "/seen").jsonPath().getList("");
        assertThat(seen).anySatisfy(given -> assertThat(given).startsWith("Harbours " + marker + " › Dredging"));
        assertThat(KnowledgeApi.chunks(text).getList("items.content").toString())
                .contains("Twelve metres")
                .doesNotContain(marker);
        assertThat(searched(marker, "keyword", collection).getList("results")).isEmpty();
        assertThat(vectorSearch(marker, collection).getString("results[0].document_id"))
                .isEqualTo(text.toString());
        assertThat(ok(get(COLLECTIONS + "/" + collection)).getBoolean("contextual_header"))
                .isTrue();
    }

    @Test
    void anotherTitleIsEmbeddedWhenTheDocumentIsIndexedAgain() {
        // Given
        UUID collection = createCollection(Map.of("name", newName(), "embedding_model", remoteModel()));
        String marker = "quagga" + NUMBERS.incrementAndGet();
        UUID text = id(store(collection, Map.of("title", "Before " + marker, "content", "Twelve metres.")), "id");
        completed(text);
        // When the title changes and the document is indexed again
        ok(patch(DOCUMENTS + "/" + text, Map.of("title", "After " + marker)));
        MaintenanceApi.done(collection, "re-chunk", Map.of("dry_run", false, "all", true));
        completed(text);
        // Then its vector is that of the new one
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(RestAssured.given()
                                .get(endpoint + "/seen")
                                .jsonPath()
                                .getList("", String.class))
                        .anySatisfy(given -> assertThat(given).startsWith("After " + marker)));
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/completeness")).getInt("complete"))
                .isEqualTo(1);
    }
}
