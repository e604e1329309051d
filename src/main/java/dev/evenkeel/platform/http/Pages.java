package dev.evenkeel.platform.http;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages of lists that are ordered by id, newest first. */
public final class Pages {
    private Pages() {}

    /** The id in a cursor, or null for the first page. */
    public static @Nullable UUID before(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            return UUID.fromString(Cursor.decode(cursor, 1).get(0));
        } catch (IllegalArgumentException notAnId) {
            throw Cursor.invalid();
        }
    }

    /** The page that was asked for, from a list that holds one more when there is another page. */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, UUID> id) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, Cursor.encode(id.apply(items.get(limit - 1)).toString()));
    }
}
