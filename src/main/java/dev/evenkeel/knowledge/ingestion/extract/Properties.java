package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes what a document says of itself. */
final class Properties {

    private static final int MAX_CHARS = 1000;
    private static final int MAX_VALUES = 200;

    private Properties() {}

    /** Notes a value that is not blank, unless there is one already. */
    static void put(Map<String, Object> metadata, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            metadata.putIfAbsent(key, shortened(value));
        }
    }

    /** Notes the first {@value #MAX_VALUES} of several values. */
    static void put(Map<String, Object> metadata, String key, List<String> values) {
        if (!values.isEmpty()) {
            metadata.putIfAbsent(
                    key,
                    values.stream().limit(MAX_VALUES).map(Properties::shortened).toList());
        }
    }

    private static String shortened(String value) {
        return HeadingTitle.truncate(TextAssembly.oneLine(CleanText.of(value).text()), MAX_CHARS);
    }
}
