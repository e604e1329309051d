package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.quarantine.Quarantine;
import dev.evenkeel.knowledge.quarantine.SafetyRule;
import dev.evenkeel.knowledge.quarantine.SafetyRules;
import dev.evenkeel.knowledge.quarantine.VirusScanner;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes a stored revision searchable: reads its bytes, extracts and cuts the text, swaps it into the keyword index in one
 * transaction, then adds vectors. A run may end anywhere and be repeated: nothing is stored twice.
 */
@ApplicationScoped
public class IngestionHandler implements JobHandler {
    private static final String EXTRACT = "extract";
    private static final String INDEX = "index";
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    /** About a second's writing. */
    private static final int MANY_CHUNKS = 1_000;

    /** Smaller documents are done before anyone could look. */
    private static final long WORTH_REPORTING_BYTES = 1 << 20;

    private final Database database;
    private final Originals originals;
    private final DocumentPreparation preparation;
    private final DocumentIndexer indexer;
    private final EmbeddingPlan embedding;
    private final HttpExtractor external;
    private final Offload offload;
    private final SafetyRules rules;
    private final Quarantine quarantine;
    private final VirusScanner scanner;

    IngestionHandler(
            Database database,
            Originals originals,
            DocumentPreparation preparation,
            DocumentIndexer indexer,
            EmbeddingPlan embedding,
            HttpExtractor external,
            Offload offload,
            SafetyRules rules,
            Quarantine quarantine,
            VirusScanner scanner) {
        this.database = database;
        this.originals = originals;
        this.preparation = preparation;
        this.indexer = indexer;
        this.embedding = embedding;
        this.external = external;
        this.offload = offload;
        this.rules = rules;
        this.quarantine = quarantine;
        this.scanner = scanner;
    }

    @Override
    public String kind() {
        return IngestionJobs.KIND;
    }

    @Override
    public List<String> stages() {
        return List.of("validate", EXTRACT, "chunk", INDEX, EmbeddingPlan.STAGE);
    }

    @Override
    public Uni<Void> run(JobRun run) {
        IngestionJobs.Payload payload = IngestionJobs.Payload.of(run.payload());
        return database.bulkStatement(connection -> IngestionTarget.find(connection, payload))
                .chain(found -> {
                    if (found.isEmpty()) {
                        return superseded(run);
                    }
                    IngestionTarget target = found.get();
                    return target.indexedAlready(payload.again(), run.id())
                            ? embed(run, payload)
                            : index(run, payload, target);
                });
    }

    private Uni<Void> index(JobRun run, IngestionJobs.Payload payload, IngestionTarget target) {
        // Neither a large file nor a service that reads it holds a cancellation or a stop up.
        return run.whileWanted(prepare(run, target))
                .chain(ready -> embedding.useful(target.collection())
                        ? run.step(INDEX, 1, 1, tx -> swap(tx, run, payload, ready, DocumentState.SEARCHABLE))
                                .chain(() -> embed(run, payload))
                        : run.finish(tx -> swap(tx, run, payload, ready, DocumentState.COMPLETED)));
    }

    private Uni<ReadyDocument> prepare(JobRun run, IngestionTarget target) {
        DocumentType type = DocumentType.ofWireName(target.documentType())
                .orElseThrow(() -> new PermanentFailure(
                        ExtractionCode.UNSUPPORTED_TYPE.wireName(), "The type of the document is not known."));
        return offload.bulk(SpooledFile::create)
                .chain(file -> spool(target, file, 0)
                        .call(() -> target.sizeBytes() > WORTH_REPORTING_BYTES
                                ? run.progress(EXTRACT, 0, target.sizeBytes())
                                : Uni.createFrom().voidItem())
                        .chain(() -> read(target, file.path(), type))
                        .onFailure(ExtractionException.class)
                        .transform(failure -> unreadable((ExtractionException) failure))
                        .onTermination()
                        .call(() -> offload.bulk(() -> {
                            file.close();
                            return true;
                        })));
    }

    private Uni<ReadyDocument> read(IngestionTarget target, Path file, DocumentType type) {
        Quarantine.Terms terms = target.terms();
        return offload.bulk(() -> {
                    rules.check(DocumentTypes.head(file), terms.sha256(), terms.waived());
                    return true;
                })
                .chain(() -> scan(file, terms))
                .chain(() -> read(target, file, type, terms.waived().contains(SafetyRule.ARCHIVE_BOMB)));
    }

    private Uni<Void> scan(Path file, Quarantine.Terms terms) {
        if (terms.waived().contains(SafetyRule.MALWARE) || rules.trusts(terms.sha256())) {
            return Uni.createFrom().voidItem();
        }
        return scanner.scan(file)
                .invoke(found -> found.ifPresent(name -> {
                    throw new ExtractionException(ExtractionCode.MALWARE, "The virus scanner has found " + name + ".");
                }))
                .replaceWithVoid();
    }

    private Uni<ReadyDocument> read(IngestionTarget target, Path file, DocumentType type, boolean anyRatio) {
        return external.reads(type)
                ? readElsewhere(target, file)
                : offload.bulk(() -> preparation.prepare(file, type, target.collection(), anyRatio))
                        .onFailure(external::helps)
                        .recoverWithUni(() -> readElsewhere(target, file));
    }

    private Uni<ReadyDocument> readElsewhere(IngestionTarget target, Path file) {
        return external.read(file, target.fileName())
                .chain(markdown -> offload.bulk(() -> preparation.prepareMarkdown(markdown, target.collection())));
    }

    private Uni<Void> spool(IngestionTarget target, SpooledFile file, int partNo) {
        long offset = (long) partNo * Originals.PART_BYTES;
        if (offset >= target.sizeBytes()) {
            return Uni.createFrom().voidItem();
        }
        return database.bulkStatement(
                        connection -> originals.read(connection, target.documentId(), target.revision(), partNo))
                .onItem()
                .ifNull()
                .failWith(() -> new PermanentFailure("content_missing", "The bytes of the document are not there."))
                .chain(part -> offload.bulk(() -> file.append(part)))
                .chain(() -> spool(target, file, partNo + 1));
    }

    /** What takes seconds to be written is given up, and rolled back, when the job is not wanted any more. */
    private Uni<Void> swap(
            SqlConnection tx, JobRun run, IngestionJobs.Payload payload, ReadyDocument ready, DocumentState state) {
        Uni<Void> swapped = swapAll(tx, run, payload, ready, state);
        return ready.chunks().size() > MANY_CHUNKS ? run.whileWanted(swapped) : swapped;
    }

    private Uni<Void> swapAll(
            SqlConnection tx, JobRun run, IngestionJobs.Payload payload, ReadyDocument ready, DocumentState state) {
        return IngestionTarget.lock(tx, payload).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            IngestionTarget target = found.get();
            if (state == DocumentState.COMPLETED && embedding.useful(target.collection())) {
                throw new RetryLater(A_MOMENT, "The collection has got an embedding model meanwhile.");
            }
            Uni<Void> parts = target.collection().keepOriginal()
                    ? originals.deleteOthers(tx, target.documentId(), target.revision())
                    : originals.deleteAll(tx, target.documentId());
            return parts.chain(() -> indexer.index(
                    tx,
                    target.documentId(),
                    target.revision(),
                    target.collection(),
                    ready,
                    state.wireName(),
                    run.id()));
        });
    }

    private Uni<Void> embed(JobRun run, IngestionJobs.Payload payload) {
        return embedding.embed(run, payload).chain(() -> run.finish(tx -> embedding.complete(tx, payload)));
    }

    private static Uni<Void> superseded(JobRun run) {
        return run.finish(tx -> Uni.createFrom().voidItem());
    }

    private static PermanentFailure unreadable(ExtractionException failure) {
        return new PermanentFailure(failure.code().wireName(), String.valueOf(failure.getMessage()));
    }

    /** Nothing is lost: what was searchable before stays, and the newest content can be indexed when its job is retried. */
    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        IngestionJobs.Payload payload = IngestionJobs.Payload.of(job.payload());
        return end(tx, payload, DocumentState.CANCELLED, "cancelled", "Its job was cancelled.")
                .chain(() -> tx.preparedQuery("""
                                delete from document_part p using document d
                                where d.id = p.document_id and p.document_id = $1 and p.revision = $2
                                  and d.revision <> $2 and d.indexed_revision is distinct from $2""")
                        .execute(Tuple.of(payload.documentId(), payload.revision()))
                        .replaceWithVoid());
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        IngestionJobs.Payload payload = IngestionJobs.Payload.of(job.payload());
        Optional<SafetyRule> rule = SafetyRule.ofWireName(code);
        if (rule.isPresent()) {
            return (rule.get().isForAdministrators()
                            ? takeOut(tx, payload)
                            : Uni.createFrom().voidItem())
                    .chain(() -> end(tx, payload, DocumentState.QUARANTINED, code, reason))
                    .chain(() -> quarantine.hold(tx, payload.documentId(), payload.revision(), rule.get(), reason));
        }
        boolean unreadable = Arrays.stream(ExtractionCode.values())
                .anyMatch(known -> known.wireName().equals(code));
        return end(tx, payload, unreadable ? DocumentState.REJECTED : DocumentState.FAILED, code, reason);
    }

    /** Takes the content out of the index, if it is what is searchable: it was forbidden later. */
    private Uni<Void> takeOut(SqlConnection tx, IngestionJobs.Payload payload) {
        return IngestionTarget.lock(tx, payload)
                .chain(found -> found.filter(IngestionTarget::isIndexed)
                        .map(target -> indexer.remove(
                                        tx,
                                        target.documentId(),
                                        target.collection().corpusNo())
                                .chain(() -> tx.preparedQuery("""
                                        update document set indexed_revision = null, indexed_by = null, indexed_at = null,
                                          chunk_count = 0, first_chunk_no = null, last_chunk_no = null, embedded_count = 0, token_count = 0, page_count = 0,
                                          properties = '{}', warnings = '{}'
                                        where id = $1""").execute(Tuple.of(target.documentId())))
                                .replaceWithVoid())
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /** Notes how it ended; content that is in the index already stays searchable. */
    private static Uni<Void> end(
            SqlConnection tx, IngestionJobs.Payload payload, DocumentState state, String code, String detail) {
        return tx.preparedQuery("""
                        update document set
                          state = case when indexed_revision = $2 then 'searchable' else $3 end,
                          error_code = $4, error_detail = $5, version = version + 1, updated_at = now()
                        where id = $1 and revision = $2""")
                .execute(Tuple.of(payload.documentId(), payload.revision(), state.wireName(), code, detail))
                .replaceWithVoid();
    }
}
