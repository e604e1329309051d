package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Ends attempts that did not succeed: the handler's part and the job's new state in one transaction. */
@ApplicationScoped
class JobEnding {
    private static final Logger LOG = Logger.getLogger(JobEnding.class);
    private static final int HANDLER_TRIES = 3;
    /** After these, some minutes later, the lease has long ended it. */
    private static final int TRIES = 60;

    private static final long FIRST_WAIT_MS = 200;
    private static final long LONGEST_WAIT_MS = 5_000;

    private final Vertx vertx;
    private final Database database;
    private final JobStore store;

    JobEnding(Vertx vertx, Database database, JobStore store) {
        this.vertx = vertx;
        this.database = database;
        this.store = store;
    }

    /**
     * Ends the attempt; keeps trying while the database is away.
     *
     * @param abandoned whether to stop trying, for the lease to end it
     * @return how it ended: a job that is to be cancelled is cancelled whatever the outcome was, and one that belongs
     *     to somebody else by now is lost
     */
    Uni<JobOutcome.Kind> end(
            ClaimedJob job, @Nullable JobHandler handler, JobOutcome outcome, BooleanSupplier abandoned) {
        return attempt(new Ending(job, handler, outcome, abandoned), 0, 0);
    }

    private record Ending(ClaimedJob job, @Nullable JobHandler handler, JobOutcome outcome, BooleanSupplier abandoned) {
        Ending with(JobOutcome other) {
            return new Ending(job, handler, other, abandoned);
        }

        Ending withoutHandler() {
            return new Ending(job, null, outcome, abandoned);
        }
    }

    /** The state is not what the outcome supposes, so the transaction is rolled back. */
    private static final class Missed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missed() {
            super("The job has changed.", null, false, false);
        }
    }

    private Uni<JobOutcome.Kind> attempt(Ending ending, int tries, int handlerTries) {
        return Uni.createFrom()
                .deferred(() -> database.bulkSql(tx -> tellHandler(tx, ending)
                        .chain(() -> store.end(tx, ending.job(), ending.outcome()))
                        .map(ended -> {
                            if (!ended) {
                                throw new Missed();
                            }
                            return ending.outcome().kind();
                        })))
                .onFailure()
                .recoverWithUni(failure -> afterFailure(ending, tries, handlerTries, failure));
    }

    private Uni<JobOutcome.Kind> afterFailure(Ending ending, int tries, int handlerTries, Throwable failure) {
        if (JobFailures.find(failure, Missed.class) != null) {
            return ending.outcome().kind() == JobOutcome.Kind.CANCELLED
                    ? Uni.createFrom().item(JobOutcome.Kind.LOST)
                    : attempt(ending.with(JobOutcome.cancelled()), tries, handlerTries);
        }
        if (ending.abandoned().getAsBoolean() || tries >= TRIES) {
            return Uni.createFrom().item(JobOutcome.Kind.LOST);
        }
        if (JobFailures.environmental(failure) != null) {
            return pause(tries).chain(() -> attempt(ending, tries + 1, handlerTries));
        }
        if (ending.handler() == null) {
            LOG.errorf(
                    failure,
                    "Job %s could not be ended; its lease will end it",
                    ending.job().id());
            return Uni.createFrom().item(JobOutcome.Kind.LOST);
        }
        LOG.errorf(
                failure,
                "Handler of job kind %s failed at the end of job %s",
                ending.job().kind(),
                ending.job().id());
        Ending next = handlerTries + 1 < HANDLER_TRIES ? ending : ending.withoutHandler();
        return pause(tries).chain(() -> attempt(next, tries + 1, handlerTries + 1));
    }

    private static Uni<Void> tellHandler(SqlConnection tx, Ending ending) {
        JobHandler handler = ending.handler();
        JobOutcome outcome = ending.outcome();
        JobError error = outcome.error();
        if (handler == null) {
            return Uni.createFrom().voidItem();
        }
        if (outcome.next() == JobState.CANCELLED) {
            return handler.cancelled(tx, ending.job().job());
        }
        return outcome.next() == JobState.FAILED && error != null
                ? handler.failed(tx, ending.job().job(), error.code(), error.message())
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> pause(int tries) {
        long waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(tries, 10));
        return Uni.createFrom().emitter(emitter -> vertx.setTimer(waitMs, id -> emitter.complete(null)));
    }
}
