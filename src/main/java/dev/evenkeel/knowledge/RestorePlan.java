package dev.evenkeel.knowledge;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore sets out to do, as it is kept.
 *
 * @param dryRun whether nothing is to be stored
 * @param name of the collection
 * @param embeddingModel the one that the collection gets here
 */
record RestorePlan(
        boolean dryRun,
        String name,
        String embeddingModel,
        RestoreReport.Archive archive,
        List<RestoreReport.Conflict> conflicts) {
    JsonObject json() {
        JsonArray stored = new JsonArray();
        conflicts.forEach(conflict ->
                stored.add(new JsonObject().put("kind", conflict.kind()).put("detail", conflict.detail())));
        return new JsonObject()
                .put("dry_run", dryRun)
                .put("name", name)
                .put("embedding_model", embeddingModel)
                .put("format", archive.format())
                .put("archive_created_at", archive.createdAt())
                .put("size_bytes", archive.sizeBytes())
                .put("documents", archive.documents())
                .put("unpacked_bytes", archive.unpackedBytes())
                .put("complete", archive.complete())
                .put("left_out", archive.leftOut())
                .put("conflicts", stored);
    }

    static RestorePlan of(JsonObject json) {
        List<RestoreReport.Conflict> conflicts = new ArrayList<>();
        JsonArray stored = json.getJsonArray("conflicts");
        for (int i = 0; i < stored.size(); i++) {
            JsonObject conflict = stored.getJsonObject(i);
            conflicts.add(new RestoreReport.Conflict(conflict.getString("kind"), conflict.getString("detail")));
        }
        @Nullable Boolean complete = json.getBoolean("complete");
        return new RestorePlan(
                json.getBoolean("dry_run"),
                json.getString("name"),
                json.getString("embedding_model"),
                new RestoreReport.Archive(
                        json.getInteger("format"),
                        json.getString("archive_created_at"),
                        json.getLong("size_bytes"),
                        json.getInteger("documents"),
                        json.getLong("unpacked_bytes"),
                        complete,
                        json.getInteger("left_out")),
                List.copyOf(conflicts));
    }
}
