package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.http.ProblemException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which jobs a list or a stream shows: those within reach; null means any. */
public record JobFilter(
        Reach reach,
        @Nullable String kind,
        @Nullable JobState state,
        @Nullable UUID subjectId) {
    /**
     * Reads the filter of a request.
     *
     * @throws ProblemException 400 when a value is malformed
     */
    public static JobFilter of(Reach reach, @Nullable String kind, @Nullable String state, @Nullable String subjectId) {
        if (kind != null && !NewJob.isKind(kind)) {
            throw ProblemException.invalid("kind", "must have 1 to 100 characters");
        }
        return new JobFilter(
                reach,
                kind,
                state == null
                        ? null
                        : JobState.ofLabel(state)
                                .orElseThrow(() -> ProblemException.invalid(
                                        "state", "must be queued, running, succeeded, failed or cancelled")),
                subjectId == null ? null : uuid("subject_id", subjectId));
    }

    private static UUID uuid(String field, String text) {
        UUID id = JobIds.parse(text);
        if (id == null) {
            throw ProblemException.invalid(field, "must be a UUID");
        }
        return id;
    }

    boolean accepts(Job job) {
        return reach.includes(job.ownerId, job.collectionId)
                && (kind == null || kind.equals(job.kind))
                && (state == null || state.label().equals(job.state))
                && (subjectId == null || Objects.equals(subjectId, job.subjectId));
    }
}
