package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalInspection;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows whose parent is gone, some at a time: originals of revisions that were replaced, postings, vectors and marks of chunks
 * that are no more, waiting jobs of documents that are no more, and what is left of corpora that are no more. What is removed here
 * belongs to nothing that anybody can see, so it is the same whoever asks.
 */
@ApplicationScoped
class OrphanRemoval implements MaintenanceTask {
    private static final String ORIGINALS = "originals";
    private static final String POSTINGS = "postings";
    private static final String MARKS = "marks";
    private static final String VECTORS = "orphan_vectors";
    private static final String JOBS = "jobs";
    private static final String COLLECTIONS = "collections";
    private static final String CORPORA = "corpora";

    private static final int DOCUMENTS_A_BATCH = 200;
    private static final int ROWS_A_BATCH = 2_000;
    private static final UUID FIRST = new UUID(0, 0);

    /** Of the documents of a page the parts that belong to neither the newest content nor the indexed one. */
    private static final String OLD_PARTS = """
            with page as materialized (
              select id, coalesce(source_path, title) as path, revision, indexed_revision from document
              where collection_id = $1 and id > $2 order by id limit $3),
            old as materialized (
              select p.document_id, p.revision, p.part_no from page join document_part p on p.document_id = page.id
              where p.revision <> page.revision and p.revision is distinct from page.indexed_revision)""";

    private static final String COUNT_PARTS = OLD_PARTS + """
            select page.id, page.path, count(old.document_id) as parts from page left join old on old.document_id = page.id
            group by page.id, page.path order by page.id""";

    private static final String DELETE_PARTS = OLD_PARTS + """
            , gone as (
              delete from document_part p using old
              where p.document_id = old.document_id and p.revision = old.revision and p.part_no = old.part_no
              returning p.document_id)
            select page.id, page.path, count(gone.document_id) as parts from page left join gone on gone.document_id = page.id
            group by page.id, page.path order by page.id""";

    private static final String OWNERLESS = """
            select string_agg(int8send(given.no), '') from unnest($1::bigint[]) as given(no)
            where not exists (select 1 from chunk c join document d on d.id = c.document_id
                              where c.no = given.no and d.collection_id = $2)
              and not exists (select 1 from lexical_tombstone t where t.corpus_no = $3 and t.chunk_no = given.no)""";

    private static final String TOMBSTONES =
            "select chunk_no from lexical_tombstone where corpus_no = $1 and chunk_no > $2 order by chunk_no limit $3";

    private static final String VECTOR_ROWS = """
            select v.model_no, v.chunk_no, d.id as document_id, octet_length(v.vector) <> 4 * m.dimension as damaged
            from (select * from chunk_vector where corpus_no = $1 and (model_no, chunk_no) > ($2, $3)
                  order by model_no, chunk_no limit $4) v
            join embedding_model m on m.model_no = v.model_no
            left join chunk c on c.no = v.chunk_no
            left join document d on d.id = c.document_id and d.collection_id = $5
            order by v.model_no, v.chunk_no""";

    private static final String LOST_JOBS = """
            select j.id, j.subject_id from job j
            where j.collection_id = $1 and j.kind = $2 and j.state = 'queued' and j.id > $3 and j.subject_id is not null
              and not exists (select 1 from document d where d.id = j.subject_id)
            order by j.id limit $4""";

    /** Each number once, found by the index however many rows have it. */
    private static final String DISTINCT = """
            (with recursive t as (
               (select %1$s as n from %2$s order by %1$s limit 1)
               union all
               select (select %1$s from %2$s where %1$s > t.n order by %1$s limit 1) from t where t.n is not null)
             select n from t where n is not null)""";

    /** Corpora of which something is left though they are gone, and those of runs of maintenance that are gone. */
    private static final String VANISHED_CORPORA = "select n from ("
            + String.join(
                    " union ",
                    DISTINCT.formatted("corpus_no", "lexical_segment"),
                    DISTINCT.formatted("corpus_no", "lexical_tombstone"),
                    DISTINCT.formatted("corpus_no", "corpus_delta"),
                    DISTINCT.formatted("corpus_no", "chunk_vector"))
            + """
            ) left_over where not exists (select 1 from corpus_state s where s.corpus_no = n)
              and not exists (select 1 from maintenance_corpus m where m.corpus_no = n)
            union
            select m.corpus_no from maintenance_corpus m
            where not exists (select 1 from job j where j.id = m.job_id and j.state in ('queued', 'running'))
            order by 1""";

    private static final String VANISHED_SEGMENTS =
            "select n from " + DISTINCT.formatted("segment_no", "lexical_posting")
                    + " posted where n not in (select segment_no from lexical_segment) order by n";

    private final LexicalInspection inspection;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final CorpusState corpora;
    private final JobQueue queue;
    private final CollectionPurge purge;
    private final Offload offload;

    OrphanRemoval(
            LexicalInspection inspection,
            LexicalIndex lexical,
            VectorIndex vectors,
            CorpusState corpora,
            JobQueue queue,
            CollectionPurge purge,
            Offload offload) {
        this.inspection = inspection;
        this.lexical = lexical;
        this.vectors = vectors;
        this.corpora = corpora;
        this.queue = queue;
        this.purge = purge;
        this.offload = offload;
    }

    @Override
    public MaintenanceOperation operation() {
        return MaintenanceOperation.ORPHANS;
    }

    @Override
    public List<String> stages() {
        return List.of(ORIGINALS, POSTINGS, MARKS, VECTORS, JOBS, COLLECTIONS, CORPORA);
    }

    @Override
    public Uni<Void> run(MaintenanceRun run) {
        SegmentNumbers known = new SegmentNumbers(inspection, run.collection().corpusNo());
        return run.change(ORIGINALS, (tx, place) -> originals(run, tx, place))
                .chain(() -> run.change(POSTINGS, (tx, place) -> postings(run, tx, place)))
                .chain(() -> run.change(MARKS, (tx, place) -> marks(run, tx, known, place)))
                .chain(() -> run.change(VECTORS, (tx, place) -> vectors(run, tx, place)))
                .chain(() -> run.change(JOBS, (tx, place) -> jobs(run, tx, place)))
                .chain(() -> run.change(COLLECTIONS, (tx, place) -> collections(run, tx)))
                .chain(() -> run.change(CORPORA, (tx, place) -> leftOver(run, tx)));
    }

    private static Uni<Progress> originals(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        String after = place.getString("after", FIRST.toString());
        return tx.preparedQuery(run.dryRun() ? COUNT_PARTS : DELETE_PARTS)
                .execute(Tuple.of(run.collection().id(), UUID.fromString(after), DOCUMENTS_A_BATCH))
                .map(rows -> {
                    List<Finding> findings = new ArrayList<>();
                    long parts = 0;
                    String last = after;
                    for (Row row : rows) {
                        last = row.getUUID("id").toString();
                        long old = row.getLong("parts");
                        parts += old;
                        if (old > 0) {
                            findings.add(finding("original_orphaned", row.getUUID("id"), row.getString("path"), old));
                        }
                    }
                    return new Progress(
                            findings,
                            Map.of("original_parts", parts),
                            rows.size() < DOCUMENTS_A_BATCH ? null : new JsonObject().put("after", last));
                });
    }

    private static Finding finding(String kind, @Nullable UUID document, @Nullable String path, long rows) {
        return Finding.difference(kind, document, path, 0, rows, "orphans with dry_run false");
    }

    /** One segment: what it has of chunks that are no more is marked as deleted, and merged away in time. */
    private Uni<Progress> postings(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        long corpusNo = run.collection().corpusNo();
        long after = place.getLong("segment", Long.MIN_VALUE);
        return inspection
                .segments(tx, corpusNo)
                .chain(segments -> segments.stream()
                        .map(LexicalInspection.SegmentSummary::segmentNo)
                        .filter(segment -> segment > after)
                        .findFirst()
                        .map(segment -> inspection
                                .content(tx, corpusNo, segment)
                                .chain(content -> content.isEmpty()
                                        ? Uni.createFrom().item(new long[0])
                                        : ownerless(run, tx, content.get().chunkNos(), 0, new long[0]))
                                .chain(numbers ->
                                        stillThere(tx, corpusNo, segment).map(there -> there ? numbers : new long[0]))
                                .call(numbers ->
                                        run.dryRun() ? Uni.createFrom().voidItem() : bury(tx, corpusNo, numbers))
                                .map(numbers -> new Progress(
                                        numbers.length == 0
                                                ? List.of()
                                                : List.of(finding(
                                                        "posting_orphaned",
                                                        null,
                                                        "segment " + segment,
                                                        numbers.length)),
                                        Map.of("postings", (long) numbers.length),
                                        new JsonObject().put("segment", segment))))
                        .orElse(Uni.createFrom().item(Progress.done())));
    }

    /** A chunk that was deleted and merged away meanwhile has neither row nor mark, and needs none. */
    private static Uni<Boolean> stillThere(SqlConnection tx, long corpusNo, long segmentNo) {
        return tx.preparedQuery("select 1 from lexical_segment where corpus_no = $1 and segment_no = $2")
                .execute(Tuple.of(corpusNo, segmentNo))
                .map(rows -> rows.size() == 1);
    }

    private static Uni<long[]> ownerless(MaintenanceRun run, SqlConnection tx, long[] numbers, int from, long[] found) {
        if (from >= numbers.length) {
            return Uni.createFrom().item(found);
        }
        int to = Math.min(numbers.length, from + 10 * ROWS_A_BATCH);
        Long[] some = Arrays.stream(numbers, from, to).boxed().toArray(Long[]::new);
        return tx.preparedQuery(OWNERLESS)
                .execute(Tuple.of(some, run.collection().id(), run.collection().corpusNo()))
                .chain(rows -> {
                    Row row = rows.iterator().next();
                    var packed = row.getBuffer(0);
                    long[] more = ChunkSet.unpack(packed == null ? null : packed.getBytes());
                    long[] all = Arrays.copyOf(found, found.length + more.length);
                    System.arraycopy(more, 0, all, found.length, more.length);
                    return ownerless(run, tx, numbers, to, all);
                });
    }

    private Uni<Void> bury(SqlConnection tx, long corpusNo, long[] numbers) {
        List<Long> chunks = Arrays.stream(numbers).boxed().toList();
        return chunks.isEmpty()
                ? Uni.createFrom().voidItem()
                : lexical.remove(tx, corpusNo, chunks)
                        .chain(() -> corpora.commitChange(tx, corpusNo, 0, 0, List.of(), chunks))
                        .replaceWithVoid();
    }

    /** Marks of deleted chunks that no segment has. A number is never used again, so what no segment has now none will have. */
    private Uni<Progress> marks(MaintenanceRun run, SqlConnection tx, SegmentNumbers known, JsonObject place) {
        long corpusNo = run.collection().corpusNo();
        return tx.preparedQuery(TOMBSTONES)
                .execute(Tuple.of(corpusNo, place.getLong("chunk", Long.MIN_VALUE), ROWS_A_BATCH))
                // The segments are read after the marks: what is in one now and was in none then is not removed.
                .call(rows -> rows.size() == 0 ? Uni.createFrom().voidItem() : known.refresh(tx))
                .chain(rows -> offload.bulk(() -> useless(rows, known)))
                .chain(useless -> forget(run, tx, useless)
                        .map(count -> new Progress(
                                count == 0 ? List.of() : List.of(finding("mark_orphaned", null, null, count)),
                                Map.of("marks", count),
                                useless.read() < ROWS_A_BATCH ? null : new JsonObject().put("chunk", useless.last()))));
    }

    /** Those that a merge has not taken away meanwhile; how many there were. */
    private static Uni<Long> forget(MaintenanceRun run, SqlConnection tx, Useless useless) {
        String those = " from lexical_tombstone where corpus_no = $1 and chunk_no = any($2)";
        return useless.numbers().isEmpty()
                ? Uni.createFrom().item(0L)
                : tx.preparedQuery(run.dryRun() ? "select 1" + those : "delete" + those)
                        .execute(Tuple.of(
                                run.collection().corpusNo(), useless.numbers().toArray(Long[]::new)))
                        .map(rows -> (long) rows.rowCount());
    }

    private record Useless(List<Long> numbers, int read, long last) {}

    private static Useless useless(RowSet<Row> rows, SegmentNumbers known) {
        List<Long> numbers = new ArrayList<>();
        long last = 0;
        for (Row row : rows) {
            last = row.getLong(0);
            if (!known.holds(last)) {
                numbers.add(last);
            }
        }
        return new Useless(numbers, rows.size(), last);
    }

    /** Vectors of chunks that are no more, and vectors of the wrong length, which no search can compare. */
    private Uni<Progress> vectors(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        long corpusNo = run.collection().corpusNo();
        return tx.preparedQuery(VECTOR_ROWS)
                .execute(Tuple.of(
                        corpusNo,
                        place.getInteger("model", 0),
                        place.getLong("chunk", 0L),
                        ROWS_A_BATCH,
                        run.collection().id()))
                .chain(rows -> {
                    List<Finding> findings = new ArrayList<>();
                    List<Row> gone = new ArrayList<>();
                    JsonObject next = null;
                    for (Row row : rows) {
                        UUID document = row.getUUID("document_id");
                        boolean damaged = document != null && row.getBoolean("damaged");
                        if (document == null || damaged) {
                            gone.add(row);
                            findings.add(finding(damaged ? "vector_damaged" : "vector_orphaned", document, null, 1));
                        }
                        next = new JsonObject()
                                .put("model", row.getInteger("model_no"))
                                .put("chunk", row.getLong("chunk_no"));
                    }
                    JsonObject after = rows.size() < ROWS_A_BATCH ? null : next;
                    Progress progress = new Progress(findings, Map.of("vectors", (long) gone.size()), after);
                    return run.dryRun() || gone.isEmpty()
                            ? Uni.createFrom().item(progress)
                            : removeVectors(tx, corpusNo, gone).replaceWith(progress);
                });
    }

    private Uni<Void> removeVectors(SqlConnection tx, long corpusNo, List<Row> gone) {
        List<Long> chunks = gone.stream()
                .map(row -> row.getLong("chunk_no"))
                .distinct()
                .sorted()
                .toList();
        UUID[] documents = gone.stream()
                .map(row -> row.getUUID("document_id"))
                .filter(Objects::nonNull)
                .toArray(UUID[]::new);
        return vectors.remove(tx, corpusNo, chunks)
                .chain(() -> tx.preparedQuery("""
                                update document d set embedded_count = greatest(0, d.embedded_count - lost.n)
                                from (select id, count(*)::int as n from unnest($1::uuid[]) as given(id) group by id) lost
                                where d.id = lost.id""").execute(Tuple.tuple().addArrayOfUUID(documents)))
                .chain(() -> corpora.commitChange(tx, corpusNo, 0, 0, List.of(), chunks))
                .replaceWithVoid();
    }

    private Uni<Progress> jobs(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        String after = place.getString("after", FIRST.toString());
        return tx.preparedQuery(LOST_JOBS)
                .execute(Tuple.of(run.collection().id(), IngestionJobs.KIND, UUID.fromString(after), DOCUMENTS_A_BATCH))
                .call(rows -> run.dryRun()
                        ? Uni.createFrom().voidItem()
                        : Multi.createFrom()
                                .iterable(rows)
                                .onItem()
                                .transformToUniAndConcatenate(
                                        row -> queue.cancelBySubject(tx, row.getUUID("subject_id")))
                                .collect()
                                .last())
                .map(rows -> {
                    List<Finding> findings = new ArrayList<>();
                    String last = after;
                    for (Row row : rows) {
                        last = row.getUUID("id").toString();
                        findings.add(finding("job_orphaned", row.getUUID("subject_id"), null, 1));
                    }
                    return new Progress(
                            findings,
                            Map.of("jobs", (long) rows.size()),
                            rows.size() < DOCUMENTS_A_BATCH ? null : new JsonObject().put("after", last));
                });
    }

    /** Collections that were deleted, or restored but not to the end, and that no job removes. */
    private Uni<Progress> collections(MaintenanceRun run, SqlConnection tx) {
        return tx.preparedQuery("select " + CollectionRef.COLUMNS
                        + " from collection c where c.deleted_at < now() - interval '1 day' and not exists ("
                        + " select 1 from job j where j.subject_id = c.id and j.state in ('queued', 'running'))"
                        + " and not " + CollectionRef.BEING_RESTORED + " order by c.id limit $1")
                .execute(Tuple.of(DOCUMENTS_A_BATCH))
                .call(rows -> run.dryRun()
                        ? Uni.createFrom().voidItem()
                        : Multi.createFrom()
                                .iterable(rows)
                                .onItem()
                                .transformToUniAndConcatenate(row -> purge.enqueue(tx, CollectionRef.of(row)))
                                .collect()
                                .last())
                .map(rows -> {
                    List<Finding> findings = new ArrayList<>();
                    rows.forEach(row -> findings.add(finding("collection_orphaned", null, null, 1)));
                    return new Progress(findings, Map.of("collections", (long) rows.size()), null);
                });
    }

    /** What is left of corpora and segments that are no more, one corpus or segment after the other. */
    private Uni<Progress> leftOver(MaintenanceRun run, SqlConnection tx) {
        return numbers(tx, VANISHED_CORPORA)
                .chain(vanished -> numbers(tx, VANISHED_SEGMENTS).chain(segments -> {
                    List<Finding> findings = new ArrayList<>();
                    vanished.forEach(corpus -> findings.add(finding("corpus_orphaned", null, "corpus " + corpus, 1)));
                    segments.forEach(
                            segment -> findings.add(finding("segment_orphaned", null, "segment " + segment, 1)));
                    boolean nothing = vanished.isEmpty() && segments.isEmpty();
                    if (run.dryRun() || nothing) {
                        return Uni.createFrom()
                                .item(new Progress(findings, counts(vanished.size(), segments.size()), null));
                    }
                    Uni<Void> removed = vanished.isEmpty()
                            ? tx.preparedQuery("delete from lexical_posting where segment_no = $1")
                                    .execute(Tuple.of(segments.get(0)))
                                    .replaceWithVoid()
                            : dropCorpus(tx, vanished.get(0));
                    return removed.replaceWith(new Progress(
                            findings.subList(0, 1),
                            vanished.isEmpty() ? counts(0, 1) : counts(1, 0),
                            new JsonObject().put("more", true)));
                }));
    }

    private Uni<Void> dropCorpus(SqlConnection tx, long corpusNo) {
        return vectors.drop(tx, corpusNo)
                .chain(() -> corpora.drop(tx, corpusNo))
                .chain(() -> tx.preparedQuery("delete from maintenance_corpus where corpus_no = $1")
                        .execute(Tuple.of(corpusNo)))
                .replaceWithVoid();
    }

    private static Map<String, Long> counts(long vanished, long segments) {
        return Map.of("corpora", vanished, "segments", segments);
    }

    private static Uni<List<Long>> numbers(SqlConnection tx, String sql) {
        return tx.query(sql).execute().map(rows -> {
            List<Long> numbers = new ArrayList<>();
            rows.forEach(row -> numbers.add(row.getLong(0)));
            return numbers;
        });
    }
}
