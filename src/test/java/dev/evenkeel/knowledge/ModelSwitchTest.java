package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ModelWorkshop;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collection goes over to another embedding model, whatever happens meanwhile. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class ModelSwitchTest {
    private static final String KIND = "knowledge.reembed";
    private static final Duration PATIENTLY = Duration.ofSeconds(60);

    @ConfigProperty(name = "test.model-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @Inject
    Sql sql;

    private String local = "";
    private String remote = "";

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

    private void endpointIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour);
    }

    private static String newModel() {
        return "switch-" + UUID.randomUUID();
    }

    private static String created(Map<String, ?> wanted) {
        return post("/api/v1/embedding-models", wanted).jsonPath().getString("name");
    }

    private static UUID collectionWith(String model) {
        return createCollection(Map.of("name", newName(), "embedding_model", model, "contextual_header", false));
    }

    private static void go(UUID collection, String model) {
        ok(patch(COLLECTIONS + "/" + collection, Map.of("embedding_model", model)));
    }

    private static JsonPath view(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection));
    }

    private static void arrived(UUID collection, String model) {
        Eventually.holds(PATIENTLY, () -> {
            assertThat(view(collection).getString("embedding_model")).isEqualTo(model);
            assertThat(view(collection).getString("next_embedding_model")).isNull();
        });
    }

    private static JsonPath vectorSearch(String query, UUID collection) {
        return ok(post(
                "/api/v1/search", Map.of("query", query, "mode", "vector", "collection_ids", List.of(collection))));
    }

    private static void found(UUID collection, String word, UUID document) {
        JsonPath answer = vectorSearch(word, collection);
        assertThat(answer.getString("mode")).as(word).isEqualTo("vector");
        assertThat(answer.getString("degraded")).as(word).isNull();
        assertThat(answer.getString("results[0].document_id")).as(word).isEqualTo(document.toString());
    }

    private static List<UUID> texts(UUID collection, int count) {
        List<UUID> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(storeText(collection, "The okapi" + i + " was seen."));
        }
        documents.forEach(KnowledgeApi::completed);
        return documents;
    }

    private static JsonPath job(UUID collection) {
        return ok(get("/api/v1/jobs?kind=" + KIND + "&subject_id=" + collection));
    }

    private static String jobId(UUID collection) {
        return job(collection).getString("items[0].id");
    }

    private long vectors(UUID collection, int dimension) {
        return sql.number(
                "select count(*) from chunk_vector v join collection c using (corpus_no) join embedding_model m"
                        + " using (model_no) where c.id = $1 and m.dimension = $2",
                collection,
                dimension);
    }

    private void halfWay(UUID collection) {
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isPositive());
        assertThat(view(collection).getString("next_embedding_model")).isEqualTo(remote);
        assertThat(view(collection).getString("embedding_model")).isEqualTo(local);
    }

    @Test
    void whatIsWrittenAndSearchedMeanwhileIsFoundAtEveryMoment() throws Exception {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(2);
        List<UUID> written = new ArrayList<>();
        Future<Integer> searches = workers.submit(() -> {
            int count = 0;
            for (; !over.get(); count++) {
                found(collection, "okapi" + count % 60, documents.get(count % 60));
            }
            return count;
        });
        Future<?> writing = workers.submit(() -> {
            while (!over.get()) {
                written.add(storeText(collection, "The okapi" + (100 + written.size()) + " was seen too."));
                // Steadily, but not faster than the slow model could ever embed it.
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return written.size();
        });

        // When
        endpointIs("slow");
        go(collection, remote);
        assertThat(view(collection).getString("next_embedding_model")).isEqualTo(remote);
        arrived(collection, remote);
        over.set(true);
        int searched = searches.get();
        writing.get();
        workers.shutdown();
        endpointIs("normal");

        // Then nothing was lost: all of both is found by the new vectors
        assertThat(searched).isGreaterThan(10);
        assertThat(written).hasSizeGreaterThan(5);
        written.forEach(KnowledgeApi::completed);
        for (int i = 0; i < documents.size(); i += 7) {
            found(collection, "okapi" + i, documents.get(i));
        }
        for (int i = 0; i < Math.min(written.size(), 800); i += 5) {
            found(collection, "okapi" + (100 + i), written.get(i));
        }
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(60 + written.size());
        succeeded(collection);
        assertThat(statistics(collection).getInt("embedded_chunks")).isEqualTo(60 + written.size());
        assertThat(statistics(collection).getInt("embedding_tokens.'" + remote + "'"))
                .isGreaterThanOrEqualTo(60 * ModelWorkshop.TOKENS_A_TEXT);

        // And the old vectors go after a while
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.STATIC_DIMENSION))
                        .isZero());
        found(collection, "okapi3", documents.get(3));
    }

    @Test
    void aCancelledWayLeavesTheCollectionAsItWas() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 100);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When
        ok(post("/api/v1/jobs/" + jobId(collection) + "/cancel", Map.of()));

        // Then
        arrived(collection, local);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getString("items[0].state")).isEqualTo("cancelled"));
        found(collection, "okapi7", documents.get(7));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero());
        assertThat(vectors(collection, ModelWorkshop.STATIC_DIMENSION)).isEqualTo(100);
        found(collection, "okapi9", documents.get(9));
    }

    @Test
    void nobodyTakesUpAWayThatIsBeingCancelled() {
        // Given a run that waits some seconds for the model
        UUID collection = collectionWith(local);
        texts(collection, 3 * ModelWorkshop.BATCH);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);
        endpointIs("stuck");

        // When
        ok(post("/api/v1/jobs/" + jobId(collection) + "/cancel", Map.of()));

        // Then
        arrived(collection, local);
        assertThat(job(collection).getList("items.id")).hasSize(1);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero());
    }

    @Test
    void vectorsOfAWayThatNobodyIsOnAnyMoreGo() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When whoever sent it back has noted that and nothing else
        sql.rows("update collection set next_embedding_model_id = null where id = $1 returning id", collection);

        // Then
        Eventually.holds(PATIENTLY, () -> {
            assertThat(job(collection).getString("items[0].state")).isEqualTo("succeeded");
            assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isZero();
        });
        found(collection, "okapi7", documents.get(7));
    }

    @Test
    void aRunnerThatVanishesIsFollowedByOneThatGoesOn() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 100);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);
        int before =
                Integer.parseInt(RestAssured.given().get(endpoint + "/texts").asString());
        long stored = vectors(collection, ModelWorkshop.DIMENSION);

        // When its lease is somebody's who is gone
        sql.rows(
                "update job set runner = $2, lease_until = now() - interval '1 minute'"
                        + " where id = $1 and state = 'running' returning id",
                UUID.fromString(jobId(collection)),
                UUID.randomUUID());
        endpointIs("normal");

        // Then what was stored is not asked for again
        arrived(collection, remote);
        found(collection, "okapi90", documents.get(90));
        int asked =
                Integer.parseInt(RestAssured.given().get(endpoint + "/texts").asString()) - before;
        assertThat((long) asked).isLessThanOrEqualTo(100 - stored + ModelWorkshop.BATCH + 5);
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(100);
        assertThat(job(collection).getInt("items[0].attempt")).isGreaterThan(1);
    }

    @Test
    void anotherRunGoesOnWhereTheLastOneWasAndCatchesUpWithWhatWasWrittenBehind() {
        // Given a way whose first page is behind it
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 150);
        endpointIs("slow");
        go(collection, remote);
        UUID job = UUID.fromString(jobId(collection));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(sql.number(
                                "select count(*) from job where id = $1 and (payload->'position'->>'seen')::int >= 64",
                                job))
                        .isEqualTo(1));
        // And behind it a vector as of another text, and none where something was written meanwhile
        ofVector(documents.get(0), "update chunk_vector v set text_hash = sha256('another text'::bytea) from");
        ofVector(documents.get(1), "delete from chunk_vector v using");
        sql.rows("""
                with state as (update corpus_state s set version = s.version + 1 from collection c
                               where c.id = $1 and c.corpus_no = s.corpus_no returning s.corpus_no, s.version)
                insert into corpus_delta (corpus_no, version, part, first_chunk_no, last_chunk_no)
                select corpus_no, version, 1, k.no, k.no from state, chunk k where k.document_id = $2 returning part""", collection, documents.get(1));

        // When its lease is somebody's who is gone
        sql.rows(
                "update job set runner = $2, lease_until = now() - interval '1 minute'"
                        + " where id = $1 and state = 'running' returning id",
                job,
                UUID.randomUUID());
        endpointIs("normal");
        arrived(collection, remote);

        // Then the next run has not gone through the first page again, and has seen what was written
        assertThat(sql.number(
                        "select count(*) from chunk_vector v join chunk k on k.no = v.chunk_no"
                                + " where k.document_id = $1 and v.text_hash = sha256('another text'::bytea)",
                        documents.get(0)))
                .isEqualTo(1);
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(150);
        found(collection, "okapi1", documents.get(1));
        found(collection, "okapi149", documents.get(149));
        assertThat(job(collection).getInt("items[0].attempt")).isGreaterThan(1);
    }

    /** Does something to the new vector of a document of one chunk. */
    private void ofVector(UUID document, String what) {
        assertThat(sql.rows(what + """
                         chunk k, embedding_model m
                        where k.document_id = $1 and v.chunk_no = k.no and m.model_no = v.model_no and m.dimension = $2
                        returning v.chunk_no""", document, ModelWorkshop.DIMENSION)).hasSize(1);
    }

    @Test
    void aPausedOrWaitingWayLosesNothing() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 20);
        ok(post("/api/v1/jobs/kinds/" + KIND + "/pause", Map.of()));
        endpointIs("down");
        go(collection, remote);
        UUID late = storeText(collection, "The okapi500 came late.");
        completed(late);

        // When it may run, but the endpoint is down
        ok(post("/api/v1/jobs/kinds/" + KIND + "/resume", Map.of()));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getInt("items[0].attempt")).isPositive());

        // Then
        assertThat(view(collection).getString("embedding_model")).isEqualTo(local);
        found(collection, "okapi500", late);

        // When the endpoint is back
        endpointIs("normal");

        // Then
        arrived(collection, remote);
        assertThat(job(collection).getInt("items[0].failures")).isZero();
        found(collection, "okapi500", late);
        found(collection, "okapi5", documents.get(5));
    }

    @Test
    void aModelThatRefusesEndsTheWayAndARetryTakesItUpAgain() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 10);
        endpointIs("short");
        go(collection, remote);

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getString("items[0].state")).isEqualTo("failed"));
        assertThat(job(collection).getString("items[0].error.code")).isEqualTo("embedding_rejected");
        arrived(collection, local);
        found(collection, "okapi4", documents.get(4));

        // When
        endpointIs("normal");
        ok(post("/api/v1/jobs/" + jobId(collection) + "/retry", Map.of()));

        // Then
        arrived(collection, remote);
        found(collection, "okapi4", documents.get(4));
    }

    @Test
    void aModelThatIsBusyForAMomentIsWaitedFor() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When it says more than once that it is to be asked later
        int before = number("/busy");
        endpointIs("busy");
        Eventually.holds(PATIENTLY, () -> assertThat(number("/busy")).isGreaterThan(before + 1));
        endpointIs("normal");

        // Then the same run goes on
        arrived(collection, remote);
        succeeded(collection);
        assertThat(job(collection).getInt("items[0].attempt")).isEqualTo(1);
        found(collection, "okapi59", documents.get(59));
    }

    private int number(String path) {
        return Integer.parseInt(RestAssured.given().get(endpoint + path).asString());
    }

    @Test
    void aRefusedTextCostsItsDocumentTheVectorsAndNobodyElse() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 10);
        UUID refused = storeText(collection, "The okapi400 is " + ModelWorkshop.REFUSED + ".");
        completed(refused);
        found(collection, "okapi400", refused);
        UUID after = storeText(collection, "The okapi401 came after it.");
        completed(after);

        // When
        go(collection, remote);

        // Then
        arrived(collection, remote);
        succeeded(collection);
        found(collection, "okapi9", documents.get(9));
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(11);
        found(collection, "okapi401", after);
        assertThat(document(after).getString("state")).isEqualTo("completed");
        assertThat(document(refused).getString("state")).isEqualTo("searchable");
        assertThat(document(refused).getString("error.code")).isEqualTo("embedding_rejected");
        assertThat(document(refused).getInt("embedded_count")).isZero();

        // When it goes where the text is taken
        go(collection, local);

        // Then
        arrived(collection, local);
        succeeded(collection);
        assertThat(document(refused).getString("state")).isEqualTo("completed");
        assertThat(document(refused).getString("error.code")).isNull();
        found(collection, "okapi400", refused);
    }

    private static void succeeded(UUID collection) {
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(collection).getString("items[0].state")).isEqualTo("succeeded"));
    }

    @Test
    void oneTurnsBackOnTheWayAndSetsOutAgain() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 60);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);

        // When
        go(collection, local);

        // Then
        assertThat(view(collection).getString("next_embedding_model")).isNull();
        found(collection, "okapi1", documents.get(1));

        // When
        endpointIs("normal");
        go(collection, remote);

        // Then
        arrived(collection, remote);
        found(collection, "okapi59", documents.get(59));
        assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isEqualTo(60);
    }

    @Test
    void fromNoModelToOneAndBack() {
        // Given
        UUID collection = collectionWith("none");
        UUID text = storeText(collection, "The okapi1 was seen.");
        assertThat(document(text).getString("state")).isEqualTo("completed");
        assertThat(vectorSearch("okapi1", collection).getString("mode")).isEqualTo("keyword");
        assertThat(vectorSearch("okapi1", collection).getString("degraded")).contains("no embedding model");

        // When
        go(collection, local);
        arrived(collection, local);

        // Then
        found(collection, "okapi1", text);
        succeeded(collection);
        assertThat(document(text).getInt("embedded_count")).isEqualTo(1);

        // When
        go(collection, "none");

        // Then
        assertThat(view(collection).getString("embedding_model")).isEqualTo("none");
        assertThat(vectorSearch("okapi1", collection).getString("mode")).isEqualTo("keyword");
        Eventually.holds(PATIENTLY, () -> {
            assertThat(vectors(collection, ModelWorkshop.STATIC_DIMENSION)).isZero();
            assertThat(document(text).getInt("embedded_count")).isZero();
        });
    }

    @Test
    void documentsTellOfTheVectorsThatTheyAreSearchedBy() {
        // Given a text that the present model refused, and others
        UUID collection = collectionWith(remote);
        endpointIs("short");
        UUID refused = storeText(collection, "The okapi700 was seen.");
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(document(refused).getString("error.code")).isEqualTo("embedding_rejected"));
        endpointIs("normal");
        texts(collection, 200);

        // When another model, which takes the text, has been given more than the first page of documents
        String other = created(Map.of(
                "name",
                newModel(),
                "kind",
                "openai",
                "endpoint",
                endpoint,
                "model",
                "synonyms",
                "batch_size",
                4,
                "api_key",
                ModelWorkshop.API_KEY,
                "dimension",
                ModelWorkshop.DIMENSION));
        endpointIs("slow");
        go(collection, other);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(vectors(collection, ModelWorkshop.DIMENSION)).isGreaterThan(300));
        ok(post("/api/v1/jobs/" + jobId(collection) + "/cancel", Map.of()));
        arrived(collection, remote);

        // Then the text is still without a vector
        assertThat(document(refused).getString("state")).isEqualTo("searchable");
        assertThat(document(refused).getString("error.code")).isEqualTo("embedding_rejected");
        assertThat(document(refused).getInt("embedded_count")).isZero();
        assertThat(statistics(collection).getInt("embedded_chunks")).isEqualTo(200);

        // When the other model's way is gone to its end
        endpointIs("normal");
        go(collection, other);
        arrived(collection, other);
        succeeded(collection);

        // Then
        assertThat(document(refused).getString("state")).isEqualTo("completed");
        assertThat(statistics(collection).getInt("embedded_chunks")).isEqualTo(201);
    }

    @Test
    void anotherHeaderIsAnotherTextToEmbed() {
        // Given
        UUID collection = collectionWith(remote);
        UUID text = UUID.fromString(KnowledgeApi.store(
                        collection, Map.of("title", "About okapi77", "content", "Nothing of the name is in here."))
                .getString("id"));
        completed(text);
        byte[] before = hash(collection);

        // When
        ok(patch(COLLECTIONS + "/" + collection, Map.of("contextual_header", true)));
        arrived(collection, remote);

        // Then
        assertThat(hash(collection)).isNotEqualTo(before);
        assertThat(vectorSearch("okapi77", collection).getDouble("results[0].vector_score"))
                .isGreaterThan(0.8);

        // When
        ok(patch(COLLECTIONS + "/" + collection, Map.of("contextual_header", false)));
        arrived(collection, remote);

        // Then
        assertThat(hash(collection)).isEqualTo(before);
    }

    private byte[] hash(UUID collection) {
        return sql.rows(
                        "select text_hash from chunk_vector v join collection c using (corpus_no) where c.id = $1",
                        collection)
                .iterator()
                .next()
                .getBuffer("text_hash")
                .getBytes();
    }

    @Test
    void whatWasRefusedIsEmbeddedWhenTheCollectionIsEmbeddedAgain() {
        // Given
        UUID collection = collectionWith(remote);
        endpointIs("short");
        UUID text = storeText(collection, "The okapi8 of " + UUID.randomUUID());
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(document(text).getString("error.code")).isEqualTo("embedding_rejected"));

        // When
        endpointIs("normal");
        String job = post(COLLECTIONS + "/" + collection + "/reembed", Map.of())
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getString("job_id");

        // Then
        arrived(collection, remote);
        assertThat(ok(get("/api/v1/jobs/" + job)).getString("state")).isEqualTo("succeeded");
        assertThat(document(text).getString("state")).isEqualTo("completed");
        found(collection, "okapi8", text);
        KnowledgeApi.problem(post(COLLECTIONS + "/" + collectionWith("none") + "/reembed", Map.of()), 409);
    }
}
