package dev.evenkeel.platform.jobs;

import org.jspecify.annotations.Nullable;

/**
 * One event of a stream.
 *
 * @param name {@code job} with a job as JSON, {@code ready} when a stream has begun, {@code resync} when changes were
 *     left out and the client should read the list again; null for a comment
 * @param cursor where a client that saw everything up to here may go on
 */
record JobEvent(@Nullable String name, @Nullable String cursor, String data) {
    static final JobEvent COMMENT = new JobEvent(null, null, "");

    static JobEvent job(String json) {
        return new JobEvent("job", null, json);
    }

    static JobEvent ready(String cursor) {
        return new JobEvent("ready", cursor, "{}");
    }

    static JobEvent resync(@Nullable String cursor) {
        return new JobEvent("resync", cursor, "{}");
    }

    JobEvent withCursor(String newCursor) {
        return new JobEvent(name, newCursor, data);
    }
}
