package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Every query about collections. */
@ApplicationScoped
public class CollectionRepository {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private static final String VIEW = """
            select c.id, c.name, c.description, c.language, c.keep_original, c.version, c.created_at, c.updated_at,
                   c.chunk_strategy, c.chunk_max_tokens, c.chunk_overlap_tokens, %s as chunked_otherwise,
                   (select count(*) from document d where d.collection_id = c.id) as document_count,
                   coalesce(s.chunks, 0)::bigint as chunk_count, coalesce(s.tokens, 0)::bigint as token_count,
                   m.name as embedding_model, n.name as next_embedding_model, c.contextual_header
            from collection c left join corpus_state s on s.corpus_no = c.corpus_no
            join embedding_model_setting m on m.id = c.embedding_model_id
            left join embedding_model_setting n on n.id = c.next_embedding_model_id""";

    private final int configuredMaxTokens;
    private final String oneView;
    private final String listView;

    CollectionRepository(KnowledgeConfig config) {
        this.configuredMaxTokens = config.chunkMaxTokens();
        this.oneView = VIEW.formatted("(select count(*) from document d where d.collection_id = c.id and "
                + ChunkingRows.otherwise(configuredMaxTokens) + ")");
        this.listView = VIEW.formatted("null::bigint");
    }

    private static SqlConditions live(Reach reach) {
        return reach.restrict(new SqlConditions().and("c.deleted_at is null"), "c.owner_id", "c.id");
    }

    Uni<CollectionView> view(SqlConnection connection, Reach reach, UUID id) {
        SqlConditions conditions = live(reach).and("c.id = $", id);
        return connection
                .preparedQuery(oneView + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> CollectionView.of(first(rows), configuredMaxTokens));
    }

    /** Newest first, one more than asked for when there is another page. */
    Uni<List<CollectionView>> list(SqlConnection connection, Reach reach, int limit, @Nullable UUID before) {
        SqlConditions conditions = live(reach);
        if (before != null) {
            conditions.and("c.id < $", before);
        }
        String sql = listView + conditions.where() + " order by c.id desc limit " + conditions.parameter(limit + 1);
        return connection.preparedQuery(sql).execute(conditions.tuple()).map(rows -> {
            List<CollectionView> views = new ArrayList<>();
            rows.forEach(row -> views.add(CollectionView.of(row, configuredMaxTokens)));
            return views;
        });
    }

    /** Creates a row; fails with 409 when the owner has a collection of that name. */
    Uni<CollectionRef> insert(
            SqlConnection tx,
            UUID id,
            @Nullable UUID ownerId,
            String name,
            NewCollection wanted,
            String language,
            UUID embeddingModelId) {
        Chunking chunking = Chunking.DEFAULT.with(wanted.chunking(), configuredMaxTokens);
        return tx.preparedQuery("""
                        insert into collection as c (id, owner_id, name, description, language, keep_original,
                          embedding_model_id, contextual_header, chunk_strategy, chunk_max_tokens, chunk_overlap_tokens)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                        on conflict (owner_id, lower(name)) where deleted_at is null do nothing
                        returning %s""".formatted(CollectionRef.COLUMNS))
                .execute(Tuple.from(new Object[] {
                    id,
                    ownerId,
                    name,
                    wanted.description(),
                    language,
                    !Boolean.FALSE.equals(wanted.keepOriginal()),
                    embeddingModelId,
                    !Boolean.FALSE.equals(wanted.contextualHeader()),
                    chunking.strategy(),
                    chunking.maxTokens(),
                    chunking.overlapTokens()
                }))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw nameTaken();
                    }
                    return CollectionRef.of(rows.iterator().next());
                });
    }

    /** Whether the owner has a collection of that name. */
    Uni<Boolean> isNameTaken(SqlConnection connection, @Nullable UUID ownerId, String name) {
        return connection
                .preparedQuery("""
                        select exists (select 1 from collection where owner_id is not distinct from $1
                          and lower(name) = lower($2) and deleted_at is null)""")
                .execute(Tuple.of(ownerId, name))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    static ProblemException nameTaken() {
        return ProblemException.conflict("You have a collection of this name already.");
    }

    /** The collection, kept from being deleted until the transaction ends. */
    public Uni<CollectionRef> requireForWriting(SqlConnection tx, Reach reach, UUID id) {
        SqlConditions conditions = live(reach).and("c.id = $", id);
        return tx.preparedQuery(
                        "select " + CollectionRef.COLUMNS + " from collection c" + conditions.where() + " for share")
                .execute(conditions.tuple())
                .map(rows -> CollectionRef.of(first(rows)));
    }

    /**
     * What of a collection can be changed.
     *
     * @param nextEmbeddingModelId whose vectors are to be made
     */
    record Settings(
            String name,
            @Nullable String description,
            boolean keepOriginal,
            UUID embeddingModelId,
            @Nullable UUID nextEmbeddingModelId,
            boolean contextualHeader,
            Chunking chunking) {
        private static Settings of(Row row) {
            return new Settings(
                    row.getString("name"),
                    row.getString("description"),
                    row.getBoolean("keep_original"),
                    row.getUUID("embedding_model_id"),
                    row.getUUID("next_embedding_model_id"),
                    row.getBoolean("contextual_header"),
                    new Chunking(
                            row.getString("chunk_strategy"),
                            row.getInteger("chunk_max_tokens"),
                            row.getInteger("chunk_overlap_tokens")));
        }
    }

    /** Changes a collection, in the caller's transaction; fails with 404, 412 when the caller saw another version, or 409. */
    Uni<Void> change(SqlConnection tx, Reach reach, UUID id, @Nullable String ifMatch, UnaryOperator<Settings> change) {
        SqlConditions conditions = live(reach).and("c.id = $", id);
        return tx.preparedQuery("select c.version, c.name, c.description, c.keep_original, c.embedding_model_id,"
                        + " c.next_embedding_model_id, c.contextual_header, c.chunk_strategy, c.chunk_max_tokens,"
                        + " c.chunk_overlap_tokens from collection c" + conditions.where()
                        + " for update")
                .execute(conditions.tuple())
                .map(CollectionRepository::first)
                .invoke(row -> ETags.requireMatch(ifMatch, row.getInteger("version")))
                .map(row -> change.apply(Settings.of(row)))
                .chain(settings -> tx.preparedQuery("""
                                update collection set name = $2, description = $3, keep_original = $4,
                                  embedding_model_id = $5, next_embedding_model_id = $6, contextual_header = $7,
                                  chunk_strategy = $8, chunk_max_tokens = $9, chunk_overlap_tokens = $10,
                                  version = version + 1, updated_at = now()
                                where id = $1""").execute(Tuple.from(new Object[] {
                    id,
                    settings.name(),
                    settings.description(),
                    settings.keepOriginal(),
                    settings.embeddingModelId(),
                    settings.nextEmbeddingModelId(),
                    settings.contextualHeader(),
                    settings.chunking().strategy(),
                    settings.chunking().maxTokens(),
                    settings.chunking().overlapTokens()
                })))
                .onFailure(PgException.class)
                .transform(CollectionRepository::refused)
                .replaceWithVoid();
    }

    private static Throwable refused(Throwable failure) {
        return switch (String.valueOf(((PgException) failure).getSqlState())) {
            case UNIQUE_VIOLATION -> nameTaken();
            case FOREIGN_KEY_VIOLATION -> ProblemException.conflict("The embedding model has been deleted meanwhile.");
            default -> failure;
        };
    }

    /** Hides the collection for good; fails with 404 or, when the caller saw another version, 412. */
    Uni<CollectionRef> markDeleted(SqlConnection tx, Reach reach, UUID id, @Nullable String ifMatch) {
        SqlConditions conditions = live(reach).and("c.id = $", id);
        return tx.preparedQuery("select c.version, " + CollectionRef.COLUMNS + " from collection c" + conditions.where()
                        + " for update")
                .execute(conditions.tuple())
                .map(CollectionRepository::first)
                .invoke(row -> ETags.requireMatch(ifMatch, row.getInteger("version")))
                .call(row -> tx.preparedQuery("update collection set deleted_at = now() where id = $1")
                        .execute(Tuple.of(id)))
                .map(CollectionRef::of);
    }

    /** Hides everything that a user owns, for good. */
    Uni<List<CollectionRef>> markAllDeleted(SqlConnection tx, UUID ownerId) {
        return tx.preparedQuery(
                        "update collection c set deleted_at = now() where c.owner_id = $1 and c.deleted_at is null"
                                + " returning " + CollectionRef.COLUMNS)
                .execute(Tuple.of(ownerId))
                .map(CollectionRepository::refs);
    }

    private static List<CollectionRef> refs(RowSet<Row> rows) {
        List<CollectionRef> refs = new ArrayList<>(rows.size());
        rows.forEach(row -> refs.add(CollectionRef.of(row)));
        return refs;
    }

    /** The collections asked for, or all within reach when none is named; fails with 404 when one does not exist. */
    public Uni<List<CollectionRef>> requireForReading(SqlConnection connection, Reach reach, @Nullable List<UUID> ids) {
        SqlConditions conditions = live(reach);
        if (ids != null) {
            conditions.and("c.id = any($)", ids.toArray(UUID[]::new));
        }
        return connection
                .preparedQuery("select " + CollectionRef.COLUMNS + " from collection c" + conditions.where()
                        + " order by c.corpus_no")
                .execute(conditions.tuple())
                .map(rows -> {
                    List<CollectionRef> refs = refs(rows);
                    if (ids != null && refs.size() < ids.stream().distinct().count()) {
                        throw ProblemException.notFound("collection");
                    }
                    return refs;
                });
    }

    Uni<CollectionStatistics> statistics(SqlConnection connection, Reach reach, UUID id) {
        SqlConditions conditions = live(reach).and("c.id = $", id);
        return connection
                .preparedQuery("""
                        select 1::bigint as collections, c.corpus_no, d.document_type, d.state, count(*) as documents,
                               sum(d.chunk_count)::bigint as chunks,
                               sum(d.embedded_count)::bigint as embedded, sum(d.token_count)::bigint as tokens,
                               sum(d.size_bytes)::bigint as bytes
                        from collection c left join document d on d.collection_id = c.id
                        %s group by 2, 3, 4 order by 3, 4""".formatted(conditions.where()))
                .execute(conditions.tuple())
                .chain(rows -> usage(connection, first(rows).getLong("corpus_no"))
                        .map(usage -> CollectionStatistics.of(id, rows, usage)));
    }

    /** Tokens that models were given for a corpus, by their names. */
    private static Uni<Map<String, Long>> usage(SqlConnection connection, long corpusNo) {
        return connection
                .preparedQuery("select model, tokens from embedding_usage where corpus_no = $1")
                .execute(Tuple.of(corpusNo))
                .map(rows -> {
                    Map<String, Long> tokens = new TreeMap<>();
                    rows.forEach(row -> tokens.put(row.getString("model"), row.getLong("tokens")));
                    return tokens;
                });
    }

    Uni<KnowledgeTotals> totals(SqlConnection connection, Reach reach) {
        SqlConditions conditions = live(reach);
        return connection
                .preparedQuery("""
                        with mine as (select c.id from collection c %s)
                        select (select count(*) from mine) as collections, d.document_type, d.state,
                               count(d.id) as documents, sum(d.chunk_count)::bigint as chunks,
                               sum(d.embedded_count)::bigint as embedded, sum(d.token_count)::bigint as tokens,
                               sum(d.size_bytes)::bigint as bytes
                        from mine left join document d on d.collection_id = mine.id
                        group by d.document_type, d.state""".formatted(conditions.where()))
                .execute(conditions.tuple())
                .map(KnowledgeTotals::of);
    }

    private static Row first(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw ProblemException.notFound("collection");
        }
        return rows.iterator().next();
    }
}
