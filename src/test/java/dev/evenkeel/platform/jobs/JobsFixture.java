package dev.evenkeel.platform.jobs;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What the tests of jobs share: effects in the database, requests with a token, waiting. */
@Singleton
class JobsFixture {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Database database;
    private final JobQueue queue;

    JobsFixture(Database database, JobQueue queue) {
        this.database = database;
        this.queue = queue;
    }

    /** An empty queue and no effects. */
    void reset() {
        if (count("select count(*) from pg_class where relname = 'test_effect'") == 0) {
            sql(
                    "create table test_effect (seq bigint generated always as identity, job_id uuid, step int, attempt int)");
            sql("create table test_note (job_id uuid, note text)");
        }
        sql("update job_kind set paused = false");
        eventually("no job runs", () -> count("select count(*) from job where state = 'running'") == 0);
        sql("delete from job");
        sql("truncate test_effect, test_note");
    }

    UUID enqueue(NewJob job) {
        return enqueueAll(List.of(job)).get(0);
    }

    List<UUID> enqueueAll(List<NewJob> jobs) {
        List<UUID> ids = tx(tx -> queue.enqueueAll(tx, jobs));
        queue.announce();
        return ids;
    }

    <T> T tx(Function<SqlConnection, Uni<T>> work) {
        return database.writeSql(work).await().atMost(LIMIT);
    }

    RowSet<Row> sql(String statement, Object... arguments) {
        return tx(tx -> tx.preparedQuery(statement).execute(Tuple.from(List.of(arguments))));
    }

    long count(String statement, Object... arguments) {
        return sql(statement, arguments).iterator().next().getLong(0);
    }

    List<String> texts(String statement, Object... arguments) {
        List<String> texts = new ArrayList<>();
        sql(statement, arguments).forEach(row -> texts.add(row.getString(0)));
        return texts;
    }

    static RequestSpecification http() {
        return given().header("Authorization", "Bearer " + Api.TOKEN);
    }

    static JsonPath job(UUID id) {
        return Json.of(http().get("/api/v1/jobs/" + id)
                .then()
                .statusCode(200)
                .extract()
                .response());
    }

    static String state(UUID id) {
        return job(id).getString("state");
    }

    static JsonPath awaitState(UUID id, String state) {
        eventually("job " + id + " is " + state, () -> state(id).equals(state));
        return job(id);
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time for: " + what).isLessThan(deadline);
            pause(20);
        }
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
