package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/** What an entry is searched for by, as its owner exports it; vectors can be made of the text again. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record SearchText(
        String key, @Nullable String text, @JsonRawValue String metadata) {
    static SearchText of(Row row) {
        return new SearchText(row.getString("key"), row.getString("text"), row.getString("metadata"));
    }
}
