package dev.evenkeel.knowledge;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.util.HexFormat;
import java.util.UUID;

/** A document of a backup, as it is at the moment. */
record BackupDocument(
        UUID id, int revision, long sizeBytes, boolean kept, boolean indexed, String state, JsonObject description) {
    static final String COLUMNS = """
            d.id, d.revision, d.size_bytes, d.indexed_revision, d.state, d.title, d.source_path, d.document_type, d.metadata,
            d.content_hash, d.created_at, exists (select 1 from document_part p
              where p.document_id = d.id and p.revision = d.revision and p.part_no = 0) as kept""";

    static BackupDocument of(Row row) {
        JsonObject description = new JsonObject()
                .put("id", row.getUUID("id").toString())
                .put("title", row.getString("title"))
                .put("source_path", row.getString("source_path"))
                .put("document_type", row.getString("document_type"))
                .put("metadata", row.getJsonObject("metadata"))
                .put(
                        "created_at",
                        row.getOffsetDateTime("created_at").toInstant().toString())
                .put(
                        "sha256",
                        HexFormat.of().formatHex(row.getBuffer("content_hash").getBytes()));
        return new BackupDocument(
                row.getUUID("id"),
                row.getInteger("revision"),
                row.getLong("size_bytes"),
                row.getBoolean("kept"),
                row.getValue("indexed_revision") != null,
                row.getString("state"),
                description);
    }

    /** The same, to be read as the text of its chunks. */
    BackupDocument asText() {
        return new BackupDocument(id, revision, sizeBytes, false, indexed, state, description);
    }

    boolean isQuarantined() {
        return state.equals(DocumentState.QUARANTINED.wireName());
    }

    String sha256() {
        return description.getString("sha256");
    }
}
