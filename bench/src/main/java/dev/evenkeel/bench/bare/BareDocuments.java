package dev.evenkeel.bench.bare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents by id and as a list of 50, with the statements and the JSON of the service. */
final class BareDocuments {

    // The service's own statements.
    private static final String SELECT = """
            select d.id, d.collection_id, c.name as collection_name, d.title, d.source_path, d.document_type,
                   d.extraction_method, d.state, d.revision, d.indexed_revision, d.chunk_count, d.embedded_count,
                   d.token_count, d.page_count, d.size_bytes, encode(d.content_hash, 'hex') as content_hash,
                   d.metadata::text as metadata, d.properties::text as properties, d.warnings, d.error_code,
                   d.error_detail, d.job_id, d.version, d.created_at, d.updated_at, d.indexed_at
            from document d join collection c on c.id = d.collection_id
            where c.deleted_at is null
            """;
    private static final String BY_ID = SELECT + " and d.id = $1";
    private static final String LIST =
            SELECT + " and d.collection_id = $1 order by d.id desc limit (select $2::bigint)";

    private final Pool pool;

    BareDocuments(Pool pool) {
        this.pool = pool;
    }

    void answer(HttpServerRequest request) {
        String path = request.path();
        HttpServerResponse response = request.response();
        try {
            if (path.startsWith("/api/v1/documents/")) {
                one(UUID.fromString(path.substring("/api/v1/documents/".length())), response);
            } else if (path.equals("/api/v1/documents")) {
                UUID collection = UUID.fromString(request.getParam("collection_id", ""));
                list(collection, Integer.parseInt(request.getParam("limit", "50")), response);
            } else {
                BareServer.notFound(response);
            }
        } catch (IllegalArgumentException badIdOrNumber) {
            response.setStatusCode(400).end();
        }
    }

    private void one(UUID id, HttpServerResponse response) {
        pool.preparedQuery(BY_ID)
                .execute(Tuple.of(id))
                .onSuccess(rows -> {
                    if (rows.size() == 0) {
                        BareServer.notFound(response);
                    } else {
                        json(response, view(rows.iterator().next()));
                    }
                })
                .onFailure(cause -> failed(response, cause));
    }

    private void list(UUID collection, int limit, HttpServerResponse response) {
        pool.preparedQuery(LIST)
                .execute(Tuple.of(collection, limit + 1))
                .onSuccess(rows -> json(response, page(rows, limit)))
                .onFailure(cause -> failed(response, cause));
    }

    /** One row more than the limit means that there is another page. */
    private static JsonObject page(RowSet<Row> rows, int limit) {
        JsonArray items = new JsonArray();
        String lastId = "";
        for (Row row : rows) {
            if (items.size() < limit) {
                items.add(view(row));
                lastId = row.getUUID("id").toString();
            }
        }
        JsonObject page = new JsonObject().put("items", items);
        return rows.size() > limit
                ? page.put(
                        "next_cursor",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(lastId.getBytes(US_ASCII)))
                : page;
    }

    private static JsonObject view(Row row) {
        JsonObject view = new JsonObject()
                .put("id", row.getUUID("id").toString())
                .put("collection_id", row.getUUID("collection_id").toString())
                .put("collection_name", row.getString("collection_name"))
                .put("title", row.getString("title"))
                .put("source_path", row.getString("source_path"))
                .put("document_type", row.getString("document_type"))
                .put("extraction_method", row.getString("extraction_method"))
                .put("state", row.getString("state"))
                .put("revision", row.getInteger("revision"))
                .put("indexed_revision", row.getInteger("indexed_revision"))
                .put("chunk_count", row.getInteger("chunk_count"))
                .put("embedded_count", row.getInteger("embedded_count"))
                .put("token_count", row.getLong("token_count"))
                .put("page_count", row.getInteger("page_count"))
                .put("size_bytes", row.getLong("size_bytes"))
                .put("content_hash", row.getString("content_hash"))
                .put("metadata", new JsonObject(row.getString("metadata")))
                .put("properties", new JsonObject(row.getString("properties")))
                .put("warnings", new JsonArray(List.of((Object[]) row.getArrayOfStrings("warnings"))))
                .put("version", row.getInteger("version"))
                .put(
                        "created_at",
                        row.getOffsetDateTime("created_at").toInstant().toString())
                .put(
                        "updated_at",
                        row.getOffsetDateTime("updated_at").toInstant().toString());
        putIfPresent(view, "job_id", row.getUUID("job_id"));
        OffsetDateTime indexed = row.getOffsetDateTime("indexed_at");
        putIfPresent(view, "indexed_at", indexed == null ? null : indexed.toInstant());
        return view;
    }

    private static void putIfPresent(JsonObject view, String name, @Nullable Object value) {
        if (value != null) {
            view.put(name, value.toString());
        }
    }

    private static void json(HttpServerResponse response, JsonObject body) {
        response.putHeader("content-type", "application/json").end(body.toBuffer());
    }

    static void failed(HttpServerResponse response, Throwable cause) {
        System.err.println(cause);
        response.setStatusCode(500).end();
    }
}
