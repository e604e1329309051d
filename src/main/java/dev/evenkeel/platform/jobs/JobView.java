package dev.evenkeel.platform.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job.
 *
 * @param state queued, running, succeeded, failed (dead, may be retried) or cancelled
 * @param priority urgent, high, normal or low
 * @param attempt how often it has been claimed
 * @param failures attempts that ended in an error
 * @param maxAttempts failures after which it is dead
 * @param cancelRequested whether it is running still, but will be cancelled at its next step
 * @param stage the stage that reported last
 * @param stages all stages in order, as far as they are known
 * @param runAt when it may run, for a queued job
 * @param error why the last attempt without success ended
 * @param attempts the attempts that have ended, in order; the latest ones when there were many; in the detail only
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobView(
        UUID id,
        String kind,
        String state,
        String priority,
        @Nullable UUID subjectId,
        @Nullable String uniqueKey,
        int attempt,
        int failures,
        int maxAttempts,
        boolean cancelRequested,
        @Nullable String stage,
        List<StageView> stages,
        Instant createdAt,
        @Nullable Instant runAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable ErrorView error,
        @Nullable List<AttemptView> attempts) {

    /**
     * One stage of the present or last attempt.
     *
     * @param state pending, running or done
     * @param done units done
     * @param total units in all, 0 while unknown
     * @param ratePerS recent units per second
     * @param etaS seconds until it is done, at that rate
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StageView(
            String name,
            String state,
            long done,
            long total,
            @Nullable Double ratePerS,
            @Nullable Double etaS,
            @Nullable Instant startedAt,
            @Nullable Instant updatedAt) {}

    /** One attempt that has ended: succeeded, failed, deferred, cancelled, lost or released. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AttemptView(
            int attempt,
            Instant startedAt,
            Instant finishedAt,
            String outcome,
            @Nullable ErrorView error) {}

    /** What went wrong: a stable code, and words. */
    @RegisterForReflection
    public record ErrorView(String code, String message) {}
}
