package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ProblemException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which documents a list shows.
 *
 * @param name part of the title or path; with {@code *} and {@code ?} a pattern for the whole of it
 */
public record DocumentFilter(
        @Nullable UUID collectionId,
        @Nullable String name,
        @Nullable String type,
        @Nullable String state) {
    public DocumentFilter {
        String wanted = state;
        if (wanted != null
                && Arrays.stream(DocumentState.values())
                        .noneMatch(known -> known.wireName().equals(wanted))) {
            throw ProblemException.invalid("state", "is not a state of documents");
        }
    }

    /** Whether it leaves no document of a collection out. */
    boolean isEverything() {
        return namePattern() == null && type == null && state == null;
    }

    /** The name as a LIKE pattern with {@code !} as escape, or null. */
    public @Nullable String namePattern() {
        if (name == null || name.isEmpty()) {
            return null;
        }
        String escaped = name.replace("!", "!!").replace("%", "!%").replace("_", "!_");
        return escaped.contains("*") || escaped.contains("?")
                ? escaped.replace('*', '%').replace('?', '_')
                : "%" + escaped + "%";
    }
}
