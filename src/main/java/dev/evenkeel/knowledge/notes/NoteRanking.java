package dev.evenkeel.knowledge.notes;

import dev.evenkeel.knowledge.notes.engine.LinkGraph;
import dev.evenkeel.knowledge.notes.engine.PageRank;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ranks the documents of one collection: reads the graph in pages, computes on a worker, stores in batches. Changes that
 * come meanwhile raise the version of the graph, which is then ranked again.
 */
@ApplicationScoped
public class NoteRanking implements JobHandler {
    static final String KIND = "knowledge.rank-notes";

    private static final String READ = "read";
    private static final String STORE = "store";

    /** A page is read on an event loop, which others wait for. */
    private static final int PAGE_ROWS = 2_000;

    private static final int BATCH_ROWS = 5_000;

    private static final UUID FIRST = new UUID(0, 0);

    private static final String NODES =
            "select document_id from note where collection_id = $1 and document_id > $2 order by document_id limit $3";

    private static final String EDGES = """
            select distinct document_id, resolved_document_id from note_link
            where collection_id = $1 and resolved_document_id is not null and resolved_document_id <> document_id
              and (document_id, resolved_document_id) > ($2, $3)
            order by document_id, resolved_document_id limit $4""";

    /**
     * Every number changes a little with every document that comes: what changes by less than a hundredth stays, so that a
     * document does not cost as many rows as the collection has.
     */
    private static final String WRITE = """
            update note n set score = r.score, percentile = r.percentile, links = r.links, backlinks = r.backlinks
            from unnest($2::uuid[], $3::float8[], $4::float4[], $5::int[], $6::int[])
              as r(document_id, score, percentile, links, backlinks)
            where n.document_id = r.document_id and n.collection_id = $1
              and (n.score is null or abs(r.score - n.score) > 0.01 * n.score
                   or abs(r.percentile - n.percentile) > 0.01
                   or (n.links, n.backlinks) is distinct from (r.links, r.backlinks))""";

    private static final String CLEAR =
            "update note set score = null, percentile = null where collection_id = $1 and score is not null";

    private static final String DONE = """
            update note_graph set ranked_version = $2, ranked_at = now(), unranked_reason = $3, ranking_ms = $4
            where collection_id = $1""";

    private final Database database;
    private final Offload offload;
    private final NoteGraphConfig config;

    NoteRanking(Database database, Offload offload, NoteGraphConfig config) {
        this.database = database;
        this.offload = offload;
        this.config = config;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(READ, STORE);
    }

    /** Memory for one graph at a time. */
    @Override
    public int maxConcurrent() {
        return 1;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        long startNanos = System.nanoTime();
        UUID collectionId = UUID.fromString(run.payload().getString("collection_id"));
        LinkGraph graph = new LinkGraph(config.maxRankedDocuments(), config.maxRankedLinks());
        return database.bulkSql(tx -> version(tx, collectionId)).chain(version -> {
            if (version == null) {
                return run.finish(tx -> Uni.createFrom().voidItem());
            }
            return readNodes(run, collectionId, graph, FIRST)
                    .chain(() -> readEdges(run, collectionId, graph, FIRST, FIRST))
                    .chain(() -> graph.isTooLarge()
                            ? run.finish(tx -> giveUp(tx, collectionId, version, startNanos))
                            : rank(run, collectionId, version, graph, startNanos));
        });
    }

    private static Uni<@Nullable Long> version(SqlConnection tx, UUID collectionId) {
        return tx.preparedQuery("select version from note_graph where collection_id = $1")
                .execute(Tuple.of(collectionId))
                .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getLong(0));
    }

    private Uni<Void> readNodes(JobRun run, UUID collectionId, LinkGraph graph, UUID after) {
        return page(NODES, Tuple.of(collectionId, after, PAGE_ROWS)).chain(rows -> {
            UUID last = after;
            for (Row row : rows) {
                last = row.getUUID(0);
                graph.addNode(last);
            }
            UUID next = last;
            return rows.size() < PAGE_ROWS || graph.isTooLarge()
                    ? Uni.createFrom().voidItem()
                    : run.progress(READ, graph.nodes(), 0).chain(() -> readNodes(run, collectionId, graph, next));
        });
    }

    private Uni<Void> readEdges(JobRun run, UUID collectionId, LinkGraph graph, UUID afterFrom, UUID afterTo) {
        if (graph.isTooLarge()) {
            return Uni.createFrom().voidItem();
        }
        return page(EDGES, Tuple.of(collectionId, afterFrom, afterTo, PAGE_ROWS))
                .chain(rows -> {
                    UUID from = afterFrom;
                    UUID to = afterTo;
                    for (Row row : rows) {
                        from = row.getUUID(0);
                        to = row.getUUID(1);
                        graph.addEdge(from, to);
                    }
                    UUID lastFrom = from;
                    UUID lastTo = to;
                    return rows.size() < PAGE_ROWS
                            ? Uni.createFrom().voidItem()
                            : run.progress(READ, (long) graph.nodes() + graph.edges(), 0)
                                    .chain(() -> readEdges(run, collectionId, graph, lastFrom, lastTo));
                });
    }

    private Uni<RowSet<Row>> page(String sql, Tuple parameters) {
        return database.bulkSql(tx -> tx.preparedQuery(sql).execute(parameters));
    }

    /** Scores of all nodes with what is stored beside them. */
    private record Ranked(double[] scores, float[] percentiles, int[] links, int[] backlinks) {
        static Ranked of(LinkGraph graph) {
            double[] scores = graph.rank().scores();
            return new Ranked(scores, PageRank.percentiles(scores), graph.outDegrees(), graph.inDegrees());
        }
    }

    private Uni<Void> rank(JobRun run, UUID collectionId, long version, LinkGraph graph, long startNanos) {
        return offload.bulk(() -> Ranked.of(graph))
                .chain(ranked -> store(run, collectionId, graph, ranked, 0))
                .chain(() -> run.finish(tx -> done(tx, collectionId, version, null, startNanos)));
    }

    private Uni<Void> store(JobRun run, UUID collectionId, LinkGraph graph, Ranked ranked, int from) {
        int nodes = graph.nodes();
        if (from >= nodes) {
            return Uni.createFrom().voidItem();
        }
        int to = Math.min(nodes, from + BATCH_ROWS);
        return run.step(STORE, to, nodes, tx -> write(tx, collectionId, graph, ranked, from, to))
                .chain(() -> store(run, collectionId, graph, ranked, to));
    }

    private static Uni<Void> write(
            SqlConnection tx, UUID collectionId, LinkGraph graph, Ranked ranked, int from, int to) {
        int size = to - from;
        UUID[] ids = new UUID[size];
        Double[] scores = new Double[size];
        Float[] percentiles = new Float[size];
        Integer[] links = new Integer[size];
        Integer[] backlinks = new Integer[size];
        for (int i = 0; i < size; i++) {
            ids[i] = graph.id(from + i);
            scores[i] = ranked.scores()[from + i];
            percentiles[i] = ranked.percentiles()[from + i];
            links[i] = ranked.links()[from + i];
            backlinks[i] = ranked.backlinks()[from + i];
        }
        return tx.preparedQuery(WRITE)
                .execute(Tuple.of(collectionId, ids, scores, percentiles, links, backlinks))
                .replaceWithVoid();
    }

    private Uni<Void> giveUp(SqlConnection tx, UUID collectionId, long version, long startNanos) {
        String reason = "The collection has more than " + config.maxRankedDocuments() + " documents or "
                + config.maxRankedLinks() + " links, which is more than is ranked.";
        return tx.preparedQuery(CLEAR)
                .execute(Tuple.of(collectionId))
                .chain(() -> done(tx, collectionId, version, reason, startNanos));
    }

    private static Uni<Void> done(
            SqlConnection tx, UUID collectionId, long version, @Nullable String reason, long startNanos) {
        long tookMs = (System.nanoTime() - startNanos) / 1_000_000;
        return tx.preparedQuery(DONE)
                .execute(Tuple.of(collectionId, version, reason, tookMs))
                .replaceWithVoid();
    }
}
