package dev.evenkeel.knowledge;

import java.util.Locale;

/** How far a document's newest content has come. */
public enum DocumentState {
    /** Accepted and stored; a job will index it. */
    QUEUED,
    /** A job is at work on it. */
    PROCESSING,
    /** Found by keyword; vectors are still to come. */
    SEARCHABLE,
    /** Everything that its collection promises is stored. */
    COMPLETED,
    /** Given up after an error that is not the document's fault. */
    FAILED,
    /** Cannot be read, by its own fault: damaged, encrypted, of an unknown kind. */
    REJECTED,
    /** Kept apart, because a safety rule refused it, until somebody restores or purges it. */
    QUARANTINED,
    /** Its job was cancelled. */
    CANCELLED;

    /** The name in the API and the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
