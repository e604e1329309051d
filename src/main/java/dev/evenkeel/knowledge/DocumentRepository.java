package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about documents and their chunks, except those of indexing and searching. */
@ApplicationScoped
public class DocumentRepository implements PanacheRepositoryBase<Document, UUID> {
    /** How often a document may move while somebody waits for it. */
    private static final int MAX_MOVES = 2;

    private static final String WITH_COLLECTION =
            "select d from Document d join fetch d.collection c where c.deletedAt is null";

    private static final String VIEW =
            "select " + DocumentView.COLUMNS + " from document d join collection c on c.id = d.collection_id";

    /** The document with its collection, as entities of the current session. */
    Uni<Document> require(Reach reach, UUID id) {
        StringBuilder query = new StringBuilder(WITH_COLLECTION).append(" and d.id = :id");
        Parameters parameters = Parameters.with("id", id);
        if (reach.ownerId() != null) {
            query.append(" and c.ownerId = :owner");
            parameters.and("owner", reach.ownerId());
        }
        if (reach.collectionId() != null) {
            query.append(" and c.id = :only");
            parameters.and("only", reach.collectionId());
        }
        return find(query.toString(), parameters)
                .firstResult()
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("document"));
    }

    private static SqlConditions live(Reach reach) {
        return reach.restrict(new SqlConditions().and("c.deleted_at is null"), "c.owner_id", "d.collection_id");
    }

    /**
     * The document as the API shows it. Read by id and the list are the hottest routes: a projection by the plain client
     * takes half of what the same read costs as entities.
     */
    Uni<DocumentView> view(SqlConnection connection, Reach reach, UUID id) {
        SqlConditions conditions = live(reach).and("d.id = $", id);
        return connection
                .preparedQuery(VIEW + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("document");
                    }
                    return DocumentView.of(rows.iterator().next());
                });
    }

    /** Newest first, one more than asked for when there is another page. */
    Uni<List<DocumentView>> list(
            SqlConnection connection, Reach reach, DocumentFilter filter, int limit, @Nullable UUID before) {
        DocumentList list = DocumentList.of(reach, filter, limit + 1, before);
        return connection.preparedQuery(list.sql()).execute(list.parameters()).map(rows -> {
            List<DocumentView> views = new ArrayList<>(rows.size());
            rows.forEach(row -> views.add(DocumentView.of(row)));
            return views;
        });
    }

    /** What a document is identified by, and what it holds now; locked until the transaction ends. */
    record Stored(
            UUID id,
            UUID collectionId,
            @Nullable UUID ownerId,
            long corpusNo,
            int revision,
            byte[] contentHash,
            String documentType,
            String state,
            String title,
            @Nullable UUID jobId,
            int version) {
        private static final String COLUMNS =
                "d.id, d.collection_id, c.owner_id, c.corpus_no, d.revision, d.content_hash, d.document_type, d.state, d.title, d.job_id, d.version";

        /** Who may see a job that works on this document. */
        Reach within() {
            return new Reach(ownerId, collectionId);
        }

        static Stored of(Row row) {
            return new Stored(
                    row.getUUID("id"),
                    row.getUUID("collection_id"),
                    row.getUUID("owner_id"),
                    row.getLong("corpus_no"),
                    row.getInteger("revision"),
                    row.getBuffer("content_hash").getBytes(),
                    row.getString("document_type"),
                    row.getString("state"),
                    row.getString("title"),
                    row.getUUID("job_id"),
                    row.getInteger("version"));
        }
    }

    /** The document that a draft is about: of the same path, or without a path of the same content. */
    Uni<Optional<Stored>> findSame(SqlConnection tx, UUID collectionId, DocumentDraft draft) {
        String same =
                draft.sourcePath() == null ? "d.source_path is null and d.content_hash = $2" : "d.source_path = $2";
        Object key = draft.sourcePath() == null ? Buffer.buffer(draft.contentHash()) : draft.sourcePath();
        return tx.preparedQuery("select " + Stored.COLUMNS
                        + " from document d join collection c on c.id = d.collection_id where d.collection_id = $1 and "
                        + same + " for update of d")
                .execute(Tuple.of(collectionId, key))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Stored.of(rows.iterator().next())));
    }

    /** The document, locked until the transaction ends. */
    Uni<Stored> requireForWriting(SqlConnection tx, Reach reach, UUID id) {
        return lock(tx, reach, id, MAX_MOVES);
    }

    /**
     * A statement that waited for the end of a move sees the document in its new collection, but the collections as they were when it
     * began: it finds nothing, and the next one finds the document.
     */
    private static Uni<Stored> lock(SqlConnection tx, Reach reach, UUID id, int moves) {
        SqlConditions conditions = live(reach).and("d.id = $", id);
        return tx.preparedQuery("select " + Stored.COLUMNS
                        + " from document d join collection c on c.id = d.collection_id" + conditions.where()
                        + " for update of d")
                .execute(conditions.tuple())
                .chain(rows -> {
                    if (rows.size() > 0) {
                        return Uni.createFrom().item(Stored.of(rows.iterator().next()));
                    }
                    return moves > 0
                            ? lock(tx, reach, id, moves - 1)
                            : Uni.createFrom().failure(ProblemException.notFound("document"));
                });
    }

    /** Inserts a new document; false when another transaction inserted the same one first. */
    Uni<Boolean> insert(SqlConnection tx, UUID id, UUID collectionId, DocumentDraft draft, DocumentState state) {
        return tx.preparedQuery("""
                        insert into document (id, collection_id, title, source_path, document_type, state, content_hash,
                                              size_bytes, metadata)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing""")
                .execute(Tuple.from(new Object[] {
                    id,
                    collectionId,
                    draft.title(),
                    draft.sourcePath(),
                    draft.documentType(),
                    state.wireName(),
                    Buffer.buffer(draft.contentHash()),
                    draft.sizeBytes(),
                    new JsonObject(draft.metadata())
                }))
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * Accepts new content for a document: its next revision, which searches do not know yet. Fails with 409 when another
     * document, without a path as this one, is known by that content.
     */
    Uni<Integer> replace(SqlConnection tx, UUID id, DocumentDraft draft, DocumentState state) {
        return tx.preparedQuery("""
                        update document set revision = revision + 1, content_hash = $2, size_bytes = $3,
                          document_type = $4, state = $5, error_code = null, error_detail = null,
                          metadata = case when $6::jsonb = '{}' then metadata else $6 end,
                          title = coalesce($7, title),
                          version = version + 1, updated_at = now()
                        where id = $1 returning revision""")
                .execute(Tuple.from(new Object[] {
                    id,
                    Buffer.buffer(draft.contentHash()),
                    draft.sizeBytes(),
                    draft.documentType(),
                    state.wireName(),
                    new JsonObject(draft.metadata()),
                    draft.titleGiven() ? draft.title() : null
                }))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> ProblemException.conflict("Another document of the collection has this content."))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Takes over title and metadata that came with content which is there already. */
    Uni<Void> describe(SqlConnection tx, UUID id, DocumentDraft draft, boolean metadataGiven) {
        if (!draft.titleGiven() && !metadataGiven) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery("""
                        update document set title = coalesce($2, title), metadata = coalesce($3, metadata),
                          version = version + 1, updated_at = now() where id = $1""")
                .execute(Tuple.of(
                        id,
                        draft.titleGiven() ? draft.title() : null,
                        metadataGiven ? new JsonObject(draft.metadata()) : null))
                .replaceWithVoid();
    }

    /** Changes what is given; fails with 409 when another document of the collection has the path. */
    Uni<Void> change(
            SqlConnection tx,
            UUID id,
            @Nullable String title,
            @Nullable String sourcePath,
            @Nullable Map<String, Object> metadata) {
        return tx.preparedQuery("""
                        update document set title = coalesce($2, title), source_path = coalesce($3, source_path),
                          metadata = coalesce($4, metadata), version = version + 1, updated_at = now() where id = $1""")
                .execute(Tuple.of(id, title, sourcePath, metadata == null ? null : new JsonObject(metadata)))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> ProblemException.conflict("Another document of the collection has this path."))
                .replaceWithVoid();
    }

    /** Notes why the newest content is not searchable; nothing when newer content has come meanwhile. */
    Uni<Void> failed(SqlConnection tx, UUID id, int revision, DocumentState state, DocumentView.ErrorView error) {
        return tx.preparedQuery("""
                        update document set state = $3, error_code = $4, error_detail = $5, version = version + 1,
                          updated_at = now() where id = $1 and revision = $2""")
                .execute(Tuple.of(id, revision, state.wireName(), error.code(), error.detail()))
                .replaceWithVoid();
    }

    /** Fails with 409 when the bytes of the revision were not kept. */
    Uni<Void> requireOriginal(SqlConnection tx, UUID id, int revision) {
        return tx.preparedQuery("select 1 from document_part where document_id = $1 and revision = $2 and part_no = 0")
                .execute(Tuple.of(id, revision))
                .invoke(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.conflict("The bytes of this document were not kept; send them again.");
                    }
                })
                .replaceWithVoid();
    }

    Uni<Void> queued(SqlConnection tx, UUID id) {
        return tx.preparedQuery("""
                        update document set state = 'queued', error_code = null, error_detail = null,
                          version = version + 1, updated_at = now() where id = $1""").execute(Tuple.of(id)).replaceWithVoid();
    }

    /** Puts the document in another collection; fails with 409 when that has the same document already. */
    Uni<Void> assign(SqlConnection tx, UUID id, UUID collectionId) {
        return tx.preparedQuery("""
                        update document d set collection_id = $2, version = version + 1, updated_at = now()
                        where d.id = $1 and not exists (
                          select 1 from document o where o.collection_id = $2
                            and (o.source_path = d.source_path
                                 or o.source_path is null and d.source_path is null and o.content_hash = d.content_hash))""")
                .execute(Tuple.of(id, collectionId))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> alreadyThere())
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw alreadyThere();
                    }
                })
                .replaceWithVoid();
    }

    private static ProblemException alreadyThere() {
        return ProblemException.conflict("The collection has this document already.");
    }

    /**
     * The document's chunks in their order, one more than asked for when there is another page; empty when there is no such
     * document.
     *
     * @param after the ordinal of the last chunk that was seen, -1 for none
     */
    Uni<Optional<List<ChunkView>>> chunks(SqlConnection connection, Reach reach, UUID id, int limit, int after) {
        SqlConditions conditions = live(reach).and("d.id = $", id);
        String sql = "select " + ChunkView.COLUMNS
                + " from document d join collection c on c.id = d.collection_id left join lateral (select * from chunk"
                + " where document_id = d.id and ordinal > " + conditions.parameter(after) + " order by ordinal limit "
                + (limit + 1) + ") k on true" + conditions.where() + " order by k.ordinal";
        return connection.preparedQuery(sql).execute(conditions.tuple()).map(rows -> {
            List<ChunkView> chunks = new ArrayList<>(rows.size());
            rows.forEach(row -> ChunkView.of(row).ifPresent(chunks::add));
            return rows.size() == 0 ? Optional.empty() : Optional.of(chunks);
        });
    }

    Uni<Void> delete(SqlConnection tx, UUID id) {
        return tx.preparedQuery("delete from document where id = $1")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }
}
