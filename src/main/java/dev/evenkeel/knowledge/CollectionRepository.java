package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about collections. */
@ApplicationScoped
public class CollectionRepository implements PanacheRepositoryBase<KnowledgeCollection, UUID> {
    private static final String VIEW = """
            select c.id, c.name, c.description, c.language, c.keep_original, c.version, c.created_at, c.updated_at,
                   (select count(*) from document d where d.collection_id = c.id) as document_count,
                   coalesce(s.chunks, 0)::bigint as chunk_count, coalesce(s.tokens, 0)::bigint as token_count
            from collection c left join corpus_state s on s.corpus_no = c.corpus_no
            where c.deleted_at is null
            """;

    /** The live collection as an entity of the current session. */
    Uni<KnowledgeCollection> require(UUID id) {
        return find("id = ?1 and deletedAt is null", id)
                .firstResult()
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("collection"));
    }

    Uni<CollectionView> view(SqlConnection connection, UUID id) {
        return connection
                .preparedQuery(VIEW + " and c.id = $1")
                .execute(Tuple.of(id))
                .map(rows -> CollectionView.of(first(rows)));
    }

    /** Newest first, one more than asked for when there is another page. */
    Uni<List<CollectionView>> list(SqlConnection connection, int limit, @Nullable UUID before) {
        return connection
                .preparedQuery(VIEW + " and ($2::uuid is null or c.id < $2) order by c.id desc limit $1")
                .execute(Tuple.of(limit + 1, before))
                .map(rows -> {
                    List<CollectionView> views = new ArrayList<>();
                    rows.forEach(row -> views.add(CollectionView.of(row)));
                    return views;
                });
    }

    /** Creates a row; fails with 409 when the name is taken. */
    Uni<CollectionRef> insert(SqlConnection tx, UUID id, String name, NewCollection wanted, String language) {
        return tx.preparedQuery("""
                        insert into collection as c (id, name, description, language, keep_original)
                        values ($1, $2, $3, $4, $5)
                        on conflict (lower(name)) where deleted_at is null do nothing
                        returning %s""".formatted(CollectionRef.COLUMNS))
                .execute(Tuple.of(
                        id, name, wanted.description(), language, !Boolean.FALSE.equals(wanted.keepOriginal())))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw nameTaken();
                    }
                    return CollectionRef.of(rows.iterator().next());
                });
    }

    static ProblemException nameTaken() {
        return ProblemException.conflict("There is a collection of this name already.");
    }

    /** The collection, kept from being deleted until the transaction ends. */
    Uni<CollectionRef> requireForWriting(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select " + CollectionRef.COLUMNS
                        + " from collection c where c.id = $1 and c.deleted_at is null for share")
                .execute(Tuple.of(id))
                .map(rows -> CollectionRef.of(first(rows)));
    }

    /** Hides the collection for good; fails with 404 or, when the caller saw another version, 412. */
    Uni<CollectionRef> markDeleted(SqlConnection tx, UUID id, @Nullable String ifMatch) {
        return tx.preparedQuery("select c.version, " + CollectionRef.COLUMNS
                        + " from collection c where c.id = $1 and c.deleted_at is null for update")
                .execute(Tuple.of(id))
                .map(CollectionRepository::first)
                .invoke(row -> ETags.requireMatch(ifMatch, row.getInteger("version")))
                .call(row -> tx.preparedQuery("update collection set deleted_at = now() where id = $1")
                        .execute(Tuple.of(id)))
                .map(CollectionRef::of);
    }

    /** The collections asked for, or all when none is named; fails with 404 when one does not exist. */
    Uni<List<CollectionRef>> requireForReading(SqlConnection connection, @Nullable List<UUID> ids) {
        Uni<RowSet<Row>> found = ids == null
                ? connection
                        .preparedQuery("select " + CollectionRef.COLUMNS
                                + " from collection c where c.deleted_at is null order by c.corpus_no")
                        .execute()
                : connection
                        .preparedQuery(
                                "select " + CollectionRef.COLUMNS
                                        + " from collection c where c.deleted_at is null and c.id = any($1) order by c.corpus_no")
                        .execute(Tuple.of(ids.toArray(UUID[]::new)));
        return found.map(rows -> {
            List<CollectionRef> refs = new ArrayList<>();
            rows.forEach(row -> refs.add(CollectionRef.of(row)));
            if (ids != null && refs.size() < ids.stream().distinct().count()) {
                throw ProblemException.notFound("collection");
            }
            return refs;
        });
    }

    Uni<CollectionStatistics> statistics(SqlConnection connection, UUID id) {
        return connection.preparedQuery("""
                        select d.document_type, d.state, count(*) as documents, sum(d.chunk_count)::bigint as chunks,
                               sum(d.embedded_count)::bigint as embedded, sum(d.token_count)::bigint as tokens,
                               sum(d.size_bytes)::bigint as bytes
                        from collection c left join document d on d.collection_id = c.id
                        where c.id = $1 and c.deleted_at is null group by 1, 2 order by 1, 2""").execute(Tuple.of(id)).map(rows -> {
            first(rows);
            return CollectionStatistics.of(id, rows);
        });
    }

    private static Row first(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw ProblemException.notFound("collection");
        }
        return rows.iterator().next();
    }
}
