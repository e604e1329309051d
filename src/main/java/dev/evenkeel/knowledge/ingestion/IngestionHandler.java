package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a stored revision searchable: reads its bytes, extracts and cuts the text, swaps it into the keyword index in one
 * transaction, then adds vectors. A run may end anywhere and be repeated: nothing is stored twice.
 */
@ApplicationScoped
public class IngestionHandler implements JobHandler {
    private static final String EXTRACT = "extract";
    private static final String INDEX = "index";

    /** Smaller documents are done before anyone could look. */
    private static final long WORTH_REPORTING_BYTES = 1 << 20;

    private final Database database;
    private final Originals originals;
    private final DocumentPreparation preparation;
    private final DocumentIndexer indexer;
    private final EmbeddingPlan embedding;
    private final HttpExtractor external;
    private final Offload offload;

    IngestionHandler(
            Database database,
            Originals originals,
            DocumentPreparation preparation,
            DocumentIndexer indexer,
            EmbeddingPlan embedding,
            HttpExtractor external,
            Offload offload) {
        this.database = database;
        this.originals = originals;
        this.preparation = preparation;
        this.indexer = indexer;
        this.embedding = embedding;
        this.external = external;
        this.offload = offload;
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
        return database.bulkSql(tx -> IngestionTarget.find(tx, payload)).chain(target -> {
            if (target.isEmpty()) {
                return superseded(run);
            }
            return target.get().indexedAlready(payload.again(), run.id())
                    ? embed(run, payload)
                    : index(run, payload, target.get());
        });
    }

    private Uni<Void> index(JobRun run, IngestionJobs.Payload payload, IngestionTarget target) {
        return prepare(run, target)
                .chain(ready -> embedding.wanted()
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
                        .eventually(() -> offload.bulk(() -> {
                            file.close();
                            return true;
                        })));
    }

    private Uni<ReadyDocument> read(IngestionTarget target, Path file, DocumentType type) {
        return external.reads(type)
                ? readElsewhere(target, file)
                : offload.bulk(() -> preparation.prepare(file, type, target.collection()))
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
        return database.bulkSql(tx -> originals.read(tx, target.documentId(), target.revision(), partNo))
                .onItem()
                .ifNull()
                .failWith(() -> new PermanentFailure("content_missing", "The bytes of the document are not there."))
                .chain(part -> offload.bulk(() -> file.append(part)))
                .chain(() -> spool(target, file, partNo + 1));
    }

    private Uni<Void> swap(
            SqlConnection tx, JobRun run, IngestionJobs.Payload payload, ReadyDocument ready, DocumentState state) {
        return IngestionTarget.lock(tx, payload).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            IngestionTarget target = found.get();
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
        return embedding.wanted()
                ? embedding.embed(run, payload).chain(() -> run.finish(tx -> embedding.complete(tx, payload)))
                : run.finish(tx -> embedding.complete(tx, payload));
    }

    private static Uni<Void> superseded(JobRun run) {
        return run.finish(tx -> Uni.createFrom().voidItem());
    }

    private static PermanentFailure unreadable(ExtractionException failure) {
        return new PermanentFailure(failure.code().wireName(), String.valueOf(failure.getMessage()));
    }

    /** The newest content is dropped; what was searchable before stays. */
    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        IngestionJobs.Payload payload = IngestionJobs.Payload.of(job.payload());
        return end(tx, payload, DocumentState.CANCELLED, "cancelled", "Its job was cancelled.")
                .chain(() -> tx.preparedQuery("""
                                delete from document_part p using document d
                                where d.id = p.document_id and p.document_id = $1 and p.revision = $2
                                  and d.indexed_revision is distinct from $2""")
                        .execute(Tuple.of(payload.documentId(), payload.revision()))
                        .replaceWithVoid());
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        boolean unreadable = Arrays.stream(ExtractionCode.values())
                .anyMatch(known -> known.wireName().equals(code));
        return end(
                tx,
                IngestionJobs.Payload.of(job.payload()),
                unreadable ? DocumentState.REJECTED : DocumentState.FAILED,
                code,
                reason);
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
