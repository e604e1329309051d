package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.awaitState;
import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.JobsFixture.job;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.HurriedReplica;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Jobs that fail are repeated, given up, and sent again. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobFailureTest extends JobsScenario {
    @Test
    void aFailingJobIsRepeatedAndItsHistoryKept() {
        // When
        UUID id = jobs.enqueue(scripted(script().put("fail", 2)));
        JsonPath job = awaitState(id, "succeeded");

        // Then
        assertThat(job.getList("attempts.outcome")).containsExactly("failed", "failed", "succeeded");
        assertThat(job.getInt("failures")).isEqualTo(2);
        assertThat(job.getString("attempts[1].error.message")).isEqualTo("attempt 2 failed");
        assertThat(job.getString("error")).isNull();
    }

    @Test
    void aJobThatKeepsFailingIsDeadAndCanBeSentAgain() {
        // Given
        UUID id = jobs.enqueue(scripted(script().put("fail", 4)));
        JsonPath dead = awaitState(id, "failed");
        assertThat(dead.getList("attempts.outcome")).containsExactly("failed", "failed", "failed");
        assertThat(dead.getString("error.code")).isEqualTo("unexpected");
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .containsExactly("unexpected: attempt 3 failed");

        // When
        http().post("/api/v1/jobs/" + id + "/retry").then().statusCode(200);
        JsonPath job = awaitState(id, "succeeded");

        // Then
        assertThat(job.getInt("attempt")).isEqualTo(5);
        assertThat(job.getInt("failures")).isEqualTo(1);
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .contains("retried");
    }

    @Test
    void aPermanentFailureIsNotRepeated() {
        // When
        UUID id = jobs.enqueue(scripted(script().put("permanent", true)));
        JsonPath job = awaitState(id, "failed");

        // Then
        assertThat(job.getInt("attempt")).isEqualTo(1);
        assertThat(job.getMap("error")).isEqualTo(Map.of("code", "damaged", "message", "The input is damaged."));
    }

    @Test
    void waitingForSomethingElseCostsNoAttempt() {
        // When
        UUID id = jobs.enqueue(scripted(script().put("later", 1)));
        eventually("it was put off", () -> !job(id).getList("attempts").isEmpty());
        JsonPath waiting = job(id);

        // Then
        assertThat(waiting.getString("state")).as(waiting.prettify()).isEqualTo("queued");
        assertThat(waiting.getString("attempts[0].error.message")).isEqualTo("The endpoint is down.");

        // When its time has come
        jobs.sql("update job set run_at = now() where id = $1", id);
        JsonPath job = awaitState(id, "succeeded");

        // Then
        assertThat(job.getInt("failures")).isZero();
        assertThat(job.getList("attempts.outcome")).containsExactly("deferred", "succeeded");
    }

    @Test
    void deadJobsOfAKindAreRedrivenTogether() {
        // Given
        List<UUID> ids = jobs.enqueueAll(List.of(
                scripted(script().put("permanent", true)),
                scripted(script().put("permanent", true)).withUniqueKey("k")));
        ids.forEach(id -> awaitState(id, "failed"));

        // When
        int redriven = http().contentType(ContentType.JSON)
                .body(Map.of("kind", ScriptedHandler.KIND))
                .post("/api/v1/jobs/redrive")
                .then()
                .statusCode(200)
                .extract()
                .path("redriven");
        int others = http().contentType(ContentType.JSON)
                .body(Map.of("kind", "test-other"))
                .post("/api/v1/jobs/redrive")
                .then()
                .statusCode(200)
                .extract()
                .path("redriven");

        // Then
        assertThat(redriven).isEqualTo(2);
        assertThat(others).isZero();
        ids.forEach(id -> eventually("it ran again", () -> job(id).getInt("attempt") == 2));
    }

    @Test
    void aRunThatReportsNothingIsGivenUp() {
        // When
        UUID id = jobs.enqueue(new NewJob(HangingHandler.KIND, new JsonObject()));
        eventually("it was given up", () -> !job(id).getList("attempts").isEmpty());

        // Then
        assertThat(job(id).getString("attempts[0].error.code")).isEqualTo("stalled");
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        eventually("it has ended", () -> job(id).getString("state").equals("cancelled"));
    }
}
