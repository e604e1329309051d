package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headings that a place in a document stands under. */
final class HeadingStack {

    static final int MAX_LEVEL = 6;

    private final @Nullable String[] titles = new @Nullable String[MAX_LEVEL];
    private List<String> path = List.of();
    private @Nullable String first;

    /**
     * Enters a heading and leaves those of its level and deeper ones.
     *
     * @param level from 1 to {@link #MAX_LEVEL}
     * @param title without markup; a blank one closes deeper headings but does not show in the path
     */
    void enter(int level, String title) {
        titles[level - 1] = title.isBlank() ? null : title;
        for (int i = level; i < MAX_LEVEL; i++) {
            titles[i] = null;
        }
        List<String> entered = new ArrayList<>(level);
        for (String each : titles) {
            if (each != null) {
                entered.add(each);
            }
        }
        path = List.copyOf(entered);
        if (first == null && !title.isBlank()) {
            first = title;
        }
    }

    List<String> path() {
        return path;
    }

    /** The first title that was entered. */
    @Nullable String first() {
        return first;
    }
}
