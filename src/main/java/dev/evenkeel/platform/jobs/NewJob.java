package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Reach;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job to be queued.
 *
 * @param kind names its {@link JobHandler}; 1 to 100 characters
 * @param payload what the handler needs: references, not data; at most 64 kB as JSON
 * @param uniqueKey while a job of this kind with this key is queued or running, no second one is made
 * @param subjectId what the job works on, to find or cancel it by
 * @param within the owner and the collection of what it works on, who may see it; administrators may see every job
 */
public record NewJob(
        String kind,
        JsonObject payload,
        JobPriority priority,
        @Nullable String uniqueKey,
        @Nullable UUID subjectId,
        Reach within) {
    private static final int MAX_KIND_LENGTH = 100;
    private static final Reach NOBODY = new Reach(null, null);

    public NewJob {
        if (!isKind(kind)) {
            throw new IllegalArgumentException("The kind of a job has 1 to " + MAX_KIND_LENGTH + " characters.");
        }
    }

    /** A job of the service itself, of normal priority, without a key or a subject. */
    public NewJob(String kind, JsonObject payload) {
        this(kind, payload, JobPriority.NORMAL, null, null, NOBODY);
    }

    /** Whether a text can name a kind of job. */
    static boolean isKind(String text) {
        return !text.isBlank() && text.length() <= MAX_KIND_LENGTH && text.indexOf('\0') < 0;
    }

    public NewJob withPriority(JobPriority newPriority) {
        return new NewJob(kind, payload, newPriority, uniqueKey, subjectId, within);
    }

    public NewJob withUniqueKey(String newUniqueKey) {
        return new NewJob(kind, payload, priority, newUniqueKey, subjectId, within);
    }

    public NewJob withSubject(UUID newSubjectId) {
        return new NewJob(kind, payload, priority, uniqueKey, newSubjectId, within);
    }

    public NewJob within(Reach newWithin) {
        return new NewJob(kind, payload, priority, uniqueKey, subjectId, newWithin);
    }
}
