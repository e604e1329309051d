package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobService;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
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

    private static final String ISSUES = """
            select * from (
              select d.id, %s as path, d.chunk_count::bigint as said, d.error_detail,
                     (select count(*) from chunk k where k.document_id = d.id) as real, d.embedded_count::bigint as embedded,
                     case when d.state in ('failed', 'rejected', 'quarantined', 'cancelled', 'queued', 'processing')
                            then 'processing_incomplete'
                          when d.chunk_count = 0 then 'zero_chunks'
                          when d.chunk_count <> (select count(*) from chunk k where k.document_id = d.id)
                            then 'chunk_count_mismatch'
                          when d.state = 'completed' and d.embedded_count > 0 and d.embedded_count < d.chunk_count
                            then 'missing_embeddings' end as issue
              from document d where d.collection_id = $1 and ($2::uuid is null or d.id = $2)) as checked
            """.formatted(PATH);

    private static final String INCOMPLETE = ISSUES + " where issue is not null order by id limit $3";

    /** Documents that wait for a job that is not there. */
    private static final String ORPHANS = """
            select d.id from document d where d.collection_id = $1 and d.state in ('queued', 'processing')
              and not exists (select from job j where j.subject_id = d.id and j.state in ('queued', 'running'))
            order by d.id limit $2
            """;

    private static final String UNFINISHED = """
            select d.id from document d where d.collection_id = $1 and d.state = any($3)
              and exists (select from document_part p where p.document_id = d.id and p.revision = d.revision and p.part_no = 0)
            order by d.id limit $2
            """;

    private static final String EMPTY = """
            select d.id from document d where d.collection_id = $1 and d.chunk_count = 0 and d.indexed_revision is null
              and d.state in ('failed', 'rejected', 'cancelled') order by d.id limit $2
            """;

    /** The same part of the source as more than one chunk. */
    private static final String REPEATED = """
            select d.id from document d where d.collection_id = $1 and exists (
              select from chunk k where k.document_id = d.id group by k.start_offset, k.end_offset having count(*) > 1)
            order by d.id limit $2
            """;

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
    private final JobService jobs;
    private final RagKbConfig config;

    RagKbUpkeep(
            Database database,
            RagKbCollection collection,
            RagKbDocuments documents,
            DocumentService service,
            JobService jobs,
            RagKbConfig config) {
        this.database = database;
        this.collection = collection;
        this.documents = documents;
        this.service = service;
        this.jobs = jobs;
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

    /** Which documents lack something: of all, or of one. */
    record Integrity(long documents, List<Issue> issues) {}

    Uni<Integrity> integrity(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery("select count(*) from document where collection_id = $1")
                        .execute(Tuple.of(id))
                        .chain(counted -> connection
                                .preparedQuery(INCOMPLETE)
                                .execute(Tuple.of(id, null, config.maxDocuments()))
                                .map(rows -> {
                                    List<Issue> issues = new ArrayList<>(rows.size());
                                    rows.forEach(row -> issues.add(Issue.of(row)));
                                    return new Integrity(
                                            counted.iterator().next().getLong(0), issues);
                                }))));
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
                            .preparedQuery(INCOMPLETE)
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

    Uni<Duplicates> duplicates(Caller caller) {
        return collection
                .within(caller.reading())
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery(WITHIN)
                        .execute(Tuple.of(id))
                        .chain(within -> connection
                                .preparedQuery(ACROSS)
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
     * @param done those of them that were queued or deleted; 0 in a dry run
     */
    record Mended(int found, int done) {}

    /** Queues documents that wait for a job that is not there. */
    Uni<Mended> repairOrphans(Caller caller, boolean dryRun) {
        return mend(caller, ORPHANS, null, dryRun, id -> reindex(caller, id));
    }

    /** Indexes documents again that failed or were cancelled, as long as their bytes are there. */
    Uni<Mended> reindexFailed(Caller caller, boolean dryRun) {
        return mend(caller, UNFINISHED, new String[] {"failed", "cancelled"}, dryRun, id -> reindex(caller, id));
    }

    /** Deletes the records of documents of which nothing was ever indexed; not those in quarantine. */
    Uni<Mended> deleteEmpty(Caller caller, boolean dryRun) {
        return mend(caller, EMPTY, null, dryRun, id -> service.delete(caller, id, null));
    }

    /** Indexes documents again that have a part of their source as more than one chunk. */
    Uni<Mended> removeRepeated(Caller caller, boolean dryRun) {
        return mend(caller, REPEATED, null, dryRun, id -> reindex(caller, id));
    }

    /** Indexes every document again whose bytes are there. */
    Uni<Mended> reindexAll(Caller caller, boolean dryRun) {
        return mend(
                caller,
                UNFINISHED,
                new String[] {"completed", "searchable", "failed", "rejected", "cancelled"},
                dryRun,
                id -> reindex(caller, id));
    }

    private Uni<Void> reindex(Caller caller, UUID id) {
        return service.reindex(caller, id).chain(view -> {
            UUID jobId = view.jobId();
            return jobId == null ? Uni.createFrom().voidItem() : jobs.raise(jobId, JobPriority.HIGH);
        });
    }

    /** Does it to one document after the other; one that has changed meanwhile so that it cannot be done is left. */
    private Uni<Mended> mend(
            Caller caller, String query, String @Nullable [] states, boolean dryRun, Function<UUID, Uni<Void>> work) {
        return collection
                .within(caller.writing())
                .chain(id -> database.readSql(connection -> connection
                        .preparedQuery(query)
                        .execute(
                                states == null
                                        ? Tuple.of(id, config.maxDocuments())
                                        : Tuple.of(id, config.maxDocuments(), states))))
                .chain(rows -> {
                    List<UUID> found = new ArrayList<>(rows.size());
                    rows.forEach(row -> found.add(row.getUUID("id")));
                    return dryRun
                            ? Uni.createFrom().item(new Mended(found.size(), 0))
                            : Multi.createFrom()
                                    .iterable(found)
                                    .onItem()
                                    .transformToUniAndConcatenate(id -> work.apply(id)
                                            .replaceWith(1)
                                            .onFailure(RagKbUpkeep::isOver)
                                            .recoverWithItem(0))
                                    .collect()
                                    .with(Collectors.summingInt(done -> done))
                                    .map(done -> new Mended(found.size(), done));
                });
    }

    private static boolean isOver(Throwable failure) {
        return failure instanceof ProblemException problem
                && (problem.problem().status() == 404 || problem.problem().status() == 409);
    }
}
