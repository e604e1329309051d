package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.ModelWorkshop;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Runners vanish and models are down, refuse or are busy while a collection goes over to one: the way is gone on with where it
 * was.
 */
@QuarkusTest
@WithTestResource(ModelWorkshop.class)
class ModelSwitchRecoveryTest extends ModelSwitchScenario {
    @Test
    void aRunnerThatVanishesIsFollowedByOneThatGoesOn() {
        // Given
        UUID collection = collectionWith(local);
        List<UUID> documents = texts(collection, 100);
        endpointIs("slow");
        go(collection, remote);
        halfWay(collection);
        long stored = vectors(collection, ModelWorkshop.DIMENSION);
        int before =
                Integer.parseInt(RestAssured.given().get(endpoint + "/texts").asString());

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
}
