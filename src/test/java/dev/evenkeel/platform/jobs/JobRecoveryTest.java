package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.awaitState;
import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.JobsFixture.job;
import static dev.evenkeel.platform.jobs.JobsFixture.pause;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.OffloadConfig;
import dev.evenkeel.testing.HurriedReplica;
import dev.evenkeel.testing.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to jobs when runners, connections or the disk let them down. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobRecoveryTest {
    private static final UUID DEAD_RUNNER = UUID.fromString("dead0000-0000-4000-8000-000000000000");

    @Inject
    JobsFixture jobs;

    @Inject
    Vertx vertx;

    @Inject
    Database database;

    @Inject
    JobStore store;

    @Inject
    JobHandlers handlers;

    @Inject
    JobSignals signals;

    @Inject
    JobEnding ending;

    @Inject
    JobMetrics metrics;

    @Inject
    JobsConfig config;

    @Inject
    OffloadConfig offload;

    @Inject
    Instance<RecurringJob> recurringJobs;

    @Inject
    TickingJob ticking;

    @Inject
    ScriptedHandler handler;

    @BeforeEach
    void reset() {
        jobs.reset();
    }

    private static NewJob scripted(JsonObject script) {
        return new NewJob(ScriptedHandler.KIND, script);
    }

    private JobRunner anotherReplica() {
        return new JobRunner(vertx, store, database, handlers, signals, ending, metrics, config, offload);
    }

    /** A job that a replica claimed before it vanished. */
    private UUID abandoned(JsonObject script, int lostBefore, boolean cancelRequested) {
        return claimed(script, DEAD_RUNNER, lostBefore, cancelRequested, -1);
    }

    /** A job that some runner has claimed, with a lease of that many seconds. */
    private UUID claimed(JsonObject script, UUID runner, int lostBefore, boolean cancelRequested, int leaseS) {
        http().post("/api/v1/jobs/kinds/" + ScriptedHandler.KIND + "/pause")
                .then()
                .statusCode(200);
        UUID id = jobs.enqueue(scripted(script));
        jobs.sql(
                "update job set state = 'running', attempt = 1, runner = $2, started_at = now(), lost_leases = $3,"
                        + " cancel_requested = $4, lease_until = now() + make_interval(secs => $5) where id = $1",
                id,
                runner,
                lostBefore,
                cancelRequested,
                (double) leaseS);
        return id;
    }

    private static void resume() {
        http().post("/api/v1/jobs/kinds/" + ScriptedHandler.KIND + "/resume")
                .then()
                .statusCode(200);
    }

    private RunningJob zombie(UUID id) {
        JobSnapshot snapshot = new JobSnapshot(id, ScriptedHandler.KIND, 1, new JsonObject(), JobPriority.NORMAL, null);
        ClaimedJob claimed = new ClaimedJob(snapshot, DEAD_RUNNER, 0, 0, 3, false, 0);
        return new RunningJob(claimed, handler, store, database, () -> {}, () -> false);
    }

    @Test
    void aJobWhoseRunnerVanishedIsRunByAnotherAndTheZombieIsFencedOff() {
        // Given
        UUID id = abandoned(script().put("steps", 20).put("step_ms", 20), 0, false);

        // When
        resume();
        eventually("another runs it", () -> job(id).getInt("attempt") == 2);
        RunningJob zombie = zombie(id);

        // Then nothing that the zombie does is stored
        assertThatThrownBy(() -> zombie.step("work", 1, 1, tx -> ScriptedHandler.effect(tx, zombie, 1))
                        .await()
                        .atMost(Duration.ofSeconds(5)))
                .isInstanceOf(JobFenced.class);
        assertThatThrownBy(() -> zombie(id)
                        .finish(tx -> ScriptedHandler.effect(tx, zombie, 0))
                        .await()
                        .atMost(Duration.ofSeconds(5)))
                .isInstanceOf(JobFenced.class);
        JsonPath job = awaitState(id, "succeeded");
        assertThat(job.getList("attempts.outcome")).containsExactly("lost", "succeeded");
        assertThat(job.getInt("failures")).isZero();
        assertThat(jobs.count("select count(*) from test_effect where job_id = $1 and attempt = 1", id))
                .isZero();
        assertThat(jobs.count("select count(*) from test_effect where job_id = $1 and attempt = 2", id))
                .isEqualTo(21);
    }

    @Test
    void theSameAttemptNumberInTheHandsOfAnotherRunnerIsFencedOffToo() {
        // Given a claim that a crash of the server took back, and another runner's claim with the same number
        UUID id = claimed(script(), UUID.randomUUID(), 0, false, 2);

        // Then
        assertThatThrownBy(() -> zombie(id).progress("work", 1, 2).await().atMost(Duration.ofSeconds(5)))
                .isInstanceOf(JobFenced.class);
    }

    @Test
    void aJobToBeCancelledIsCancelledAlsoWhenItsRunnerVanished() {
        // Given a paused kind, so that no claim helps
        UUID id = abandoned(script(), 0, true);

        // When
        JsonPath job = awaitState(id, "cancelled");

        // Then
        assertThat(job.getList("attempts.outcome")).containsExactly("lost", "cancelled");
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .containsExactly("cancelled");
    }

    @Test
    void aJobThatKeepsLosingItsRunnersIsGivenUp() {
        // Given
        UUID id = abandoned(script(), config.maxLostLeases() - 1, false);

        // When
        JsonPath job = awaitState(id, "failed");

        // Then
        assertThat(job.getString("error.code")).isEqualTo("runner_lost");
        assertThat(jobs.texts("select note from test_note where job_id = $1", id))
                .containsExactly("runner_lost: The replica running this job vanished too often.");
    }

    @Test
    void heartbeatsKeepALongStepAlive() {
        // When a step takes longer than a lease
        UUID id = jobs.enqueue(scripted(
                script().put("steps", 1).put("step_ms", (int) config.lease().toMillis() + 1_000)));

        // Then
        assertThat(awaitState(id, "succeeded").getInt("attempt")).isEqualTo(1);
    }

    @Test
    void twoRunnersDoTwoHundredJobsOnceEach() {
        // Given
        JobRunner other = anotherReplica();
        other.start();

        // When
        jobs.enqueueAll(IntStream.range(0, 200)
                .mapToObj(i -> scripted(script().put("steps", 1).put("step_ms", 5)))
                .toList());
        eventually("all are done", () -> jobs.count("select count(*) from job where state <> 'succeeded'") == 0);
        other.stop().await().atMost(Duration.ofSeconds(5));

        // Then
        assertThat(jobs.count("select count(*) from test_effect where step = 0"))
                .isEqualTo(200);
        assertThat(jobs.count("select count(distinct job_id) from test_effect where step = 0"))
                .isEqualTo(200);
        assertThat(jobs.count("select count(*) from test_effect where step = 1"))
                .isEqualTo(200);
        assertThat(jobs.count("select max(attempt) from job")).isEqualTo(1);
        assertThat(jobs.count("select count(distinct runner) from job_attempt")).isEqualTo(2);
    }

    @Test
    void aRunnerThatStopsGivesItsJobsBackWithoutCountingTheAttempt() {
        // Given two runners, both full
        JobRunner other = anotherReplica();
        other.start();
        List<UUID> ids = jobs.enqueueAll(IntStream.range(0, 8)
                .mapToObj(i -> scripted(script().put("steps", 200).put("step_ms", 20)))
                .toList());
        eventually("all run", () -> jobs.count("select count(*) from job where state = 'running'") == 8);

        // When
        other.stop().await().atMost(Duration.ofSeconds(5));

        // Then
        assertThat(jobs.count("select count(*) from job where runner = $1", other.id()))
                .isZero();
        assertThat(jobs.count("select count(*) from job_attempt where outcome = 'released'"))
                .isEqualTo(4);
        assertThat(jobs.count("select sum(failures) + sum(lost_leases) from job"))
                .isZero();
        ids.forEach(id -> http().post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200));
        ids.forEach(id -> awaitState(id, "cancelled"));
    }

    @Test
    void aFullDiskSendsTheJobBackToTheQueueUncounted() {
        // When
        UUID id = jobs.enqueue(scripted(script().put("disk_full", true)));
        eventually("it was put off", () -> !job(id).getList("attempts").isEmpty());

        // Then
        JsonPath job = job(id);
        assertThat(job.getString("state")).isEqualTo("queued");
        assertThat(job.getInt("failures")).isZero();
        assertThat(job.getString("attempts[0].outcome")).isEqualTo("deferred");
        assertThat(job.getString("attempts[0].error.message")).isEqualTo("The database has no space left on its disk.");
    }

    @Test
    void whenAllConnectionsAreCutTheQueueRecoversByItself() {
        // Given
        List<UUID> ids = jobs.enqueueAll(IntStream.range(0, 4)
                .mapToObj(i -> scripted(script().put("steps", 100).put("step_ms", 20)))
                .toList());
        eventually("all run", () -> jobs.count("select count(*) from job where state = 'running'") == 4);

        // When
        jobs.sql("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and application_name like 'evenkeel-%'");
        long cutNanos = System.nanoTime();

        // Then the jobs end, once, and somebody listens again
        ids.forEach(id -> eventually("job " + id + " has ended", () -> answersThatItSucceeded(id)));
        assertThat(Duration.ofNanos(System.nanoTime() - cutNanos)).isLessThan(Duration.ofSeconds(15));
        assertThat(jobs.count("select count(*) from test_effect where step = 0"))
                .isEqualTo(4);
        eventually(
                "somebody listens",
                () -> jobs.count("select count(*) from pg_stat_activity where application_name = 'evenkeel-listen'")
                        == 1);
    }

    private static boolean answersThatItSucceeded(UUID id) {
        Response answer = http().get("/api/v1/jobs/" + id);
        return answer.statusCode() == 200 && "succeeded".equals(Json.of(answer).getString("state"));
    }

    @Test
    void aRecurringJobHasOneLeader() {
        // Given three replicas that would all do it
        List<RecurringJobs> replicas = IntStream.range(0, 2)
                .mapToObj(i -> new RecurringJobs(vertx, database, store, config, recurringJobs))
                .toList();
        replicas.forEach(RecurringJobs::start);
        int before = ticking.runs();
        long startNanos = System.nanoTime();

        // When
        pause(2500);
        int runs = ticking.runs() - before;
        long elapsedS = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
        replicas.forEach(RecurringJobs::stop);

        // Then
        assertThat((long) runs).isBetween(1L, elapsedS + 1);
        assertThat(jobs.count(
                        "select count(*) from recurring_job where name = $1 and last_finished_at > now() -"
                                + " interval '10 seconds' and last_error is null",
                        TickingJob.NAME))
                .isEqualTo(1);
    }

    @Test
    void oldFinishedJobsAreForgotten() {
        // Given
        UUID old = jobs.enqueue(scripted(script()));
        UUID dead = jobs.enqueue(scripted(script().put("permanent", true)));
        UUID recent = jobs.enqueue(scripted(script()));
        awaitState(old, "succeeded");
        awaitState(dead, "failed");
        awaitState(recent, "succeeded");
        jobs.sql("update job set finished_at = now() - interval '8 days' where id in ($1, $2)", old, dead);

        // When
        jobs.tx(tx -> new JobRetention(config).run(tx));

        // Then
        assertThat(jobs.texts("select id::text from job order by seq"))
                .containsExactly(dead.toString(), recent.toString());
    }
}
