package dev.evenkeel.knowledge.maintenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that maintenance found.
 *
 * @param kind what is wrong, for programs
 * @param documentId the document it is about, if it is about one
 * @param path the document's path, else its title
 * @param expected what should be
 * @param actual what is
 * @param repair what mends it
 * @param preview the beginning of the text that is there more than once
 * @param paths where that text is
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(
        String kind,
        @Nullable UUID documentId,
        @Nullable String path,
        @Nullable String expected,
        @Nullable String actual,
        @Nullable String repair,
        @Nullable String preview,
        @Nullable List<String> paths) {

    /** A difference between what should be and what is. */
    static Finding difference(
            String kind,
            @Nullable UUID documentId,
            @Nullable String path,
            Object expected,
            Object actual,
            String repair) {
        return new Finding(
                kind, documentId, path, String.valueOf(expected), String.valueOf(actual), repair, null, null);
    }

    JsonObject json() {
        JsonObject json = new JsonObject().put("kind", kind);
        put(json, "document_id", documentId == null ? null : documentId.toString());
        put(json, "path", path);
        put(json, "expected", expected);
        put(json, "actual", actual);
        put(json, "repair", repair);
        put(json, "preview", preview);
        put(json, "paths", paths == null ? null : new JsonArray(paths));
        return json;
    }

    private static void put(JsonObject json, String key, @Nullable Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    static Finding of(JsonObject json) {
        String document = json.getString("document_id");
        JsonArray paths = json.getJsonArray("paths");
        return new Finding(
                json.getString("kind"),
                document == null ? null : UUID.fromString(document),
                json.getString("path"),
                json.getString("expected"),
                json.getString("actual"),
                json.getString("repair"),
                json.getString("preview"),
                paths == null ? null : paths.stream().map(String::valueOf).toList());
    }
}
