package dev.evenkeel.platform.jobs;

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
 */
public record NewJob(
        String kind,
        JsonObject payload,
        JobPriority priority,
        @Nullable String uniqueKey,
        @Nullable UUID subjectId) {
    private static final int MAX_KIND_LENGTH = 100;

    public NewJob {
        if (!isKind(kind)) {
            throw new IllegalArgumentException("The kind of a job has 1 to " + MAX_KIND_LENGTH + " characters.");
        }
    }

    /** A job of normal priority without a key or a subject. */
    public NewJob(String kind, JsonObject payload) {
        this(kind, payload, JobPriority.NORMAL, null, null);
    }

    /** Whether a text can name a kind of job. */
    static boolean isKind(String text) {
        return !text.isBlank() && text.length() <= MAX_KIND_LENGTH && text.indexOf('\0') < 0;
    }

    public NewJob withPriority(JobPriority newPriority) {
        return new NewJob(kind, payload, newPriority, uniqueKey, subjectId);
    }

    public NewJob withUniqueKey(String newUniqueKey) {
        return new NewJob(kind, payload, priority, newUniqueKey, subjectId);
    }

    public NewJob withSubject(UUID newSubjectId) {
        return new NewJob(kind, payload, priority, uniqueKey, newSubjectId);
    }
}
