package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.ingestion.DocumentIndexer;
import dev.evenkeel.platform.jobs.JobQueue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Looks for the same text in several places. Chunks are never removed from a document, because every word of a document is to be found;
 * documents with the same bytes as an older one are, when that is asked for.
 */
@ApplicationScoped
class DuplicateSearch implements MaintenanceTask {
    private static final String READ = "read";
    private static final String COMPARE = "compare";
    private static final String DOCUMENTS = "equal_documents";
    private static final String CLEAN = "clean";

    private static final int DOCUMENTS_A_BATCH = 100;
    private static final int LISTED_CHUNKS = 400;
    private static final int REMOVED_A_BATCH = 10;
    private static final UUID FIRST = new UUID(0, 0);
    private static final String REPAIR = "duplicates with remove: documents";

    private static final String HASH = """
            with page as materialized (
              select id from document where collection_id = $1 and id > $2 order by id limit $3),
            hashed as (
              insert into maintenance_chunk (job_id, hash, document_id, chunk_no)
              select $4, md5(c.content)::uuid, c.document_id, c.no from page join chunk c on c.document_id = page.id
              returning 1)
            select max(id::text)::uuid as last, count(*) as documents, (select count(*) from hashed) as chunks from page""";

    private static final String SUMS = """
            select count(*) filter (where documents = 1) as within, count(*) filter (where documents > 1) as across,
                   coalesce(sum(chunks - 1), 0)::bigint as surplus
            from (select count(*) as chunks, count(distinct document_id) as documents from maintenance_chunk
                  where job_id = $1 group by hash having count(*) > 1) equal""";

    /** The most frequent first, with where the first of each are. */
    private static final String EQUAL_CHUNKS = """
            with equal as materialized (
              select hash, count(*) as chunks, count(distinct document_id) as documents, min(chunk_no) as first_no
              from maintenance_chunk where job_id = $1 group by hash having count(*) > 1
              order by 2 desc, first_no limit $2)
            select e.chunks, e.documents, left(c.content, 200) as preview, d.id, coalesce(d.source_path, d.title) as path,
                   (select array_agg(p.path) from (
                      select coalesce(o.source_path, o.title) as path from (
                        select distinct document_id from maintenance_chunk m
                        where m.job_id = $1 and m.hash = e.hash order by document_id limit 10) few
                      join document o on o.id = few.document_id) p) as paths
            from equal e join chunk c on c.no = e.first_no join document d on d.id = c.document_id
            order by e.chunks desc, e.first_no""";

    /** Documents {@code d} that are found by the content they have now: only of these does one stand for another. */
    private static final String FOUND = "d.indexed_revision = d.revision and d.state in ('searchable', 'completed')";

    private static final String KEPT = """
            exists (select 1 from document_part p
                    where p.document_id = d.id and p.revision = d.revision and p.part_no = 0)""";

    /** Ids ascend with time: the smallest is the oldest. One whose bytes were kept comes before those that lost them. */
    private static final String EQUAL_DOCUMENTS = """
            select (array_agg(id order by kept desc, id))[1] as oldest, count(*) as documents,
                   (array_agg(id order by kept desc, id))[2:%d] as others,
                   (array_agg(coalesce(source_path, title) order by kept desc, id))[1:10] as paths,
                   content_hash as hash, document_type as type
            from (select d.*, %s as kept from document d
                  where d.collection_id = $1 and (d.content_hash, d.document_type) > ($2, $3) and d.content_hash >= $2
                    and %s) found
            group by content_hash, document_type having count(*) > 1 order by content_hash, document_type limit 1""".formatted(REMOVED_A_BATCH + 1, KEPT, FOUND);

    private final DocumentIndexer indexer;
    private final JobQueue queue;

    DuplicateSearch(DocumentIndexer indexer, JobQueue queue) {
        this.indexer = indexer;
        this.queue = queue;
    }

    @Override
    public MaintenanceOperation operation() {
        return MaintenanceOperation.DUPLICATES;
    }

    @Override
    public List<String> stages() {
        return List.of(DOCUMENTS, READ, COMPARE, CLEAN);
    }

    @Override
    public Uni<Void> run(MaintenanceRun run) {
        return run.change(DOCUMENTS, (tx, place) -> documents(run, tx, place))
                .chain(() -> run.change(READ, (tx, place) -> hash(run, tx, place)))
                .chain(() -> run.change(COMPARE, (tx, place) -> chunks(run, tx)))
                .chain(() -> run.change(
                        CLEAN,
                        (tx, place) -> tx.preparedQuery("delete from maintenance_chunk where job_id = $1")
                                .execute(Tuple.of(run.jobId()))
                                .replaceWith(Progress.done())));
    }

    private static Uni<Progress> hash(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        UUID after = UUID.fromString(place.getString("after", FIRST.toString()));
        return tx.preparedQuery(HASH)
                .execute(Tuple.of(run.collection().id(), after, DOCUMENTS_A_BATCH, run.jobId()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    long documents = row.getLong("documents");
                    return Progress.counted(
                            Map.of("documents", documents, "chunks", row.getLong("chunks")),
                            documents < DOCUMENTS_A_BATCH
                                    ? null
                                    : new JsonObject()
                                            .put("after", row.getUUID("last").toString()));
                });
    }

    private static Uni<Progress> chunks(MaintenanceRun run, SqlConnection tx) {
        return tx.preparedQuery(SUMS)
                .execute(Tuple.of(run.jobId()))
                .chain(sums -> tx.preparedQuery(EQUAL_CHUNKS)
                        .execute(Tuple.of(run.jobId(), LISTED_CHUNKS))
                        .map(rows -> {
                            Row sum = sums.iterator().next();
                            List<Finding> findings = new ArrayList<>();
                            rows.forEach(row -> findings.add(equalChunks(row)));
                            return new Progress(
                                    findings,
                                    Map.of(
                                            "equal_within_document", sum.getLong("within"),
                                            "equal_across_documents", sum.getLong("across"),
                                            "surplus_chunks", sum.getLong("surplus")),
                                    null);
                        }));
    }

    private static Finding equalChunks(Row row) {
        boolean within = row.getLong("documents") == 1;
        String[] paths = row.getArrayOfStrings("paths");
        return new Finding(
                within ? "equal_chunks_in_document" : "equal_chunks",
                row.getUUID("id"),
                row.getString("path"),
                "1",
                String.valueOf(row.getLong("chunks")),
                null,
                row.getString("preview"),
                paths == null ? List.of() : Arrays.asList(paths));
    }

    /** One group of documents with the same bytes, read in the same way. */
    private Uni<Progress> documents(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        byte[] after = place.getBinary("after", new byte[0]);
        String afterType = place.getString("after_type", "");
        boolean remove = !run.dryRun() && run.options().containsKey("remove");
        return tx.preparedQuery(EQUAL_DOCUMENTS)
                .execute(Tuple.of(run.collection().id(), Buffer.buffer(after), afterType))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(Progress.done())
                        : group(run, tx, rows.iterator().next(), place, remove));
    }

    private Uni<Progress> group(MaintenanceRun run, SqlConnection tx, Row row, JsonObject before, boolean remove) {
        long documents = row.getLong("documents");
        String[] paths = row.getArrayOfStrings("paths");
        UUID[] others = row.getArrayOfUUIDs("others");
        byte[] hash = row.getBuffer("hash").getBytes();
        Finding finding = new Finding(
                "equal_documents",
                row.getUUID("oldest"),
                paths[0],
                "1",
                String.valueOf(documents),
                REPAIR,
                null,
                Arrays.asList(paths));
        boolean last = documents - 1 <= others.length;
        JsonObject next =
                remove && !last ? before : new JsonObject().put("after", hash).put("after_type", row.getString("type"));
        List<Finding> findings = last || !remove ? List.of(finding) : List.of();
        long groups = findings.size();
        return remove
                ? remove(run, tx, row.getUUID("oldest"), others, hash, row.getString("type"))
                        .map(removed -> new Progress(findings, counts(groups, removed, removed), next))
                : Uni.createFrom().item(new Progress(findings, counts(groups, documents - 1, 0), next));
    }

    private static Map<String, Long> counts(long groups, long surplus, long removed) {
        return Map.of("equal_documents", groups, "surplus_documents", surplus, "removed_documents", removed);
    }

    /** Removes what still has these bytes, and is found by them, but for the oldest of them; how many that are. */
    private Uni<Integer> remove(
            MaintenanceRun run, SqlConnection tx, UUID oldest, UUID[] others, byte[] hash, String type) {
        return tx.preparedQuery("""
                        select d.id, %s as kept from document d
                        where d.collection_id = $1 and d.id = any($2) and d.content_hash = $3 and d.document_type = $4 and %s
                        order by d.id for update of d""".formatted(KEPT, FOUND))
                .execute(Tuple.of(run.collection().id(), join(oldest, others), Buffer.buffer(hash), type))
                .chain(rows -> {
                    List<UUID> same = new ArrayList<>();
                    int kept = 0;
                    for (Row row : rows) {
                        if (row.getBoolean("kept")) {
                            same.add(kept++, row.getUUID("id"));
                        } else {
                            same.add(row.getUUID("id"));
                        }
                    }
                    // Whatever has changed since it was found stays, and so does one of those that have not.
                    List<UUID> surplus = same.subList(Math.min(1, same.size()), same.size());
                    Uni<Void> removed = Uni.createFrom().voidItem();
                    for (UUID id : surplus) {
                        removed = removed.chain(() -> removeOne(run, tx, id));
                    }
                    return removed.replaceWith(surplus.size());
                });
    }

    private static UUID[] join(UUID first, UUID[] others) {
        UUID[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = first;
        return all;
    }

    private Uni<Void> removeOne(MaintenanceRun run, SqlConnection tx, UUID id) {
        return queue.cancelBySubject(tx, id)
                .chain(() -> indexer.remove(tx, id, run.collection().corpusNo()))
                .chain(() ->
                        tx.preparedQuery("delete from document where id = $1").execute(Tuple.of(id)))
                .replaceWithVoid();
    }
}
