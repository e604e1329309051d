package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.ingestion.EmbeddingPlan;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.lexical.LexicalInspection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is stored of a collection in several places. Each batch sees one moment, so that documents that come, change and go
 * meanwhile are no findings.
 */
@ApplicationScoped
class IntegrityCheck implements MaintenanceTask {
    static final String RE_CHUNK = "re-chunk";
    static final String REBUILD = "rebuild-postings";
    static final String ORPHANS = "orphans";

    private static final String DOCUMENTS = "documents";
    private static final String INDEX = "index";
    private static final String SEGMENTS = "segments";
    private static final String STATISTICS = "statistics";
    private static final String VECTORS = "vectors";
    private static final String GRAPH = "graph";

    private static final int DOCUMENTS_A_BATCH = 200;
    private static final int VECTORS_A_BATCH = 2_000;
    private static final UUID FIRST = new UUID(0, 0);

    private static final String ROWS = """
            select d.id, coalesce(d.source_path, d.title) as path, d.state, d.chunk_count, d.token_count, d.embedded_count,
                   d.size_bytes, d.indexed_revision, k.chunks, k.tokens, k.highest,
                   d.first_chunk_no || ' to ' || d.last_chunk_no as said_numbers, k.first || ' to ' || k.last as numbers,
                   coalesce((select max(n) from (
                     select count(*) as n from chunk c join chunk_vector v on v.chunk_no = c.no and v.corpus_no = $4
                     where c.document_id = d.id group by v.model_no) by_model), 0) as vectors,
                   (select sum(octet_length(p.content)) from document_part p
                    where p.document_id = d.id and p.revision = d.revision) as stored,
                   exists (select 1 from note n where n.document_id = d.id and n.collection_id = $1) as noted,
                   d.state not in ('queued', 'processing') or exists (
                     select 1 from job j where j.subject_id = d.id and j.state in ('queued', 'running')) as cared_for
            from (select * from document where collection_id = $1 and id > $2 order by id limit $3) d
            cross join lateral (
              select count(*) as chunks, coalesce(sum(tokens), 0)::bigint as tokens, coalesce(max(ordinal), -1) as highest,
                     min(no) as first, max(no) as last
              from chunk where document_id = d.id) k
            order by d.id""";

    private static final String CHUNKS = """
            select d.id, coalesce(d.source_path, d.title) as path, string_agg(int8send(c.no), '') as numbers,
                   (select string_agg(int8send(t.chunk_no), '') from lexical_tombstone t
                    where t.corpus_no = $4 and t.chunk_no in (select no from chunk where document_id = d.id)) as buried
            from (select id, source_path, title from document where collection_id = $1 and id > $2 order by id limit $3) d
            left join chunk c on c.document_id = d.id group by d.id, d.source_path, d.title order by d.id""";

    /** In one statement, since the counts change with every document. */
    private static final String SUMS = """
            select s.chunks, s.tokens, coalesce(k.chunks, 0) as real_chunks, coalesce(k.tokens, 0)::bigint as real_tokens
            from (select 1) one left join corpus_state s on s.corpus_no = $2
            cross join lateral (
              select count(*) as chunks, sum(c.tokens) as tokens from document d join chunk c on c.document_id = d.id
              where d.collection_id = $1) k""";

    private static final String VECTOR_ROWS = """
            select v.model_no, v.chunk_no, d.id, coalesce(d.source_path, d.title) as path,
                   octet_length(v.vector) as bytes, 4 * m.dimension as wanted
            from (select * from chunk_vector where corpus_no = $1 and (model_no, chunk_no) > ($2, $3)
                  order by model_no, chunk_no limit $4) v
            join embedding_model m on m.model_no = v.model_no
            left join chunk c on c.no = v.chunk_no
            left join document d on d.id = c.document_id and d.collection_id = $5
            order by v.model_no, v.chunk_no""";

    private static final String LINKS = """
            select d.id, coalesce(d.source_path, d.title) as path,
                   (select count(*) from note_link l left join note n on n.document_id = l.resolved_document_id
                    where l.document_id = d.id and l.resolved_document_id is not null
                      and n.collection_id is distinct from $1) as dangling
            from (select id, source_path, title from document where collection_id = $1 and id > $2 order by id limit $3) d
            order by d.id""";

    private final LexicalInspection index;
    private final EmbeddingPlan embedding;
    private final Offload offload;

    IntegrityCheck(LexicalInspection index, EmbeddingPlan embedding, Offload offload) {
        this.index = index;
        this.embedding = embedding;
        this.offload = offload;
    }

    @Override
    public MaintenanceOperation operation() {
        return MaintenanceOperation.INTEGRITY;
    }

    @Override
    public List<String> stages() {
        return List.of(DOCUMENTS, INDEX, SEGMENTS, STATISTICS, VECTORS, GRAPH);
    }

    @Override
    public Uni<Void> run(MaintenanceRun run) {
        SegmentNumbers known = new SegmentNumbers(index, run.collection().corpusNo());
        SegmentCheck segments = new SegmentCheck(index, run);
        return run.look(DOCUMENTS, place -> documents(run, after(place)))
                .chain(() -> run.look(INDEX, place -> chunks(run, known, after(place))))
                .chain(() -> run.look(SEGMENTS, segments::next))
                .chain(() -> run.look(STATISTICS, place -> statistics(run)))
                .chain(() -> run.look(VECTORS, place -> vectors(run, place)))
                .chain(() -> run.look(GRAPH, place -> links(run, after(place))));
    }

    private static UUID after(JsonObject place) {
        String after = place.getString("after");
        return after == null ? FIRST : UUID.fromString(after);
    }

    private static @Nullable JsonObject next(RowSet<Row> rows) {
        UUID last = null;
        for (Row row : rows) {
            last = row.getUUID("id");
        }
        return last == null || rows.size() < DOCUMENTS_A_BATCH ? null : new JsonObject().put("after", last.toString());
    }

    private static Uni<RowSet<Row>> page(SqlConnection tx, String sql, MaintenanceRun run, UUID after) {
        return tx.preparedQuery(sql).execute(Tuple.of(run.collection().id(), after, DOCUMENTS_A_BATCH));
    }

    private static Uni<RowSet<Row>> corpusPage(SqlConnection tx, String sql, MaintenanceRun run, UUID after) {
        return tx.preparedQuery(sql)
                .execute(Tuple.of(
                        run.collection().id(),
                        after,
                        DOCUMENTS_A_BATCH,
                        run.collection().corpusNo()));
    }

    private Uni<Progress> documents(MaintenanceRun run, UUID after) {
        return run.read(tx -> corpusPage(tx, ROWS, run, after)).map(rows -> {
            List<Finding> findings = new ArrayList<>();
            rows.forEach(row -> new Counts(row).findings(embedding.wanted(run.collection()), findings));
            return new Progress(findings, Map.of("documents", (long) rows.size()), next(rows));
        });
    }

    /** What the row of a document says, beside what is there. */
    private record Counts(Row row) {
        void findings(boolean embeds, List<Finding> findings) {
            boolean indexed = row.getValue("indexed_revision") != null;
            long chunks = row.getLong("chunks");
            long vectors = row.getLong("vectors");
            boolean completed = row.getString("state").equals("completed");
            compare("chunk_count", "chunk_count", "chunks", REBUILD, findings);
            compare("token_count", "token_count", "tokens", REBUILD, findings);
            String numbers = row.getString("said_numbers");
            if (numbers != null && !numbers.equals(row.getString("numbers"))) {
                add("chunk_numbers", row.getString("numbers"), numbers, REBUILD, findings);
            }
            if (row.getInteger("highest") != chunks - 1) {
                add("chunk_missing", row.getInteger("highest") + 1, chunks, RE_CHUNK, findings);
            }
            if (indexed && chunks == 0) {
                add("zero_chunks", "at least 1", 0, RE_CHUNK, findings);
            }
            if (row.getInteger("embedded_count") > 0 || vectors > 0) {
                compare("embedded_count", "embedded_count", "vectors", REBUILD, findings);
            }
            if (embeds && completed && vectors < chunks) {
                add("vector_missing", chunks, vectors, RE_CHUNK, findings);
            }
            Long stored = row.getLong("stored");
            if (stored != null && !stored.equals(row.getLong("size_bytes"))) {
                add("original_incomplete", row.getLong("size_bytes"), stored, "send the document again", findings);
            }
            if (indexed && !row.getBoolean("noted")) {
                add("note_missing", 1, 0, RE_CHUNK, findings);
            }
            if (!row.getBoolean("cared_for")) {
                add("job_missing", "a job", "none", "POST /documents/{id}/reindex", findings);
            }
        }

        private void compare(String kind, String said, String real, String repair, List<Finding> findings) {
            long expected = ((Number) row.getValue(real)).longValue();
            long actual = ((Number) row.getValue(said)).longValue();
            if (expected != actual) {
                add(kind, expected, actual, repair, findings);
            }
        }

        private void add(String kind, Object expected, Object actual, String repair, List<Finding> findings) {
            findings.add(Finding.difference(kind, row.getUUID("id"), row.getString("path"), expected, actual, repair));
        }
    }

    private Uni<Progress> chunks(MaintenanceRun run, SegmentNumbers known, UUID after) {
        return run.snapshot(tx -> known.refresh(tx).chain(() -> corpusPage(tx, CHUNKS, run, after)))
                .chain(rows -> offload.bulk(() -> {
                    List<Finding> findings = new ArrayList<>();
                    long chunks = 0;
                    for (Row row : rows) {
                        long[] numbers = numbers(row, "numbers");
                        long[] buried = numbers(row, "buried");
                        long missing = known.missing(numbers, buried);
                        chunks += numbers.length;
                        if (missing > 0) {
                            findings.add(Finding.difference(
                                    "posting_missing",
                                    row.getUUID("id"),
                                    row.getString("path"),
                                    numbers.length,
                                    numbers.length - missing,
                                    REBUILD));
                        }
                    }
                    return new Progress(findings, Map.of("chunks", chunks), next(rows));
                }));
    }

    static long[] numbers(Row row, String column) {
        var packed = row.getBuffer(column);
        return ChunkSet.unpack(packed == null ? null : packed.getBytes());
    }

    private static Uni<Progress> statistics(MaintenanceRun run) {
        return run.read(tx -> tx.preparedQuery(SUMS)
                        .execute(
                                Tuple.of(run.collection().id(), run.collection().corpusNo())))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    List<Finding> findings = new ArrayList<>();
                    for (String sum : List.of("chunks", "tokens")) {
                        Long said = row.getLong(sum);
                        Long real = row.getLong("real_" + sum);
                        if (!real.equals(said)) {
                            findings.add(Finding.difference(
                                    "collection_" + sum, null, null, real, String.valueOf(said), REBUILD));
                        }
                    }
                    return new Progress(findings, Map.of(), null);
                });
    }

    private static Uni<Progress> vectors(MaintenanceRun run, JsonObject place) {
        return run.read(tx -> tx.preparedQuery(VECTOR_ROWS)
                        .execute(Tuple.of(
                                run.collection().corpusNo(),
                                place.getInteger("model", 0),
                                place.getLong("chunk", 0L),
                                VECTORS_A_BATCH,
                                run.collection().id())))
                .map(rows -> {
                    List<Finding> findings = new ArrayList<>();
                    JsonObject next = null;
                    for (Row row : rows) {
                        UUID document = row.getUUID("id");
                        int wanted = row.getInteger("wanted");
                        int bytes = row.getInteger("bytes");
                        if (document == null) {
                            findings.add(Finding.difference("vector_without_chunk", null, null, 0, 1, ORPHANS));
                        } else if (bytes != wanted) {
                            findings.add(Finding.difference(
                                    "vector_damaged",
                                    document,
                                    row.getString("path"),
                                    wanted,
                                    bytes,
                                    "orphans, then re-chunk"));
                        }
                        next = new JsonObject()
                                .put("model", row.getInteger("model_no"))
                                .put("chunk", row.getLong("chunk_no"));
                    }
                    return new Progress(
                            findings,
                            Map.of("vectors", (long) rows.size()),
                            rows.size() < VECTORS_A_BATCH ? null : next);
                });
    }

    private static Uni<Progress> links(MaintenanceRun run, UUID after) {
        return run.read(tx -> page(tx, LINKS, run, after)).map(rows -> {
            List<Finding> findings = new ArrayList<>();
            rows.forEach(row -> {
                if (row.getLong("dangling") > 0) {
                    findings.add(Finding.difference(
                            "link_dangling",
                            row.getUUID("id"),
                            row.getString("path"),
                            0,
                            row.getLong("dangling"),
                            RE_CHUNK));
                }
            });
            return new Progress(findings, Map.of(), next(rows));
        });
    }
}
