package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.http.ProblemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be asked for in the list of a folder's files. */
enum FolderFileState {
    /** Its document can be searched for. */
    INDEXED("d.state in ('completed', 'searchable')"),
    /** Its document waits for a job. */
    PENDING("d.state in ('queued', 'processing')"),
    /** It is no document, or the document could not be indexed. */
    FAILED("(k.problem_code is not null or d.state in ('failed', 'rejected', 'quarantined', 'cancelled'))"),
    /** It is not there any more; its document leaves the index soon. */
    GONE("k.gone_at is not null");

    private final String condition;

    FolderFileState(String condition) {
        this.condition = condition;
    }

    /** SQL about the file {@code k} and its document {@code d}. */
    String condition() {
        return condition;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The state of a name.
     *
     * @throws ProblemException 400 when there is none
     */
    static @Nullable FolderFileState of(@Nullable String name) {
        if (name == null) {
            return null;
        }
        for (FolderFileState state : values()) {
            if (state.wireName().equals(name)) {
                return state;
            }
        }
        throw ProblemException.invalid("state", "is one of indexed, pending, failed, gone");
    }
}
