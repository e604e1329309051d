package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What rag-kb's clients ask of the state of a knowledge base, and how they mend it. */
@ApplicationScoped
public class RagKbUpkeep {
    private static final String PATH = "coalesce(d.source_path, d.id::text)";

    /** Documents of one statement, and of one transaction that queues them. */
    private static final int PAGE_DOCUMENTS = 100;

    /** The advisory lock of whoever makes a report. */
    private static final long REPORT_LOCK = 0x5261674b62526570L;

    private static final String ISSUES = """
            with counted as (
              select k.document_id, count(*) as real from chunk k join document d on d.id = k.document_id
              where d.collection_id = $1 and ($2::uuid is null or d.id = $2) group by k.document_id)
            select checked.*, count(*) over () as total from (
              select d.id, %s as path, d.chunk_count::bigint as said, d.error_detail, coalesce(n.real, 0) as real,
                     d.embedded_count::bigint as embedded,
                     case when d.state in ('failed', 'rejected', 'quarantined', 'cancelled', 'queued', 'processing')
                            then 'processing_incomplete'
                          when d.chunk_count = 0 then 'zero_chunks'
                          when d.chunk_count <> coalesce(n.real, 0) then 'chunk_count_mismatch'
                          when d.state = 'completed' and d.embedded_count > 0 and d.embedded_count < d.chunk_count
                            then 'missing_embeddings' end as issue
              from document d left join counted n on n.document_id = d.id
              where d.collection_id = $1 and ($2::uuid is null or d.id = $2)) as checked
            where issue is not null order by id limit $3
            """.formatted(PATH);

    /** The next of the documents of a collection that something is to be done with. */
    private static final String PAGE_WITH_PARTS = """
            select d.id, d.version, %s as parts from document d where d.collection_id = $1 and d.id > $2 and (%s)
            order by d.id limit $3
            """;

    /** The same where it is to be done with the whole document. */
    private static final String PAGE = PAGE_WITH_PARTS.formatted("1::bigint", "%s");

    /** Documents that wait for a job that is not there. */
    private static final String ORPHANS = PAGE.formatted("""
            d.state in ('queued', 'processing')
              and not exists (select from job j where j.subject_id = d.id and j.state in ('queued', 'running'))""");

    private static final String WITH_BYTES =
            " and exists (select from document_part p where p.document_id = d.id and p.revision = d.revision and p.part_no = 0)";

    private static final String UNFINISHED = PAGE.formatted("d.state in ('failed', 'cancelled')" + WITH_BYTES);

    private static final String ALL =
            PAGE.formatted("d.state in ('completed', 'searchable', 'failed', 'rejected', 'cancelled')" + WITH_BYTES);

    /** Of those whose bytes are here there may be no other copy. */
    private static final String EMPTY = PAGE.formatted("""
            d.chunk_count = 0 and d.indexed_revision is null and d.state in ('failed', 'rejected', 'cancelled')
              and not exists (select from document_part p where p.document_id = d.id)""");

    /** The same part of the source as more than one chunk. */
    private static final String TWICE =
            "from chunk k where k.document_id = d.id group by k.start_offset, k.end_offset having count(*) > 1";

    private static final String REPEATED = PAGE_WITH_PARTS.formatted(
            "(select count(*) from (select 1 " + TWICE + ") as part)", "exists (select " + TWICE + ")");

    private static final String TEXTS = """
            with text as materialized (
              select d.id, %s as path, k.no, md5(k.content) as hash from document d join chunk k on k.document_id = d.id
              where d.collection_id = $1)
            """.formatted(PATH);

    private static final String WITHIN = TEXTS + """
            select (select count(*) from document d where d.collection_id = $1 and d.indexed_revision is not null) as documents,
                   (select count(*) from text) as chunks, count(*) as groups, coalesce(sum(n - 1), 0)::bigint as repeated
            from (select count(*) as n from text group by id, hash having count(*) > 1) as found
            """;

    private static final String ACROSS = TEXTS + """
            select left(k.content, 100) as preview, found.n, found.paths, found.total from (
              select min(no) as no, count(*) as n, (array_agg(distinct path))[1:10] as paths, count(*) over () as total
              from text group by hash having count(distinct id) > 1 order by count(*) desc, min(no) limit 10) as found
            join chunk k on k.no = found.no order by found.n desc, found.no
            """;

    private final Database database;
    private final RagKbCollection collection;
    private final RagKbDocuments documents;
    private final DocumentService service;
    private final RagKbRows rows;
    private final RagKbConfig config;

    RagKbUpkeep(
            Database database,
            RagKbCollection collection,
            RagKbDocuments documents,
            DocumentService service,
            RagKbRows rows,
            RagKbConfig config) {
        this.database = database;
        this.collection = collection;
        this.documents = documents;
        this.service = service;
        this.rows = rows;
        this.config = config;
    }

    /** A document that lacks something. */
    record Issue(
            UUID documentId,
            String path,
            String issue,
            @Nullable Long expected,
            @Nullable Long actual,
            String message) {
        static Issue of(Row row) {
            String issue = row.getString("issue");
            Long said = row.getLong("said");
            return switch (issue) {
                case "chunk_count_mismatch" ->
                    issue(row, said, row.getLong("real"), "Its chunks are not as many as it says.");
                case "missing_embeddings" ->
                    issue(row, said, row.getLong("embedded"), "Some of its chunks have no vector yet.");
                case "zero_chunks" -> issue(row, null, 0L, "It has no chunks.");
                default -> {
                    String detail = row.getString("error_detail");
                    yield issue(row, null, null, detail == null ? "It is waiting or being indexed." : detail);
                }
            };
        }

        private static Issue issue(Row row, @Nullable Long expected, @Nullable Long actual, String message) {
            return new Issue(
                    row.getUUID("id"), row.getString("path"), row.getString("issue"), expected, actual, message);
        }
    }

    /**
     * Which documents lack something.
     *
     * @param incomplete how many do, of which the list may be a part
     */
    record Integrity(long documents, long incomplete, List<Issue> issues) {}

    /** The documents that lack something; for those who may write, since it reads about every chunk. */
    Uni<Integrity> integrity(Caller caller) {
        return collection
                .within(caller.writing())
                .chain(id -> report(tx -> tx.preparedQuery("select count(*) from document where collection_id = $1")
                        .execute(Tuple.of(id))
                        .chain(counted -> tx.preparedQuery(ISSUES)
                                .execute(Tuple.of(id, null, config.maxDocuments()))
                                .chain(found -> rows.map(
                                        found,
                                        all -> integrity(
                                                counted.iterator().next().getLong(0), all))))));
    }

    private static Integrity integrity(long documents, RowSet<Row> rows) {
        List<Issue> issues = new ArrayList<>(rows.size());
        long total = 0;
        for (Row row : rows) {
            total = row.getLong("total");
            issues.add(Issue.of(row));
        }
        return new Integrity(documents, total, issues);
    }

    /** Makes a report that reads all of a collection, one at a time in all replicas, where no request of others waits for it. */
    private <T> Uni<T> report(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(tx -> tx.preparedQuery("select pg_try_advisory_xact_lock($1)")
                .execute(Tuple.of(REPORT_LOCK))
                .chain(rows -> rows.iterator().next().getBoolean(0)
                        ? work.apply(tx)
                        : Uni.createFrom()
                                .failure(ProblemException.overloaded(
                                        "Another report is being made.", Duration.ofSeconds(5)))));
    }

    /**
     * What the document of a path lacks.
     *
     * @throws ProblemException (as failure) 404 when there is none
     */
    Uni<Optional<Issue>> integrity(Caller caller, String path) {
        return documents.exactly(caller.reading(), path).chain(found -> {
            UUID document = found.orElseThrow(() -> RagKbDocuments.notFound("Document not found: " + path))
                    .id();
            return collection
                    .within(caller.reading())
                    .chain(id -> database.readSql(connection -> connection
                            .preparedQuery(ISSUES)
                            .execute(Tuple.of(id, document, 1))
                            .map(rows -> {
                                for (Row row : rows) {
                                    return Optional.of(Issue.of(row));
                                }
                                return Optional.empty();
                            })));
        });
    }

    /** Text that is there more than once, across documents. */
    record Repeated(String preview, long occurrences, List<String> documents) {}

    /**
     * Text that is there more than once.
     *
     * @param groups texts that one document has more than once
     * @param repeated chunks that repeat one of their document
     * @param shared texts that several documents have
     */
    record Duplicates(long documents, long chunks, long groups, long repeated, long shared, List<Repeated> most) {}

    /** Text that is there more than once; for those who may write, since it reads every chunk. */
    Uni<Duplicates> duplicates(Caller caller) {
        return collection
                .within(caller.writing())
                .chain(id -> report(tx -> tx.preparedQuery(WITHIN)
                        .execute(Tuple.of(id))
                        .chain(within -> tx.preparedQuery(ACROSS)
                                .execute(Tuple.of(id))
                                .map(across -> {
                                    List<Repeated> most = new ArrayList<>();
                                    long shared = 0;
                                    for (Row row : across) {
                                        shared = row.getLong("total");
                                        most.add(new Repeated(
                                                row.getString("preview"),
                                                row.getLong("n"),
                                                Arrays.asList(row.getArrayOfStrings("paths"))));
                                    }
                                    Row sums = within.iterator().next();
                                    return new Duplicates(
                                            sums.getLong("documents"),
                                            sums.getLong("chunks"),
                                            sums.getLong("groups"),
                                            sums.getLong("repeated"),
                                            shared,
                                            most);
                                }))));
    }

    /**
     * What was found and is done.
     *
     * @param found documents that it is about
     * @param parts what is wrong with them, all in all
     * @param done those of them that were queued or deleted; 0 in a dry run
     */
    record Mended(int found, long parts, int done) {}

    /** Queues documents that wait for a job that is not there. */
    Uni<Mended> repairOrphans(Caller caller, boolean dryRun) {
        return mend(caller, ORPHANS, dryRun, page -> reindex(caller, page));
    }

    /** Indexes documents again that failed or were cancelled, as long as their bytes are there. */
    Uni<Mended> reindexFailed(Caller caller, boolean dryRun) {
        return mend(caller, UNFINISHED, dryRun, page -> reindex(caller, page));
    }

    /** Deletes the records of documents of which nothing was ever indexed and nothing is stored. */
    Uni<Mended> deleteEmpty(Caller caller, boolean dryRun) {
        return mend(caller, EMPTY, dryRun, page -> delete(caller, page));
    }

    /** Indexes documents again that have a part of their source as more than one chunk. */
    Uni<Mended> removeRepeated(Caller caller, boolean dryRun) {
        return mend(caller, REPEATED, dryRun, page -> reindex(caller, page));
    }

    /** How many chunks the knowledge base has. */
    Uni<Long> chunks(Caller caller) {
        return documents.totals(caller).map(RagKbDocuments.Totals::chunks);
    }

    /** Indexes every document again whose bytes are there. */
    Uni<Mended> reindexAll(Caller caller, boolean dryRun) {
        return mend(caller, ALL, dryRun, page -> reindex(caller, page));
    }

    /** A document as it was when it was found. */
    private record Found(UUID id, int version, long parts) {}

    private Uni<Integer> reindex(Caller caller, List<Found> page) {
        return service.reindex(caller, page.stream().map(Found::id).toList(), JobPriority.HIGH);
    }

    /** Deletes one document after the other; one that has changed meanwhile is left. */
    private Uni<Integer> delete(Caller caller, List<Found> page) {
        return Multi.createFrom()
                .iterable(page)
                .onItem()
                .transformToUniAndConcatenate(found -> service.delete(caller, found.id(), ETags.of(found.version()))
                        .replaceWith(1)
                        .onFailure(RagKbUpkeep::isOver)
                        .recoverWithItem(0))
                .collect()
                .with(Collectors.summingInt(done -> done));
    }

    /** Does it to all documents that a query finds, page by page in the order of their ids. */
    private Uni<Mended> mend(Caller caller, String query, boolean dryRun, Function<List<Found>, Uni<Integer>> work) {
        return collection.within(caller.writing()).chain(id -> {
            UUID[] after = {new UUID(0, 0)};
            return Multi.createBy()
                    .repeating()
                    .uni(() -> page(query, id, after[0])
                            .invoke(page -> {
                                if (!page.isEmpty()) {
                                    after[0] = page.get(page.size() - 1).id();
                                }
                            })
                            .chain(page -> (dryRun ? Uni.createFrom().item(0) : work.apply(page))
                                    .map(done -> new Mended(
                                            page.size(),
                                            page.stream()
                                                    .mapToLong(Found::parts)
                                                    .sum(),
                                            done))))
                    .whilst(mended -> mended.found() == PAGE_DOCUMENTS)
                    .collect()
                    .in(() -> new long[3], (sums, mended) -> {
                        sums[0] += mended.found();
                        sums[1] += mended.parts();
                        sums[2] += mended.done();
                    })
                    .map(sums -> new Mended((int) sums[0], sums[1], (int) sums[2]));
        });
    }

    private Uni<List<Found>> page(String query, UUID collectionId, UUID after) {
        return database.readSql(connection ->
                        connection.preparedQuery(query).execute(Tuple.of(collectionId, after, PAGE_DOCUMENTS)))
                .map(rows -> {
                    List<Found> page = new ArrayList<>(rows.size());
                    rows.forEach(row ->
                            page.add(new Found(row.getUUID("id"), row.getInteger("version"), row.getLong("parts"))));
                    return page;
                });
    }

    private static boolean isOver(Throwable failure) {
        return failure instanceof ProblemException problem
                && (problem.problem().status() == 404 || problem.problem().status() == 412);
    }
}
