package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Takes files into a collection: stores their bytes and a job for each, in one transaction a file. */
@ApplicationScoped
public class UploadService {
    private final Database database;
    private final CollectionRepository collections;
    private final DocumentRepository documents;
    private final DocumentIntake intake;
    private final Originals originals;
    private final IngestionJobs jobs;
    private final Offload offload;
    private final KnowledgeConfig config;

    UploadService(
            Database database,
            CollectionRepository collections,
            DocumentRepository documents,
            DocumentIntake intake,
            Originals originals,
            IngestionJobs jobs,
            Offload offload,
            KnowledgeConfig config) {
        this.database = database;
        this.collections = collections;
        this.documents = documents;
        this.intake = intake;
        this.originals = originals;
        this.jobs = jobs;
        this.offload = offload;
        this.config = config;
    }

    /**
     * Takes the files one after the other.
     *
     * @throws ProblemException (as failure) 400 without a file or with too many, 404 without the collection
     */
    Uni<UploadResult> take(Caller caller, UUID collectionId, List<FileUpload> files, String priorityName) {
        Reach reach = caller.writing();
        if (files.isEmpty() || files.size() > config.maxFilesPerUpload()) {
            return Uni.createFrom()
                    .failure(ProblemException.invalid(
                            "file", "send 1 to " + config.maxFilesPerUpload() + " parts named \"file\""));
        }
        JobPriority priority = IngestionJobs.priority(priorityName);
        return database.readSql(connection -> collections.requireForReading(connection, reach, List.of(collectionId)))
                .chain(found -> Multi.createFrom()
                        .iterable(files)
                        .onItem()
                        .transformToUniAndConcatenate(file -> takeOne(reach, collectionId, file, priority))
                        .collect()
                        .asList())
                .invoke(jobs::announce)
                .map(UploadResult::new);
    }

    private Uni<UploadResult.Item> takeOne(Reach reach, UUID collectionId, FileUpload file, JobPriority priority) {
        // A part counts as a file by its content type alone; then it has no name.
        String name = Objects.requireNonNullElse(file.fileName(), "");
        String path;
        try {
            path = SourcePaths.normalise(name);
        } catch (ProblemException unusable) {
            return Uni.createFrom().item(refused(name, "invalid_path", unusable));
        }
        return offload.interactive(() -> UploadedFile.inspect(file.uploadedFile()))
                .chain(inspected -> store(reach, collectionId, path, inspected, priority));
    }

    private Uni<UploadResult.Item> store(
            Reach reach, UUID collectionId, String path, UploadedFile file, JobPriority priority) {
        DocumentType type;
        try {
            if (file.sizeBytes() > config.maxDocumentSize().asLongValue()) {
                return reject(
                        reach,
                        collectionId,
                        path,
                        file,
                        new DocumentView.ErrorView(
                                "too_large",
                                "The file is larger than "
                                        + config.maxDocumentSize().asLongValue() + " bytes."));
            }
            type = DocumentTypes.detect(path, file.head());
        } catch (ExtractionException e) {
            return reject(
                    reach,
                    collectionId,
                    path,
                    file,
                    new DocumentView.ErrorView(e.code().wireName(), String.valueOf(e.getMessage())));
        }
        DocumentDraft draft = draft(path, type.wireName(), file);
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection -> intake.accept(tx, collectionId, draft, DocumentState.QUEUED)
                        .chain(accepted -> accepted.outcome() == Outcome.DUPLICATE
                                ? Uni.createFrom().item(item(path, accepted, accepted.jobId()))
                                : writeParts(tx, accepted, file, 0)
                                        .chain(() -> jobs.enqueue(
                                                tx, accepted.id(), accepted.revision(), collection.within(), priority))
                                        .map(jobId -> item(path, accepted, jobId)))));
    }

    private Uni<Void> writeParts(SqlConnection tx, Accepted accepted, UploadedFile file, int partNo) {
        long offset = (long) partNo * Originals.PART_BYTES;
        if (offset >= file.sizeBytes()) {
            return Uni.createFrom().voidItem();
        }
        return offload.interactive(() -> file.part(offset, Originals.PART_BYTES))
                .chain(part -> originals.write(tx, accepted.id(), accepted.revision(), partNo, part))
                .chain(() -> writeParts(tx, accepted, file, partNo + 1));
    }

    /** Keeps a refused file on record, without its bytes, so that a list of documents shows why it is not found. */
    private Uni<UploadResult.Item> reject(
            Reach reach, UUID collectionId, String path, UploadedFile file, DocumentView.ErrorView error) {
        String typeName =
                DocumentType.ofFileName(path).map(DocumentType::wireName).orElse("unknown");
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection ->
                        intake.accept(tx, collectionId, draft(path, typeName, file), DocumentState.REJECTED))
                .call(accepted ->
                        documents.failed(tx, accepted.id(), accepted.revision(), DocumentState.REJECTED, error))
                .map(accepted -> new UploadResult.Item(
                        path, DocumentState.REJECTED.wireName(), false, accepted.id(), null, error)));
    }

    private static DocumentDraft draft(String path, String typeName, UploadedFile file) {
        return new DocumentDraft(
                SourcePaths.title(path), false, path, typeName, file.contentHash(), file.sizeBytes(), Map.of());
    }

    private static UploadResult.Item item(String path, Accepted accepted, @Nullable UUID jobId) {
        return new UploadResult.Item(
                path, accepted.state(), accepted.outcome() == Outcome.DUPLICATE, accepted.id(), jobId, null);
    }

    private static UploadResult.Item refused(String path, String code, ProblemException problem) {
        return new UploadResult.Item(
                path,
                DocumentState.REJECTED.wireName(),
                false,
                null,
                null,
                new DocumentView.ErrorView(code, problem.problem().detail()));
    }
}
