package dev.evenkeel.knowledge;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.EmbeddingEndpoint;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.LaneTurns;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddingEndpoint.class)
class SemanticSearchTest {
    private static final Duration PATIENTLY = Duration.ofSeconds(30);

    @ConfigProperty(name = "test.embedding-endpoint", defaultValue = "only in this test")
    String endpoint = "";

    @Inject
    Database database;

    @Inject
    LaneTurns lanes;

    private String collection = "";

    @BeforeEach
    void anEmptyCollectionAndAnEndpointThatWorks() {
        endpointIs("normal");
        collection = given().contentType(ContentType.JSON)
                .body(Map.of("name", "semantic " + UUID.randomUUID()))
                .post("/api/v1/collections")
                .jsonPath()
                .getString("id");
        // A pause after failures of an earlier test may still be running.
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(
                                search("warm up " + UUID.randomUUID(), "vector").getString("mode"))
                        .isEqualTo("vector"));
    }

    @Test
    void aTextIsFoundByItsMeaningOnceItsVectorsAreStored() {
        // Given
        String boats = store("The vessel left the harbour at dawn.");
        store("The physician wrote a prescription.");
        completed(boats);

        // When
        JsonPath byMeaning = search("ships", "vector");
        JsonPath byWords = search("ships", "keyword");

        // Then
        assertThat(byMeaning.getString("results[0].document_id")).isEqualTo(boats);
        assertThat(byMeaning.getDouble("results[0].vector_score")).isGreaterThan(0.5);
        assertThat(byWords.getList("results")).isEmpty();
    }

    @Test
    void hybridSearchShowsWhatEachArmFound() {
        // Given
        String both = store("A ship needs a harbour.");
        String meaning = store("The boat was painted.");
        completed(both);
        completed(meaning);

        // When
        JsonPath found = search("ship harbour", "hybrid");

        // Then
        assertThat(found.getString("mode")).isEqualTo("hybrid");
        assertThat(found.getString("degraded")).isNull();
        assertThat(found.getString("results[0].document_id")).isEqualTo(both);
        assertThat(found.getInt("results[0].keyword_rank")).isEqualTo(1);
        assertThat(found.getList("results.document_id")).contains(meaning);
        assertThat(found.getDouble("results[0].score")).isLessThanOrEqualTo(1.0);
    }

    @Test
    void whileTheEndpointIsDownTextsWaitAndSearchSaysThatItIsByKeyword() {
        // Given
        endpointIs("down");
        String document = store("The surgeon was late.");

        // When
        JsonPath found = search("surgeon", "hybrid");

        // Then it is found by keyword, and the job waits without an attempt being counted
        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getString("degraded")).contains("keyword");
        assertThat(found.getString("results[0].document_id")).isEqualTo(document);
        assertThat(state(document)).isEqualTo("searchable");

        // When the endpoint is back
        endpointIs("normal");

        // Then
        completed(document);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(search("physician", "vector").getString("results[0].document_id"))
                        .isEqualTo(document));
    }

    @Test
    void whatIsIndexedAgainWithTheSameWordsKeepsItsVectors() {
        // Given a document with vectors, and an endpoint that nobody can ask
        String document = store("The vessel left the harbour again. " + UUID.randomUUID());
        completed(document);
        endpointIs("down");

        // When it is indexed again
        given().post("/api/v1/documents/" + document + "/reindex");

        // Then it is complete without the endpoint
        completed(document);
        assertThat(view(document).getInt("embedded_count"))
                .isEqualTo(view(document).getInt("chunk_count"));
        endpointIs("normal");
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(search("ships", "vector").getString("results[0].document_id"))
                        .isEqualTo(document));
    }

    @Test
    void afterReindexingVectorsOfTheModelInUseAreCountedAndNoOthers() {
        // Given a document of some chunks whose vectors are of two models, with one missing of the model in use
        String document = store(IntStream.range(0, 150)
                .mapToObj(i -> "Vessel " + i + " left the harbour " + UUID.randomUUID() + " again.")
                .collect(Collectors.joining(" ")));
        completed(document);
        int chunks = view(document).getInt("chunk_count");
        assertThat(chunks).isGreaterThan(1);
        change("insert into embedding_model (name, dimension) values ('another ' || $1::text, 64)", document);
        change("""
                insert into chunk_vector (chunk_no, corpus_no, model_no, text_hash, vector, bits)
                select v.chunk_no, v.corpus_no, m.model_no, v.text_hash, v.vector, v.bits
                from chunk_vector v join chunk c on c.no = v.chunk_no
                join embedding_model m on m.name = 'another ' || $1::text where c.document_id = $1::text::uuid""", document);
        change("""
                delete from chunk_vector v using chunk c, embedding_model m
                where c.no = v.chunk_no and c.document_id = $1::text::uuid and c.ordinal = 0
                  and m.model_no = v.model_no and m.name <> 'another ' || $1::text""", document);
        endpointIs("down");

        // When it is indexed again while nobody can be asked
        given().post("/api/v1/documents/" + document + "/reindex");

        // Then
        Eventually.holds(PATIENTLY, () -> {
            assertThat(state(document)).isEqualTo("searchable");
            assertThat(view(document).getInt("embedded_count")).isEqualTo(chunks - 1);
        });
        // And when the endpoint is there again
        endpointIs("normal");
        completed(document);
        assertThat(view(document).getInt("embedded_count")).isEqualTo(chunks);
    }

    private void change(String statement, String document) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.of(document)))
                .await()
                .atMost(PATIENTLY);
    }

    @Test
    void anEndpointThatAsksForPatienceGetsIt() {
        // Given
        endpointIs("busy");
        String document = store("The automobile broke down.");
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(job(document).getInt("items[0].attempt")).isPositive());

        // When
        endpointIs("normal");

        // Then
        completed(document);
        assertThat(job(document).getInt("items[0].failures")).isZero();
    }

    @Test
    void vectorsOfTheWrongDimensionAreRefusedAndTheTextStaysSearchable() {
        // Given
        endpointIs("short");

        // When
        String document = store("An unusual dimension of " + UUID.randomUUID());

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(view(document).getString("error.code")).isEqualTo("embedding_rejected"));
        assertThat(view(document).getString("error.detail")).contains("evenkeel.embedding.dimension");
        assertThat(state(document)).isEqualTo("searchable");
        assertThat(search("unusual dimension", "keyword").getString("results[0].document_id"))
                .isEqualTo(document);
    }

    @Test
    void vectorsMayComeAsBase64() {
        // Given
        endpointIs("base64");

        // When
        String document = store("A vessel in base sixty-four.");

        // Then
        completed(document);
        assertThat(search("boat", "vector").getString("results[0].document_id")).isEqualTo(document);
    }

    @Test
    void aTextThatHasAVectorIsNotEmbeddedAgainAndLargeBatchesAreHalved() {
        // Given a document of more chunks than the endpoint takes at once
        StringBuilder book = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            book.append("# Chapter ")
                    .append(i)
                    .append("\n\n")
                    .append("ship ".repeat(300))
                    .append("\n\n");
        }
        String first = store(book.toString());
        completed(first);
        int chunks = view(first).getInt("chunk_count");
        int embedded = texts();

        // When the same text comes under another name
        String second = given().contentType(ContentType.JSON)
                .body(Map.of("content", book.toString(), "source_path", "copy.md"))
                .post("/api/v1/collections/{c}/documents", collection)
                .jsonPath()
                .getString("id");
        completed(second);

        // Then
        assertThat(chunks).isGreaterThan(5);
        assertThat(view(first).getInt("embedded_count")).isEqualTo(chunks);
        assertThat(second).isNotEqualTo(first);
        assertThat(texts()).isEqualTo(embedded);
    }

    @Test
    void aDeletedTextIsNotFoundByTheNextSearch() {
        // Given
        String kept = store("The ship stays.");
        String deleted = store("The boat goes.");
        completed(kept);
        completed(deleted);
        assertThat(search("vessel", "vector").getList("results.document_id")).contains(kept, deleted);

        // When
        given().delete("/api/v1/documents/{id}", deleted).then().statusCode(204);

        // Then
        List<String> found = search("vessel", "vector").getList("results.document_id");
        assertThat(found).contains(kept).doesNotContain(deleted);
    }

    @Test
    void aMovedTextIsFoundInItsNewCollectionOnly() {
        // Given
        String document = store("A vehicle on the move.");
        completed(document);
        String from = collection;
        String to = given().contentType(ContentType.JSON)
                .body(Map.of("name", "target " + UUID.randomUUID()))
                .post("/api/v1/collections")
                .jsonPath()
                .getString("id");

        // When
        given().contentType(ContentType.JSON)
                .body(Map.of("collection_id", to))
                .post("/api/v1/documents/{id}/move", document)
                .then()
                .statusCode(200);
        completed(document);

        // Then
        assertThat(search("car", "vector", from).getList("results")).isEmpty();
        assertThat(search("car", "vector", to).getString("results[0].document_id"))
                .isEqualTo(document);
    }

    @Test
    void theThresholdOfMeaningAppliesToTheCosineAndThatOfTheScoreToTheScore() {
        // Given what is found by words alone, by meaning alone, and by both
        String both = store("A ship needs a harbour.");
        String meaning = store("The boat was painted.");
        String far = store("The physician is here; and one word about the harbour.");
        completed(both);
        completed(meaning);
        completed(far);

        // When
        JsonPath all = search(Map.of("query", "ship harbour", "mode", "hybrid"));
        JsonPath close = search(Map.of("query", "ship harbour", "mode", "hybrid", "min_vector_score", 0.3));
        JsonPath either = search(
                Map.of("query", "ship harbour", "mode", "hybrid", "min_vector_score", 1.0, "min_keyword_score", 0.01));

        // Then scores are from 0 to 1, and each threshold applies to what it names
        assertThat(all.getList("results.score", Double.class)).allMatch(score -> score > 0 && score <= 1);
        assertThat(all.getString("results[0].document_id")).isEqualTo(both);
        assertThat(all.getDouble("results[0].score")).isGreaterThan(0.99);
        assertThat(close.getList("results.document_id")).isNotEmpty().contains(both, meaning);
        assertThat(close.getList("results.vector_score", Double.class)).allMatch(score -> score >= 0.3);
        assertThat(either.getList("results.document_id")).contains(both, far).doesNotContain(meaning);
        assertThat(search(Map.of("query", "ship harbour", "mode", "hybrid", "min_score", 0.99))
                        .getList("results.document_id"))
                .containsExactly(both);
        JsonPath byVector = search(Map.of("query", "ship", "mode", "vector"));
        assertThat(byVector.getList("results.score")).isEqualTo(byVector.getList("results.vector_score"));
    }

    @Test
    void fusionIsAsTheRequestSays() {
        // Given
        String words = store("harbour harbour harbour, said the physician");
        String meaning = store("The vessel, a boat, a ship.");
        completed(words);
        completed(meaning);
        Map<String, Object> question = Map.of("query", "vessel harbour", "mode", "hybrid");

        // When one arm has all the weight
        JsonPath byMeaning = search(with(question, Map.of("keyword_weight", 0, "vector_weight", 1)));
        JsonPath byWords = search(with(question, Map.of("keyword_weight", 1, "vector_weight", 0)));

        // Then the order is that arm's
        assertThat(byMeaning.getList("results.document_id"))
                .isEqualTo(search(Map.of("query", "vessel harbour", "mode", "vector"))
                        .getList("results.document_id"));
        assertThat(byWords.getList("results.document_id"))
                .isEqualTo(search(Map.of("query", "vessel harbour", "mode", "keyword"))
                        .getList("results.document_id"));

        // And by score the best of both arms has 1, and by rank what is first in both
        JsonPath byScore = search(with(question, Map.of("method", "min_max")));
        assertThat(byScore.getList("results.score", Double.class)).allMatch(score -> score >= 0 && score <= 1);
        JsonPath sharp = search(with(question, Map.of("k", 1)));
        JsonPath flat = search(with(question, Map.of("k", 1_000)));
        assertThat(sharp.getDouble("results[1].score")).isLessThan(flat.getDouble("results[1].score"));
    }

    private static Map<String, Object> with(Map<String, Object> question, Map<String, ?> fusion) {
        Map<String, Object> with = new java.util.HashMap<>(question);
        with.put("fusion", fusion);
        return with;
    }

    @Test
    void moreLikeThisIsByMeaningOnceThereAreVectors() {
        // Given
        String boat = store("The boat was painted.");
        String ship = store("A vessel sailed.");
        String doctor = store("The physician wrote a prescription.");
        completed(boat);
        completed(ship);
        completed(doctor);

        // When
        JsonPath found = similar(boat, Map.of());
        JsonPath byWords = similar(boat, Map.of("mode", "keyword"));

        // Then
        assertThat(found.getString("mode")).isEqualTo("vector");
        assertThat(found.getString("results[0].document_id")).isEqualTo(ship);
        assertThat(found.getList("results.document_id")).doesNotContain(boat);
        assertThat(found.getDouble("results[0].vector_score")).isGreaterThan(0.5);
        assertThat(byWords.getString("mode")).isEqualTo("keyword");
        assertThat(byWords.getList("results.document_id")).doesNotContain(boat);
        assertThat(similar(boat, Map.of("min_score", 1.0)).getList("results")).isEmpty();
    }

    @Test
    void aTextIsEmbeddedOnceForTheSameQuestion() {
        // Given
        String document = store("The vessel left.");
        completed(document);
        String question = "ship " + UUID.randomUUID();
        search(question, "hybrid");
        int embedded = texts();

        // When
        JsonPath again = search(question, "hybrid");

        // Then
        assertThat(texts()).isEqualTo(embedded);
        assertThat(lanes.readTurns(() -> search(question, "hybrid"))).isEqualTo(1);
        assertThat(lanes.readTurns(() -> search("ship " + UUID.randomUUID(), "hybrid")))
                .as("a connection does not wait for an endpoint")
                .isEqualTo(2);
        assertThat(again.getString("mode")).isEqualTo("hybrid");
        assertThat(again.getList("results.document_id")).contains(document);

        // And what arrives meanwhile is found all the same, by meaning too
        String later = store("A boat arrived.");
        completed(later);
        assertThat(search(question, "hybrid").getList("results.document_id")).contains(later);
    }

    private JsonPath similar(String document, Map<String, ?> more) {
        Map<String, Object> wanted = new java.util.HashMap<>(more);
        wanted.put("collection_ids", List.of(collection));
        return given().contentType(ContentType.JSON)
                .body(wanted)
                .post("/api/v1/documents/{id}/similar", document)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private JsonPath search(Map<String, ?> question) {
        Map<String, Object> wanted = new java.util.HashMap<>(question);
        wanted.put("collection_ids", List.of(collection));
        return given().contentType(ContentType.JSON)
                .body(wanted)
                .post("/api/v1/search")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private String store(String content) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("content", content))
                .post("/api/v1/collections/{c}/documents", collection)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getString("id");
    }

    private void completed(String document) {
        Eventually.holds(PATIENTLY, () -> assertThat(state(document)).isEqualTo("completed"));
    }

    private static String state(String document) {
        return view(document).getString("state");
    }

    private static JsonPath view(String document) {
        return given().get("/api/v1/documents/{id}", document).jsonPath();
    }

    private static JsonPath job(String document) {
        return given().queryParam("subject_id", document).get("/api/v1/jobs").jsonPath();
    }

    private JsonPath search(String query, String mode) {
        return search(query, mode, collection);
    }

    private static JsonPath search(String query, String mode, String in) {
        return given().contentType(ContentType.JSON)
                .body(Map.of("query", query, "mode", mode, "collection_ids", List.of(in)))
                .post("/api/v1/search")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private void endpointIs(String behaviour) {
        RestAssured.given().post(endpoint + "/behaviour?is=" + behaviour);
    }

    private int texts() {
        return Integer.parseInt(RestAssured.given().get(endpoint + "/texts").asString());
    }
}
