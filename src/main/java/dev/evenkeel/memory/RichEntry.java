package dev.evenkeel.memory;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.evenkeel.platform.http.PlainText;
import io.vertx.core.json.JsonObject;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry to be stored whose key may be left to the service.
 *
 * @param key left out for a new one, a UUID that rises with time
 * @param value any JSON value, null included; left out, the text is the value
 * @param ttlS seconds to live; 0 for ever; left out for the namespace's default
 * @param sliding whether reading renews them; left out for the namespace's default
 * @param text what it is found by, by words and by meaning
 * @param metadata an object that searches can filter by
 * @param vector what it is found by among vectors; all of a namespace have one dimension
 */
public record RichEntry(
        @Nullable String key,
        @Nullable JsonText value,

        @Nullable @Min(0) @Max(NamespaceSettings.MAX_SECONDS) Long ttlS,

        @Nullable Boolean sliding,
        @Nullable String text,
        @Nullable JsonText metadata,

        @JsonDeserialize(using = VectorReader.class) float @Nullable [] vector) {
    /**
     * A text that is its own value.
     *
     * @param metadata of maps, lists, texts, numbers and booleans
     */
    public static RichEntry remembered(
            @Nullable String key, String text, @Nullable Map<String, Object> metadata, @Nullable Long ttlS) {
        PlainText.requireStorable("metadata", metadata);
        JsonText json = metadata == null ? null : new JsonText(new JsonObject(metadata).encode(), true);
        return new RichEntry(key, null, ttlS, null, text, json, null);
    }

    NewEntry withKey(String newKey) {
        return new NewEntry(newKey, value, ttlS, sliding, text, metadata, vector);
    }
}
