package dev.evenkeel.bench.bare;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/** Documents by id and as a list of 50, with the statements and the JSON of the service. */
final class BareDocuments {

    private static final String COLUMNS = "id, collection_id, title, source_path, document_type, state, chunk_count,"
            + " token_count, content_hash, size_bytes, version, created_at, updated_at";
    private static final String BY_ID = "select " + COLUMNS + " from document where id = $1";
    private static final String LIST =
            "select " + COLUMNS + " from document where collection_id = $1 order by created_at desc, id desc limit $2";

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
                .execute(Tuple.of(collection, limit))
                .onSuccess(rows -> json(response, page(rows)))
                .onFailure(cause -> failed(response, cause));
    }

    private static JsonObject page(RowSet<Row> rows) {
        JsonArray items = new JsonArray();
        rows.forEach(row -> items.add(view(row)));
        return new JsonObject().put("items", items).putNull("next_cursor");
    }

    private static JsonObject view(Row row) {
        return new JsonObject()
                .put("id", row.getUUID("id").toString())
                .put("collection_id", row.getUUID("collection_id").toString())
                .put("title", row.getString("title"))
                .put("source_path", row.getString("source_path"))
                .put("document_type", row.getString("document_type"))
                .put("state", row.getString("state"))
                .put("chunk_count", row.getInteger("chunk_count"))
                .put("token_count", row.getInteger("token_count"))
                .put("content_hash", row.getString("content_hash"))
                .put("size_bytes", row.getLong("size_bytes"))
                .put("version", row.getInteger("version"))
                .put("created_at", row.getOffsetDateTime("created_at").toString())
                .put("updated_at", row.getOffsetDateTime("updated_at").toString());
    }

    private static void json(HttpServerResponse response, JsonObject body) {
        response.putHeader("content-type", "application/json").end(body.toBuffer());
    }

    private static void failed(HttpServerResponse response, Throwable cause) {
        System.err.println(cause);
        response.setStatusCode(500).end();
    }
}
