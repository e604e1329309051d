package dev.evenkeel.knowledge.notes;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads the note graph. What is asked about must be within reach; links never lead out of a collection. Lists hold one item
 * more than asked for when another page follows.
 */
@ApplicationScoped
public class NoteQueries {
    /** Null, which is neither, when the headings of the target are not known. */
    private static final String HEADING_FOUND =
            "case when l.heading_slug is null then null else l.heading_slug = any(t.headings) end";

    private static final String LINKS = "select " + LinkView.COLUMNS + ", " + NoteRef.COLUMNS + ", " + HEADING_FOUND
            + " as heading_found from note_link l left join document d on d.id = l.resolved_document_id"
            + " left join note t on t.document_id = d.id"
            + " where l.document_id = $1 and l.ordinal > $2 order by l.ordinal limit $3";

    private static final String BACKLINKS = "select " + LinkView.COLUMNS + ", " + NoteRef.COLUMNS + ", "
            + HEADING_FOUND + " as heading_found from note_link l join document d on d.id = l.document_id"
            + " left join note t on t.document_id = l.resolved_document_id"
            + " where l.resolved_document_id = $1 and (l.document_id, l.ordinal) > ($2, $3)"
            + " order by l.document_id, l.ordinal limit $4";

    private static final String TAGS = """
            select tag, count(*) as documents from note_tag
            where collection_id = $1 and tag > $2 group by tag order by tag limit $3""";

    /** A tag stands for those below it, too. Below {@code a/} is what is between {@code a/} and {@code a0}. */
    private static final String TAGGED = "select " + NoteRef.COLUMNS + """
             from document d
            where d.id in (
                select document_id from note_tag
                where collection_id = $1 and (tag = $2 or tag > $2 || '/' and tag < $2 || '0') and document_id > $3)
            order by d.id limit $4""";

    /** A target whose headings are not known (null) lacks none. */
    private static final String BROKEN = "select " + NoteRef.COLUMNS + """
            , l.ordinal, l.kind, l.target, l.heading, l.line, l.resolved_document_id is not null as resolved
            from (
                (select * from note_link
                 where collection_id = $1 and resolved_document_id is null and expected
                   and (document_id, ordinal) > ($2, $3) and kind = any($4)
                 order by document_id, ordinal limit $5)
                union all
                (select l.* from note_link l join note t on t.document_id = l.resolved_document_id
                 where l.collection_id = $1 and l.heading_slug is not null and l.heading_slug <> all(t.headings)
                   and (l.document_id, l.ordinal) > ($2, $3) and l.kind = any($4)
                 order by l.document_id, l.ordinal limit $5)) l
            join document d on d.id = l.document_id
            order by l.document_id, l.ordinal limit $5""";

    /** From every document of the frontier at most so many links each way. */
    private static final String HOP = "select " + NoteRef.COLUMNS + """
            , step.via, step.kind, step.outgoing
            from (
                select distinct on (found) found, via, kind, outgoing
                from unnest($1::uuid[]) with ordinality as f(via, n)
                cross join lateral (
                    (select resolved_document_id as found, kind, true as outgoing from note_link
                     where document_id = f.via and resolved_document_id is not null and kind = any($3)
                     order by ordinal limit $4)
                    union all
                    (select document_id, kind, false from note_link
                     where resolved_document_id = f.via and kind = any($3) order by document_id, ordinal limit $4)) edge
                where found <> all($2)
                order by found, f.n, outgoing desc, kind) step
            join document d on d.id = step.found
            order by d.id limit $5""";

    private static final String RANKING = "select " + NoteRef.COLUMNS + """
            , n.score, n.percentile, n.links, n.backlinks
            from note n join document d on d.id = n.document_id
            where n.collection_id = $1 and n.score is not null and (n.score < $2 or n.score = $2 and n.document_id > $3)
            order by n.score desc, n.document_id limit $4""";

    /** Fails with 404 when the document is not within reach. */
    Uni<Void> requireDocument(SqlConnection connection, Reach reach, UUID id) {
        SqlConditions conditions = live(reach, "d.collection_id").and("d.id = $", id);
        return require(
                connection,
                "select 1 from document d join collection c on c.id = d.collection_id",
                conditions,
                "document");
    }

    /** Fails with 404 when the collection is not within reach. */
    Uni<Void> requireCollection(SqlConnection connection, Reach reach, UUID id) {
        return require(
                connection, "select 1 from collection c", live(reach, "c.id").and("c.id = $", id), "collection");
    }

    private static SqlConditions live(Reach reach, String collectionColumn) {
        return reach.restrict(new SqlConditions().and("c.deleted_at is null"), "c.owner_id", collectionColumn);
    }

    private static Uni<Void> require(SqlConnection connection, String sql, SqlConditions conditions, String what) {
        return connection
                .preparedQuery(sql + conditions.where())
                .execute(conditions.tuple())
                .invoke(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound(what);
                    }
                })
                .replaceWithVoid();
    }

    Uni<List<LinkView>> links(SqlConnection connection, UUID id, int limit, int after) {
        return list(connection, LINKS, Tuple.of(id, after, limit + 1), LinkView::of);
    }

    Uni<List<LinkView>> backlinks(SqlConnection connection, UUID id, int limit, UUID afterDocument, int afterOrdinal) {
        return list(connection, BACKLINKS, Tuple.of(id, afterDocument, afterOrdinal, limit + 1), LinkView::of);
    }

    Uni<List<TagView>> tags(SqlConnection connection, UUID collectionId, int limit, String after) {
        return list(
                connection,
                TAGS,
                Tuple.of(collectionId, after, limit + 1),
                row -> new TagView(row.getString("tag"), row.getLong("documents")));
    }

    Uni<List<NoteRef>> tagged(SqlConnection connection, UUID collectionId, String tag, int limit, UUID after) {
        return list(connection, TAGGED, Tuple.of(collectionId, tag, after, limit + 1), NoteRef::of);
    }

    Uni<List<BrokenLinkView>> broken(
            SqlConnection connection,
            UUID collectionId,
            String[] kinds,
            int limit,
            UUID afterDocument,
            int afterOrdinal) {
        return list(
                connection,
                BROKEN,
                Tuple.of(collectionId, afterDocument, afterOrdinal, kinds, limit + 1),
                BrokenLinkView::of);
    }

    /** Documents one link away from those of the frontier, without those that are known already. */
    Uni<List<NeighbourView>> hop(
            SqlConnection connection,
            List<UUID> frontier,
            List<UUID> known,
            String[] kinds,
            int hops,
            int maxLinks,
            int limit) {
        return list(
                connection,
                HOP,
                Tuple.of(frontier.toArray(UUID[]::new), known.toArray(UUID[]::new), kinds, maxLinks, limit),
                row -> new NeighbourView(
                        NoteRef.of(row),
                        hops,
                        row.getUUID("via"),
                        row.getString("kind"),
                        row.getBoolean("outgoing") ? "outgoing" : "incoming"));
    }

    Uni<List<RankedNote>> ranking(
            SqlConnection connection, UUID collectionId, int limit, double belowScore, UUID afterDocument) {
        return list(connection, RANKING, Tuple.of(collectionId, belowScore, afterDocument, limit + 1), RankedNote::of);
    }

    /** The state of a collection's ranking, without items. */
    Uni<RankingPage> rankingState(SqlConnection connection, UUID collectionId) {
        return connection
                .preparedQuery("select version = ranked_version as current, ranked_at, unranked_reason from note_graph"
                        + " where collection_id = $1")
                .execute(Tuple.of(collectionId))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return new RankingPage(List.of(), null, true, null, null);
                    }
                    Row row = rows.iterator().next();
                    OffsetDateTime rankedAt = row.getOffsetDateTime("ranked_at");
                    return new RankingPage(
                            List.of(),
                            null,
                            row.getBoolean("current"),
                            rankedAt == null ? null : rankedAt.toInstant(),
                            row.getString("unranked_reason"));
                });
    }

    private static <T> Uni<List<T>> list(SqlConnection connection, String sql, Tuple parameters, Function<Row, T> of) {
        return connection.preparedQuery(sql).execute(parameters).map(rows -> items(rows, of));
    }

    private static <T> List<T> items(RowSet<Row> rows, Function<Row, T> of) {
        List<T> items = new ArrayList<>(rows.size());
        rows.forEach(row -> items.add(of.apply(row)));
        return items;
    }
}
