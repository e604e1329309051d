package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.awaitState;
import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.JobsFixture.job;
import static dev.evenkeel.platform.jobs.JobsFixture.pause;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.HurriedReplica;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs are cancelled, by one or by many, and kinds of job are held up. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobCancelTest extends JobsScenario {
    @Test
    void aJobThatIsBeingCancelledDoesNotTakeTheNewOnesPlace() {
        // Given
        NewJob keyed = scripted(script().put("steps", 500).put("step_ms", 500)).withUniqueKey("document-1");
        UUID first = jobs.enqueue(keyed);
        eventually("it runs", () -> job(first).getString("state").equals("running"));

        // When
        http().post("/api/v1/jobs/" + first + "/cancel").then().statusCode(200);
        UUID second = jobs.enqueue(scripted(script()).withUniqueKey("document-1"));

        // Then
        assertThat(second).isNotEqualTo(first);
        awaitState(second, "succeeded");
        awaitState(first, "cancelled");
    }

    @Test
    void aQueuedJobIsCancelledAtOnce() {
        // Given
        kind(ScriptedHandler.KIND, "pause");
        UUID id = jobs.enqueue(scripted(script()));

        // When
        String state = http().post("/api/v1/jobs/" + id + "/cancel")
                .then()
                .statusCode(200)
                .extract()
                .path("state");
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        kind(ScriptedHandler.KIND, "resume");
        pause(400);

        // Then
        assertThat(state).isEqualTo("cancelled");
        assertThat(job(id).getInt("attempt")).isZero();
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .containsExactly("cancelled");
    }

    @Test
    void aRunningJobIsCancelledAtItsNextStepAndItsUnfinishedWorkRemoved() {
        // Given
        UUID id = jobs.enqueue(scripted(script().put("steps", 500).put("step_ms", 20)));
        eventually(
                "it has stored something",
                () -> jobs.count("select count(*) from test_effect where job_id = $1", id) > 2);

        // When
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        JsonPath job = awaitState(id, "cancelled");

        // Then
        assertThat(job.getList("attempts.outcome")).containsExactly("cancelled");
        assertThat(jobs.count("select count(*) from test_effect where job_id = $1", id))
                .isZero();
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .containsExactly("cancelled");

        // When it is wanted after all
        http().post("/api/v1/jobs/" + id + "/retry").then().statusCode(200);
        eventually("it runs again", () -> job(id).getString("state").equals("running"));
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        awaitState(id, "cancelled");
    }

    @Test
    void aRunThatWaitsForSomebodyElseIsCancelledMeanwhile() {
        // Given
        UUID id = jobs.enqueue(scripted(script().put("wait", true)));
        eventually("it waits", () -> "prepare".equals(job(id).getString("stage")));

        // When
        http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);

        // Then
        assertThat(awaitState(id, "cancelled").getList("attempts.outcome")).containsExactly("cancelled");
    }

    @Test
    void theJobsOfASubjectAreCancelledInTheCallersTransaction() {
        // Given
        UUID subject = UUID.randomUUID();
        UUID running = jobs.enqueue(
                scripted(script().put("steps", 500).put("step_ms", 20)).withSubject(subject));
        eventually("it runs", () -> job(running).getString("state").equals("running"));
        kind(ScriptedHandler.KIND, "pause");
        UUID queued = jobs.enqueue(scripted(script()).withSubject(subject));

        // When
        boolean found = jobs.tx(tx -> queue.cancelBySubject(tx, subject));
        boolean none = jobs.tx(tx -> queue.cancelBySubject(tx, UUID.randomUUID()));

        // Then
        assertThat(found).isTrue();
        assertThat(none).isFalse();
        assertThat(job(queued).getString("state")).isEqualTo("cancelled");
        awaitState(running, "cancelled");
    }

    @Test
    void aPausedKindKeepsItsJobsInTheQueueAndCanBeCleared() {
        // Given
        kind(ScriptedHandler.KIND, "pause");
        jobs.enqueueAll(IntStream.range(0, 30).mapToObj(i -> scripted(script())).toList());
        pause(400);

        // When
        JsonPath kinds = http().get("/api/v1/jobs/kinds")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        Map<String, Object> scripted = kinds.getMap("items.find { it.kind == 'test-script' }");
        int cancelled = http().post("/api/v1/jobs/kinds/" + ScriptedHandler.KIND + "/clear")
                .then()
                .statusCode(200)
                .extract()
                .path("cancelled");

        // Then
        assertThat(scripted)
                .containsEntry("paused", true)
                .containsEntry("queued", 30)
                .containsEntry("running", 0);
        assertThat(kinds.getDouble("items.find { it.kind == 'test-script' }.oldest_queued_age_s"))
                .isBetween(0.3, 10.0);
        assertThat(cancelled).isEqualTo(30);
        assertThat(jobs.count("select count(*) from test_note where note = 'cancelled'"))
                .isEqualTo(30);
    }
}
