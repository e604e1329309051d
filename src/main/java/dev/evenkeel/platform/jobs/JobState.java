package dev.evenkeel.platform.jobs;

import java.util.Locale;
import java.util.Optional;

/** Where a job is in its life. */
public enum JobState {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    /** A dead letter: given up, kept, and can be sent again. */
    FAILED,
    CANCELLED;

    /** The name in the database and in the API. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<JobState> ofLabel(String label) {
        for (JobState state : values()) {
            if (state.label().equals(label)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
