package dev.evenkeel.platform.search.embedding;

import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model as it is kept in the database. What its vectors depend on never changes: another setting of those is
 * another model.
 *
 * @param dimension null for the default model, whose dimension is configured, and for none
 * @param sealedApiKey sealed for the purpose {@link #keyPurpose}
 * @param folder of a static model, below the directory of models
 * @param fingerprint SHA-256 of what the vectors of a static model depend on
 */
public record ModelSetting(
        UUID id,
        String name,
        ModelKind kind,
        @Nullable Integer dimension,
        @Nullable String endpoint,
        @Nullable String remoteModel,
        boolean requestDimension,
        @Nullable String queryPrefix,
        @Nullable String passagePrefix,
        int batchSize,
        byte @Nullable [] sealedApiKey,
        @Nullable String folder,
        byte @Nullable [] fingerprint,
        double hybridWeight,
        int version,
        Instant createdAt,
        Instant updatedAt) {
    /** The model that {@code evenkeel.embedding.*} configures. */
    public static final UUID DEFAULT_ID = UUID.fromString("00000000-0000-7000-8000-00000000000d");

    /** No model: search by keyword alone. */
    public static final UUID NONE_ID = UUID.fromString("00000000-0000-7000-8000-000000000000");

    public static final String COLUMNS = "id, name, kind, dimension, endpoint, remote_model, request_dimension,"
            + " query_prefix, passage_prefix, batch_size, api_key, folder, fingerprint, hybrid_weight, version, created_at,"
            + " updated_at";

    public static ModelSetting of(Row row) {
        return new ModelSetting(
                row.getUUID("id"),
                row.getString("name"),
                ModelKind.of(row.getString("kind")).orElseThrow(),
                row.getInteger("dimension"),
                row.getString("endpoint"),
                row.getString("remote_model"),
                row.getBoolean("request_dimension"),
                row.getString("query_prefix"),
                row.getString("passage_prefix"),
                row.getInteger("batch_size"),
                bytes(row.getBuffer("api_key")),
                row.getString("folder"),
                bytes(row.getBuffer("fingerprint")),
                row.getDouble("hybrid_weight"),
                row.getInteger("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    private static byte @Nullable [] bytes(@Nullable Buffer buffer) {
        return buffer == null ? null : buffer.getBytes();
    }

    /** The name of its vectors; a model of the same name that is made later does not share them. */
    public String vectorsName() {
        return "model:" + id;
    }

    /** What the API key of a model is sealed for. */
    public static String keyPurpose(UUID id) {
        return "embedding-model:" + id;
    }
}
