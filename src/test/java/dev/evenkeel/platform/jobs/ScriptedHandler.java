package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Does what its payload says: {@code steps} with {@code step_ms} between them, each storing an effect; the first
 * {@code fail} attempts end in an error, the first {@code later} are put off; {@code permanent} fails for good,
 * {@code disk_full} meets a full disk, {@code wait} waits for somebody who never answers.
 */
@ApplicationScoped
class ScriptedHandler implements JobHandler {
    static final String KIND = "test-script";

    private final Vertx vertx;

    ScriptedHandler(Vertx vertx) {
        this.vertx = vertx;
    }

    static JsonObject script() {
        return new JsonObject();
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of("prepare", "work");
    }

    @Override
    public int maxAttempts() {
        return 3;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        JsonObject script = run.payload();
        if (script.getBoolean("permanent", false)) {
            throw new PermanentFailure("damaged", "The input is damaged.");
        }
        if (run.attempt() <= script.getInteger("later", 0)) {
            throw new RetryLater(Duration.ofSeconds(30), "The endpoint is down.");
        }
        if (run.attempt() <= script.getInteger("fail", 0)) {
            return Uni.createFrom().failure(new IllegalStateException("attempt " + run.attempt() + " failed"));
        }
        if (script.getBoolean("disk_full", false)) {
            return run.step(
                            "work",
                            1,
                            1,
                            tx -> tx.query("do $$ begin raise exception using errcode = '53100'; end $$")
                                    .execute())
                    .replaceWithVoid();
        }
        if (script.getBoolean("wait", false)) {
            return run.progress("prepare", 1, 1)
                    .chain(() -> run.whileWanted(Uni.createFrom().nothing()));
        }
        int steps = script.getInteger("steps", 0);
        return run.progress("prepare", 1, 1)
                .chain(() -> Multi.createFrom()
                        .range(1, steps + 1)
                        .onItem()
                        .transformToUniAndConcatenate(step -> pause(script.getInteger("step_ms", 0))
                                .chain(() -> run.step("work", step, steps, tx -> effect(tx, run, step))))
                        .collect()
                        .last())
                .chain(() -> pause(script.getInteger("finish_ms", 0)))
                .chain(() -> run.finish(tx -> effect(tx, run, 0)));
    }

    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return tx.preparedQuery("delete from test_effect where job_id = $1")
                .execute(Tuple.of(job.id()))
                .chain(() -> note(tx, job, "cancelled"));
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return note(tx, job, code + ": " + reason);
    }

    @Override
    public Uni<Void> retried(SqlConnection tx, JobSnapshot job) {
        return note(tx, job, "retried");
    }

    private static Uni<Void> note(SqlConnection tx, JobSnapshot job, String text) {
        return tx.preparedQuery("insert into test_note (job_id, note) values ($1, $2)")
                .execute(Tuple.of(job.id(), text))
                .replaceWithVoid();
    }

    static Uni<Void> effect(SqlConnection tx, JobRun run, int step) {
        return tx.preparedQuery("insert into test_effect (job_id, step, attempt) values ($1, $2, $3)")
                .execute(Tuple.of(run.id(), step, run.attempt()))
                .replaceWithVoid();
    }

    private Uni<Void> pause(int ms) {
        return ms == 0
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().emitter(emitter -> vertx.setTimer(ms, id -> emitter.complete(null)));
    }
}
