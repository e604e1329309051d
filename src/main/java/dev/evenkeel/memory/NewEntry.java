package dev.evenkeel.memory;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * An entry to be stored.
 *
 * @param value any JSON value, null included; left out, the text is the value
 * @param ttlS seconds to live; 0 for ever; left out for the namespace's default
 * @param sliding whether reading renews them; left out for the namespace's default
 * @param text what it is found by, by words and by meaning
 * @param metadata an object that searches can filter by
 * @param vector what it is found by among vectors; all of a namespace have one dimension
 */
public record NewEntry(
        @NotNull String key,
        @Nullable JsonText value,

        @Nullable @Min(0) @Max(NamespaceSettings.MAX_SECONDS) Long ttlS,

        @Nullable Boolean sliding,
        @Nullable String text,
        @Nullable JsonText metadata,

        @JsonDeserialize(using = VectorReader.class) float @Nullable [] vector) {
    /** An entry that is not searched for. */
    static NewEntry plain(String key, JsonText value, @Nullable Long ttlS, @Nullable Boolean sliding) {
        return new NewEntry(key, value, ttlS, sliding, null, null, null);
    }
}
