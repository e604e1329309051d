package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Embedding models as data, and collections that choose among them. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class EmbeddingModelsTest extends EmbeddingModelScenario {
    @Inject
    Sql sql;

    @Inject
    Database database;

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
        ModelFiles.write(models.resolve("bpe"), table, tokenizer.replace("WordPiece", "BPE"), "");

        // Then
        Map.of(
                        "long-header", "longer than the file",
                        "truncated", "outside of the file",
                        "bpe", "not supported",
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
                () -> post(MODELS, Map.of("name", name, "kind", "static", "folder", "vanishing")),
                Concurrently.THREADS);
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
