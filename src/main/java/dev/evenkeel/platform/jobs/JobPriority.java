package dev.evenkeel.platform.jobs;

import java.util.Locale;

/** Which waiting job goes first; within a priority, the one that came first. */
public enum JobPriority {
    URGENT,
    HIGH,
    NORMAL,
    LOW;

    /** The number stored: 0 goes first. */
    int rank() {
        return ordinal();
    }

    static JobPriority ofRank(int rank) {
        return values()[rank];
    }

    /** The name in the API. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
