package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.ModelFiles;
import dev.evenkeel.testing.ModelWorkshop;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Embedding models as data, and collections that choose among them. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class EmbeddingModelsTest {
    private static final String MODELS = "/api/v1/embedding-models";
    private static final Duration PATIENTLY = Duration.ofSeconds(40);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @ConfigProperty(name = "test.model-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @ConfigProperty(name = "test.models-directory", defaultValue = "only in this test")
    String directory = "";

    @Inject
    Sql sql;

    @Inject
    Database database;

    @BeforeEach
    void anEndpointThatWorks() {
        endpointIs("normal");
    }

    private void endpointIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour);
    }

    private static String newModel() {
        return "model-" + NUMBERS.incrementAndGet() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    private Map<String, Object> remote(String name) {
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

    private static String created(Map<String, ?> wanted) {
        Response response = post(MODELS, wanted);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
        return Json.of(response).getString("name");
    }

    private String remoteModel() {
        return created(remote(newModel()));
    }

    private static String staticModel() {
        return created(Map.of("name", newModel(), "kind", "static", "folder", "tiny"));
    }

    private static UUID collectionWith(String model) {
        return createCollection(Map.of("name", newName(), "embedding_model", model, "contextual_header", false));
    }

    private static JsonPath vectorSearch(String query, UUID... collections) {
        return searched(query, "vector", collections);
    }

    private static JsonPath searched(String query, String mode, UUID... collections) {
        return ok(post(
                "/api/v1/search", Map.of("query", query, "mode", mode, "collection_ids", Arrays.asList(collections))));
    }

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
    void theKeyOfAnEndpointIsNeverShownAndSealedInTheDatabase() {
        // Given
        String name = remoteModel();

        // Then
        assertThat(get(MODELS + "/" + name).asString()).doesNotContain(ModelWorkshop.API_KEY);
        assertThat(ok(get(MODELS + "/" + name)).getBoolean("detail.has_api_key"))
                .isTrue();
        assertThat(get(MODELS + "?limit=200").asString()).doesNotContain(ModelWorkshop.API_KEY);
        assertThat(get("/api/v1/audit-events?action=embedding_model.created").asString())
                .contains(name)
                .doesNotContain(ModelWorkshop.API_KEY);
        assertThat(sql.number(
                        "select count(*) from embedding_model_setting where name = $1 and api_key is not null"
                                + " and position(convert_to($2, 'UTF8') in api_key) = 0",
                        name,
                        ModelWorkshop.API_KEY))
                .isEqualTo(1);

        // When the address is changed without the key, it would be sent to somebody else
        Response moved = patch(MODELS + "/" + name, Map.of("endpoint", endpoint + "/v1"));

        // Then
        invalid(moved, "api_key");
        assertThat(ok(patch(
                                MODELS + "/" + name,
                                Map.of("endpoint", endpoint + "/v1", "api_key", ModelWorkshop.API_KEY)))
                        .getString("detail.endpoint"))
                .isEqualTo(endpoint + "/v1");
    }

    @Test
    void whoIsNoAdministratorSeesNamesAndDimensionsOnly() {
        // Given
        String name = remoteModel();
        String session = new Tenants(database).freshSession();

        // When
        JsonPath seen = ok(
                RestAssured.given().header("Authorization", "Bearer " + session).get(MODELS + "/" + name));

        // Then
        assertThat(seen.getString("name")).isEqualTo(name);
        assertThat(seen.getString("kind")).isEqualTo("openai");
        assertThat(seen.getInt("dimension")).isEqualTo(ModelWorkshop.DIMENSION);
        assertThat(seen.<Object>get("detail")).isNull();
    }

    @Test
    void theDefaultModelAndNoneAreListedAndCannotBeChanged() {
        // Given
        String name = remoteModel();

        // When
        List<String> names = ok(get(MODELS + "?limit=200")).getList("items.name");
        JsonPath firstPage = ok(get(MODELS + "?limit=1"));

        // Then
        assertThat(names).contains("default", "none", name).isSorted();
        assertThat(ok(get(MODELS + "?limit=1&cursor=" + firstPage.getString("next_cursor")))
                        .getString("items[0].name"))
                .isEqualTo(names.get(1));
        assertThat(ok(get(MODELS + "/default")).getString("kind")).isEqualTo("none");
        for (String reserved : List.of("default", "none")) {
            problem(patch(MODELS + "/" + reserved, Map.of("hybrid_weight", 2)), 409);
            problem(delete(MODELS + "/" + reserved), 409);
            problem(post(MODELS, Map.of("name", reserved, "kind", "lexical-hash", "dimension", 8)), 409);
        }
        problem(get(MODELS + "/no-such-model"), 404);
        problem(delete(MODELS + "/no-such-model"), 404);
    }

    @Test
    void whatIsWrongWithAModelIsSaid() {
        for (var wrong : List.of(
                Map.entry("name", Map.of("name", "Capital", "kind", "static", "folder", "tiny")),
                Map.entry("name", Map.of("name", "a/b", "kind", "static", "folder", "tiny")),
                Map.entry("kind", Map.of("name", newModel(), "kind", "configured")),
                Map.entry("kind", Map.of("name", newModel(), "kind", "magic")),
                Map.entry("endpoint", Map.of("name", newModel(), "kind", "openai", "model", "m", "dimension", 4)),
                Map.entry("model", Map.of("name", newModel(), "kind", "openai", "endpoint", endpoint)),
                Map.entry("folder", Map.of("name", newModel(), "kind", "static")),
                Map.entry("dimension", Map.of("name", newModel(), "kind", "lexical-hash")),
                Map.entry("dimension", Map.of("name", newModel(), "kind", "lexical-hash", "dimension", 100_000)),
                Map.entry("dimension", Map.of("name", newModel(), "kind", "static", "folder", "tiny", "dimension", 9)),
                Map.entry("api_key", Map.of("name", newModel(), "kind", "static", "folder", "tiny", "api_key", "k")))) {
            invalid(post(MODELS, wrong.getValue()), wrong.getKey());
        }
        for (String address : List.of("ftp://host/v1", "http://user:pw@host/", "not an address", "/v1", "http:///x")) {
            Map<String, Object> wanted = remote(newModel());
            wanted.put("endpoint", address);
            invalid(post(MODELS, wanted), "endpoint");
        }
        String name = remoteModel();
        problem(post(MODELS, remote(name)), 409);
        invalid(post(COLLECTIONS, Map.of("name", newName(), "embedding_model", "no-such-model")), "embedding_model");
        invalid(
                patch(COLLECTIONS + "/" + collectionWith("none"), Map.of("embedding_model", "nope")),
                "embedding_model");
    }

    @Test
    void filesThatCannotBeUsedAreRefusedWithTheirReason() {
        // Given
        Path models = Path.of(directory);
        byte[] table = ModelFiles.safetensors(ModelFiles.floats("embeddings", new float[] {1, 2}));
        String tokenizer = ModelFiles.tokenizer(List.of("[UNK]"));
        byte[] longHeader = table.clone();
        longHeader[7] = 0x7f;
        ModelFiles.write(models.resolve("long-header"), longHeader, tokenizer, "");
        ModelFiles.write(models.resolve("truncated"), Arrays.copyOf(table, table.length - 1), tokenizer, "");
        ModelFiles.write(models.resolve("unigram"), table, tokenizer.replace("WordPiece", "Unigram"), "");

        // Then
        Map.of(
                        "long-header", "longer than the file",
                        "truncated", "outside of the file",
                        "unigram", "not supported",
                        "missing", "no folder",
                        "../tiny", "without a path",
                        "..", "without a path")
                .forEach((folder, why) -> {
                    JsonPath refused =
                            problem(post(MODELS, Map.of("name", newModel(), "kind", "static", "folder", folder)), 422);
                    assertThat(refused.getString("detail")).contains(why);
                    assertThat(refused.getString("detail")).doesNotContain(directory);
                });
    }

    @Test
    void aChangedFileIsAnotherModel() {
        // Given
        Path folder = ModelFiles.words(Path.of(directory).resolve("changing"), 4, Map.of("boat", 1));
        String name = created(Map.of("name", newModel(), "kind", "static", "folder", "changing"));

        // When the file is another one by the time that it is read again
        ModelFiles.words(folder, 4, Map.of("boat", 2));
        Response another = post(MODELS, Map.of("name", newModel(), "kind", "static", "folder", "changing"));

        // Then
        assertThat(another.statusCode()).isEqualTo(201);
        assertThat(sql.number(
                        "select count(distinct fingerprint) from embedding_model_setting where folder = 'changing'"))
                .isEqualTo(2);
        assertThat(name).isNotEqualTo(Json.of(another).getString("name"));
    }

    @Test
    void theEndpointTellsItsDimensionWhenNobodyElseDoes() {
        // Given
        Map<String, Object> wanted = remote(newModel());
        wanted.remove("dimension");

        // Then
        assertThat(post(MODELS, wanted).jsonPath().getInt("dimension")).isEqualTo(ModelWorkshop.DIMENSION);

        // When it does not answer
        endpointIs("down");
        wanted.put("name", newModel());
        JsonPath refused = problem(post(MODELS, wanted), 422);

        // Then
        assertThat(refused.getString("detail")).contains("does not answer");

        // When it is not to be asked
        wanted.put("dimension", 4);
        assertThat(post(MODELS, wanted).statusCode()).isEqualTo(201);
    }

    @Test
    void aModelInUseIsNotDeleted() {
        // Given
        String name = staticModel();
        UUID collection = collectionWith(name);

        // Then
        assertThat(problem(delete(MODELS + "/" + name), 409).getString("detail"))
                .contains("1 collections");
        assertThat(ok(get(MODELS + "/" + name)).getInt("detail.collections")).isEqualTo(1);

        // When the collection is gone
        assertThat(delete(COLLECTIONS + "/" + collection).statusCode()).isEqualTo(204);

        // Then
        assertThat(delete(MODELS + "/" + name).statusCode()).isEqualTo(204);
        problem(get(MODELS + "/" + name), 404);
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
    void theFilesOfAModelAreReadOnceWhenItIsMade() throws Exception {
        // Given a model whose row cannot be written yet
        Path folder = Path.of(directory).resolve("vanishing");
        ModelFiles.words(folder, ModelWorkshop.STATIC_DIMENSION, Map.of("boat", 1, "ship", 1, "doctor", 2));
        CompletableFuture<Void> locked = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> holding = database.bulkSql(
                        tx -> tx.query("lock table embedding_model_setting in share mode")
                                .execute()
                                .invoke(() -> locked.complete(null))
                                .chain(() -> Uni.createFrom().completionStage(gone)))
                .subscribeAsCompletionStage();
        locked.get(PATIENTLY.toSeconds(), TimeUnit.SECONDS);
        String name = newModel();
        CompletableFuture<Response> posted = CompletableFuture.supplyAsync(
                () -> post(MODELS, Map.of("name", name, "kind", "static", "folder", "vanishing")));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(sql.number("select count(*) from pg_locks"
                                + " where relation = 'embedding_model_setting'::regclass and not granted"))
                        .isEqualTo(1));

        // When its files are gone by the time that it is
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        gone.complete(null);
        holding.get(PATIENTLY.toSeconds(), TimeUnit.SECONDS);

        // Then it works nevertheless
        assertThat(posted.get(PATIENTLY.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(201);
        UUID collection = collectionWith(name);
        UUID boat = storeText(collection, "boat");
        completed(boat);
        assertThat(vectorSearch("ship", collection).getString("results[0].document_id"))
                .isEqualTo(boat.toString());
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

    @Test
    void whatEmbeddingCostIsCounted() {
        // Given
        String model = remoteModel();
        UUID collection = collectionWith(model);

        // When
        completed(storeText(collection, "One text of " + UUID.randomUUID()));
        completed(storeText(collection, "Another text of " + UUID.randomUUID()));

        // Then
        assertThat(statistics(collection).getInt("embedding_tokens.'" + model + "'"))
                .isEqualTo(2 * ModelWorkshop.TOKENS_A_TEXT);
        assertThat(RestAssured.given().get("/q/metrics").asString().lines())
                .anyMatch(line -> line.startsWith("evenkeel_embedding_tokens_total{")
                        && line.contains("model=\"" + model + "\"")
                        && line.contains("purpose=\"passage\"")
                        && line.endsWith(" 20.0"));
    }
}
