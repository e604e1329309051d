package dev.evenkeel.knowledge.models;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.embedding.ModelSetting;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about embedding models. */
@ApplicationScoped
public class EmbeddingModels {
    private static final String USED = """
            (select count(*) from collection c where (c.deleted_at is null or %s)
               and (c.embedding_model_id = s.id or c.next_embedding_model_id = s.id)) as collections""".formatted(CollectionRef.BEING_RESTORED);

    /** A model and how many collections have it that are there, or are being restored. */
    record Used(ModelSetting setting, long collections) {
        static Used of(Row row) {
            return new Used(ModelSetting.of(row), row.getLong("collections"));
        }
    }

    /**
     * The id of a model that a collection is to have; it is not deleted before the transaction ends.
     *
     * @throws ProblemException (as failure) 400 when there is no such model
     */
    public Uni<UUID> requireId(SqlConnection tx, String name) {
        return tx.preparedQuery("select id from embedding_model_setting where name = $1 for key share")
                .execute(Tuple.of(name))
                .map(rows -> {
                    for (Row row : rows) {
                        return row.getUUID("id");
                    }
                    throw ProblemException.invalid("embedding_model", "is not the name of an embedding model");
                });
    }

    /** By name, one more than asked for when there is another page. */
    Uni<List<Used>> list(SqlConnection connection, int limit, @Nullable String after) {
        return connection
                .preparedQuery("select %s, %s from embedding_model_setting s where $2::text is null or name > $2"
                                .formatted(ModelSetting.COLUMNS, USED)
                        + " order by name limit $1")
                .execute(Tuple.of(limit + 1, after))
                .map(rows -> {
                    List<Used> found = new ArrayList<>();
                    rows.forEach(row -> found.add(Used.of(row)));
                    return found;
                });
    }

    Uni<Used> require(SqlConnection connection, String name, boolean lock) {
        return connection
                .preparedQuery("select %s, %s from embedding_model_setting s where name = $1"
                                .formatted(ModelSetting.COLUMNS, USED)
                        + (lock ? " for update" : ""))
                .execute(Tuple.of(name))
                .map(rows -> {
                    for (Row row : rows) {
                        return Used.of(row);
                    }
                    throw ProblemException.notFound("embedding model");
                });
    }

    Uni<Long> count(SqlConnection connection) {
        return connection
                .preparedQuery("select count(*) from embedding_model_setting")
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Fails with 409 when there is a model of that name. */
    Uni<Void> insert(SqlConnection tx, ModelSetting model) {
        return tx.preparedQuery("""
                        insert into embedding_model_setting (id, name, kind, dimension, endpoint, remote_model,
                          request_dimension, query_prefix, passage_prefix, batch_size, api_key, folder, fingerprint,
                          hybrid_weight)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                        on conflict (name) do nothing""")
                .execute(Tuple.from(new Object[] {
                    model.id(),
                    model.name(),
                    model.kind().label(),
                    model.dimension(),
                    model.endpoint(),
                    model.remoteModel(),
                    model.requestDimension(),
                    model.queryPrefix(),
                    model.passagePrefix(),
                    model.batchSize(),
                    buffer(model.sealedApiKey()),
                    model.folder(),
                    buffer(model.fingerprint()),
                    model.hybridWeight()
                }))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ProblemException.conflict("There is an embedding model of this name already.");
                    }
                })
                .replaceWithVoid();
    }

    /** Stores what may change of a model. */
    Uni<Void> update(SqlConnection tx, ModelSetting model) {
        return tx.preparedQuery("""
                        update embedding_model_setting set endpoint = $2, query_prefix = $3, batch_size = $4,
                          api_key = $5, hybrid_weight = $6, version = version + 1, updated_at = now()
                        where id = $1""")
                .execute(Tuple.from(new Object[] {
                    model.id(),
                    model.endpoint(),
                    model.queryPrefix(),
                    model.batchSize(),
                    buffer(model.sealedApiKey()),
                    model.hybridWeight()
                }))
                .replaceWithVoid();
    }

    /** Deletes a locked model that no living collection has; those that are being deleted do not need it any more. */
    Uni<Void> delete(SqlConnection tx, UUID id) {
        return tx.preparedQuery("""
                        update collection set embedding_model_id = $2, next_embedding_model_id = null
                        where deleted_at is not null and (embedding_model_id = $1 or next_embedding_model_id = $1)""")
                .execute(Tuple.of(id, ModelSetting.NONE_ID))
                .chain(() -> tx.preparedQuery("delete from embedding_model_setting where id = $1")
                        .execute(Tuple.of(id)))
                .replaceWithVoid();
    }

    private static @Nullable Buffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : Buffer.buffer(bytes);
    }
}
