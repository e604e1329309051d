package dev.evenkeel.platform.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list, in a fixed order.
 *
 * @param items at most as many as asked for
 * @param nextCursor to be sent back as {@code cursor} for the next page; absent on the last one
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 200;
}
