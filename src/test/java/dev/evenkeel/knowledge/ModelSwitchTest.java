package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ModelWorkshop;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A collection goes over to another embedding model, and is searched by one of the two at every moment. */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class ModelSwitchTest extends ModelSwitchScenario {
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
}
