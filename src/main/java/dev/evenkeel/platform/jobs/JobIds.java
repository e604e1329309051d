package dev.evenkeel.platform.jobs;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads ids from requests. */
final class JobIds {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private JobIds() {}

    /** The id, or null when the text is none ({@link UUID#fromString} accepts more than UUIDs). */
    static @Nullable UUID parse(String text) {
        return UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : null;
    }
}
