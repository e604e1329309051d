package dev.evenkeel.knowledge.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.ingestion.ReembeddingPages.Place;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run has left is gone on from only while it holds. */
@QuarkusTest
class ReembeddingPositionTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MODEL = 1;
    private static final String KEY = "a collection and a model";

    @Inject
    ReembeddingState state;

    @Inject
    Database database;

    @Inject
    Sql sql;

    private final UUID job = UUID.randomUUID();
    private UUID collectionId = job;

    private <T> T in(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work).await().atMost(LIMIT);
    }

    @BeforeEach
    void aJobOfACollection() {
        collectionId = UUID.fromString(Api.given()
                .contentType(ContentType.JSON)
                .body(Map.of("name", "position " + UUID.randomUUID(), "embedding_model", "none"))
                .post("/api/v1/collections")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getString("id"));
        sql.change("""
                insert into job (id, kind, state, priority, payload, unique_key, subject_id, max_attempts, runner, lease_until)
                values ($1, $2, 'running', 2, '{"kept": true}', $3, $4, 5, $1, now() + interval '1 hour')""", job, Reembedding.KIND, KEY, collectionId);
    }

    @AfterEach
    void noJob() {
        sql.change("delete from job where id = $1", job);
    }

    private CollectionRef collection() {
        return in(tx -> state.find(tx, collectionId)).orElseThrow();
    }

    private ReembeddingPosition.Found found() {
        CollectionRef collection = collection();
        return in(tx -> ReembeddingPosition.find(tx, job, collection, MODEL, true));
    }

    private boolean begun(JsonObject position, @Nullable JsonObject before) {
        return in(tx -> ReembeddingPosition.save(tx, job, position, before));
    }

    private boolean advanced(JsonObject position, JsonObject before) {
        long corpusNo = collection().corpusNo();
        return in(tx -> ReembeddingPosition.advance(tx, job, corpusNo, position, before));
    }

    private void forgetOthers(String key) {
        CollectionRef collection = collection();
        in(tx -> ReembeddingPosition.forgetOthers(tx, collection, key));
    }

    private ReembeddingPosition after(ReembeddingPosition position) {
        return new ReembeddingPosition(Place.endOf(job), position.seen() + 10, position.version());
    }

    private JsonObject json(ReembeddingPosition position) {
        return position.json(collection(), MODEL);
    }

    @Test
    void aPositionTakesThePlaceOfTheOneThatTheRunHasLeft() {
        // Given a run that begins
        ReembeddingPosition.Found first = found();
        assertThat(first.stored()).isNull();
        assertThat(first.at().place()).isEqualTo(Place.START);
        JsonObject start = json(first.at());
        assertThat(begun(start, null)).isTrue();
        JsonObject next = json(after(first.at()));

        // Then another one that has begun at the same time does not
        assertThat(begun(start, null)).isFalse();

        // When it comes to its first position
        assertThat(advanced(next, start)).isTrue();
        // Then the next run goes on there
        assertThat(found().at()).isEqualTo(after(first.at()));
        assertThat(found().stored()).isEqualTo(next);

        // When the position is removed
        in(tx -> ReembeddingPosition.forget(tx, job));
        // Then the run notices
        assertThat(advanced(json(after(after(first.at()))), next)).isFalse();
        assertThat(sql.number("select count(*) from job where id = $1 and payload = '{\"kept\": true}'", job))
                .isEqualTo(1);
    }

    @Test
    void aRunThatIsSentElsewhereBeforeItsFirstPositionNotices() {
        // Given
        ReembeddingPosition start = found().at();
        assertThat(begun(json(start), null)).isTrue();
        // When
        in(tx -> ReembeddingPosition.forget(tx, job));
        // Then
        assertThat(advanced(json(after(start)), json(start))).isFalse();
    }

    @Test
    void aPositionIsNotLeftBehindWhenWhatWasWrittenSinceMayHaveBeenForgotten() {
        // Given
        ReembeddingPosition start = found().at();
        assertThat(begun(json(start), null)).isTrue();

        // When changes are forgotten that it knows of
        sql.change(
                "update corpus_state set pruned_version = version where corpus_no = $1",
                collection().corpusNo());
        // Then it goes on
        assertThat(advanced(json(after(start)), json(start))).isTrue();

        // When changes are forgotten that are newer
        sql.change(
                "update corpus_state set version = version + 3, pruned_version = version + 2 where corpus_no = $1",
                collection().corpusNo());
        ReembeddingPosition past =
                new ReembeddingPosition(after(start).place(), start.seen() + 10, start.version() + 3);
        // Then it does not, and the next run begins anew
        assertThat(advanced(json(past), json(after(start)))).isFalse();
        assertThat(found().at()).isEqualTo(ReembeddingPosition.start(start.version() + 3));
        assertThat(found().stored()).isEqualTo(json(after(start)));
    }

    @Test
    void otherTextsOnTheWayEndThePositionAlsoWhenTheyAreTheFirstOnesAgain() {
        // Given
        JsonObject start = json(found().at());
        assertThat(begun(start, null)).isTrue();

        // When nothing changes
        forgetOthers(KEY);
        // Then
        assertThat(found().stored()).isEqualTo(start);

        // When the header comes and goes
        for (int i = 0; i < 2; i++) {
            sql.change("update collection set contextual_header = not contextual_header where id = $1", collectionId);
            forgetOthers(KEY);
        }
        // Then
        assertThat(found().stored()).isNull();
    }

    @Test
    void aJobOfAnotherWayBeginsAnew() {
        assertThat(begun(json(found().at()), null)).isTrue();
        forgetOthers("another key");
        assertThat(found().stored()).isNull();
    }
}
