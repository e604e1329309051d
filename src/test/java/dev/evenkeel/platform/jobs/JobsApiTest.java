package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.awaitState;
import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.JobsFixture.job;
import static dev.evenkeel.platform.jobs.JobsFixture.pause;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.HurriedReplica;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers see of the queue. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobsApiTest extends JobsScenario {
    private static final UUID NOBODY = UUID.fromString("00000000-0000-7000-8000-000000000000");

    @Test
    void aJobRunsToItsEndAndShowsItsProgress() {
        // Given
        UUID subject = UUID.randomUUID();

        // When
        UUID id = jobs.enqueue(
                scripted(script().put("steps", 3).put("step_ms", 20)).withSubject(subject));
        JsonPath job = awaitState(id, "succeeded");

        // Then
        assertThat(job.getString("subject_id")).isEqualTo(subject.toString());
        assertThat(job.getInt("attempt")).isEqualTo(1);
        assertThat(job.getList("stages.name")).containsExactly("prepare", "work");
        assertThat(job.getList("stages.state")).containsExactly("done", "done");
        assertThat(job.getLong("stages[1].done")).isEqualTo(3);
        assertThat(job.getDouble("stages[1].rate_per_s")).isPositive().isLessThanOrEqualTo(50.0);
        assertThat(job.getList("attempts.outcome")).containsExactly("succeeded");
        assertThat(jobs.count("select count(*) from test_effect where job_id = $1", id))
                .isEqualTo(4);
    }

    @Test
    void aRunningJobTellsWhenItWillBeDone() {
        // Given
        UUID id = jobs.enqueue(scripted(script().put("steps", 50).put("step_ms", 40)));

        // When
        JsonPath[] read = {job(id)};
        eventually("some steps are done", () -> {
            read[0] = job(id);
            return "work".equals(read[0].getString("stage")) && read[0].getLong("stages[1].done") >= 3;
        });
        JsonPath job = read[0];

        // Then
        double rate = job.getDouble("stages[1].rate_per_s");
        double left = 50 - job.getLong("stages[1].done");
        assertThat(rate).isPositive().isLessThanOrEqualTo(25.0);
        assertThat(job.getDouble("stages[1].eta_s")).isBetween(left / rate * 0.99, left / rate * 1.01);
        assertThat(job.getString("stages[1].state")).isEqualTo("running");
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        awaitState(id, "cancelled");
    }

    @Test
    void jobsRunByPriorityAndThenInOrderOfArrival() {
        // Given
        kind(SerialHandler.KIND, "pause");
        List<NewJob> news = new ArrayList<>();
        for (JobPriority priority : List.of(
                JobPriority.LOW,
                JobPriority.NORMAL,
                JobPriority.URGENT,
                JobPriority.HIGH,
                JobPriority.NORMAL,
                JobPriority.URGENT,
                JobPriority.LOW,
                JobPriority.HIGH)) {
            news.add(new NewJob(SerialHandler.KIND, new JsonObject()).withPriority(priority));
        }
        List<UUID> ids = jobs.enqueueAll(news);

        // When
        kind(SerialHandler.KIND, "resume");
        eventually("all have run", () -> jobs.count("select count(*) from test_effect") == ids.size());

        // Then
        List<String> order = jobs.texts("select job_id::text from test_effect order by seq");
        assertThat(order)
                .containsExactlyElementsOf(IntStream.of(2, 5, 3, 7, 1, 4, 0, 6)
                        .mapToObj(i -> ids.get(i).toString())
                        .toList());
    }

    @Test
    void anActiveJobWithTheSameKeyTakesTheNewOnesPlace() {
        // Given
        kind(ScriptedHandler.KIND, "pause");
        NewJob keyed = scripted(script()).withUniqueKey("document-1");

        // When
        UUID first = jobs.enqueue(keyed);
        List<UUID> more = jobs.enqueueAll(List.of(
                keyed, scripted(script()), keyed.withUniqueKey("document-2"), keyed.withUniqueKey("document-2")));
        kind(ScriptedHandler.KIND, "resume");
        awaitState(first, "succeeded");
        UUID afterwards = jobs.enqueue(keyed);

        // Then
        assertThat(more.get(0)).isEqualTo(first);
        assertThat(more.get(1)).isNotEqualTo(first);
        assertThat(more.get(3)).isEqualTo(more.get(2));
        assertThat(afterwards).isNotEqualTo(first);
        awaitState(afterwards, "succeeded");
        eventually("all have ended", () -> jobs.count("select count(*) from job where state = 'succeeded'") == 4);
    }

    @Test
    void aJobOfARolledBackTransactionWasNeverQueued() {
        // When
        try {
            jobs.tx(tx -> queue.enqueue(tx, scripted(script())).map(id -> {
                throw new IllegalStateException("the business transaction fails");
            }));
        } catch (IllegalStateException expected) {
            // The transaction was rolled back.
        }

        // Then
        assertThat(jobs.count("select count(*) from job")).isZero();
    }

    @Test
    void theListIsPagedFilteredAndNewestFirst() {
        // Given
        kind(ScriptedHandler.KIND, "pause");
        UUID subject = UUID.randomUUID();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(0, jobs.enqueue(scripted(script()).withSubject(subject)).toString());
            pause(2);
        }
        jobs.enqueue(scripted(script()));

        // When
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            var request = http().queryParam("subject_id", subject).queryParam("limit", 2);
            JsonPath page = (cursor == null ? request : request.queryParam("cursor", cursor))
                    .get("/api/v1/jobs")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.getList("items.id", String.class));
            cursor = page.getString("next_cursor");
        } while (cursor != null);

        // Then
        assertThat(seen).containsExactlyElementsOf(ids);
        assertThat(http().queryParam("state", "queued")
                        .queryParam("kind", ScriptedHandler.KIND)
                        .get("/api/v1/jobs")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getList("items"))
                .hasSize(6);
        assertThat(http().queryParam("state", "running")
                        .get("/api/v1/jobs")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getList("items"))
                .isEmpty();
    }

    @Test
    void aListCostsOneStatementWhateverItsSize() {
        // Given
        kind(ScriptedHandler.KIND, "pause");
        jobs.enqueueAll(
                IntStream.range(0, 120).mapToObj(i -> scripted(script())).toList());

        // When
        int small = statementsOf(() -> list(2));
        int large = statementsOf(() -> list(100));

        // Then
        assertThat(small).isEqualTo(1);
        assertThat(large).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /api/v1/jobs/not-an-id, 404",
        "GET,  /api/v1/jobs/1-1-1-1-1, 404",
        "GET,  /api/v1/jobs/00000000-0000-7000-8000-000000000000, 404",
        "POST, /api/v1/jobs/00000000-0000-7000-8000-000000000000/cancel, 404",
        "POST, /api/v1/jobs/00000000-0000-7000-8000-000000000000/retry, 404",
        "GET,  /api/v1/jobs?state=sleeping, 400",
        "GET,  /api/v1/jobs?subject_id=me, 400",
        "GET,  /api/v1/jobs?limit=0, 400",
        "GET,  /api/v1/jobs?limit=201, 400",
        "GET,  /api/v1/jobs?limit=many, 400",
        "GET,  /api/v1/jobs?cursor=!!!, 400",
        "GET,  /api/v1/jobs?cursor=YWJj, 400",
        "POST, /api/v1/jobs/kinds/no-such-kind/pause, 404",
        "GET,  /api/v1/jobs/events?state=sleeping, 400"
    })
    void aBadRequestIsAnsweredByAProblem(String method, String path, int status) {
        http().request(method, path).then().statusCode(status).contentType("application/problem+json");
    }

    @Test
    void aTextFilterMayBeAnything() {
        for (String kind : List.of("'; drop table job; --", "\u0000", "😀", "x".repeat(3000))) {
            http().queryParam("kind", kind)
                    .get("/api/v1/jobs")
                    .then()
                    .statusCode(org.hamcrest.Matchers.oneOf(200, 400));
        }
    }

    @Test
    void aJobThatHasEndedCannotBeCancelledNorRetried() {
        // Given
        UUID id = jobs.enqueue(scripted(script()));
        awaitState(id, "succeeded");

        // Then
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(409);
        http().post("/api/v1/jobs/" + id + "/retry").then().statusCode(409);
    }

    @Test
    void everyRouteNeedsACaller() {
        for (String path : List.of("", "/" + NOBODY, "/kinds", "/events")) {
            given().get("/api/v1/jobs" + path).then().statusCode(401);
        }
        for (String path : List.of("/" + NOBODY + "/cancel", "/redrive", "/kinds/x/clear")) {
            given().post("/api/v1/jobs" + path).then().statusCode(401);
        }
    }

    @Test
    void theQueueIsMeasured() {
        // Given
        jobs.enqueue(scripted(script().put("permanent", true)));

        // Then
        eventually("a sample was taken", () -> {
            String metrics = given().get("/q/metrics").asString();
            return metrics.contains("evenkeel_jobs_depth{kind=\"test-script\",state=\"failed\"} 1.0")
                    && metrics.contains("evenkeel_jobs_oldest_age_seconds{kind=\"test-script\"")
                    && metrics.contains("evenkeel_jobs_run_seconds_count{kind=\"test-script\",outcome=\"failed\"");
        });
    }

    private static void list(int limit) {
        assertThat(http().queryParam("limit", limit)
                        .get("/api/v1/jobs")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getList("items"))
                .hasSize(limit);
    }

    private static int statementsOf(Runnable work) {
        AtomicInteger statements = new AtomicInteger();
        Handler counter = new Handler() {
            @Override
            public void publish(LogRecord record) {
                statements.incrementAndGet();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        counter.setLevel(Level.ALL);
        Logger sql = Logger.getLogger("org.hibernate.SQL");
        Level before = sql.getLevel();
        sql.setLevel(Level.FINE);
        sql.addHandler(counter);
        try {
            work.run();
        } finally {
            sql.removeHandler(counter);
            sql.setLevel(before);
        }
        return statements.get();
    }
}
