package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.DocumentIndexer;
import dev.evenkeel.knowledge.ingestion.HttpExtractor;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.notes.NoteIndex;
import dev.evenkeel.knowledge.quarantine.Quarantine;
import dev.evenkeel.knowledge.quarantine.SafetyRule;
import dev.evenkeel.knowledge.quarantine.SafetyRules;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** Documents that follow files: taken with their bytes, given another path, removed; always in the caller's transaction. */
@ApplicationScoped
public class FileDocuments {
    private final DocumentRepository documents;
    private final DocumentIntake intake;
    private final Originals originals;
    private final IngestionJobs jobs;
    private final DocumentIndexer indexer;
    private final NoteIndex notes;
    private final JobQueue queue;
    private final Offload offload;
    private final HttpExtractor external;
    private final SafetyRules rules;
    private final Quarantine quarantine;
    private final KnowledgeConfig config;
    private final ArchiveConfig archives;

    FileDocuments(
            DocumentRepository documents,
            DocumentIntake intake,
            Originals originals,
            IngestionJobs jobs,
            DocumentIndexer indexer,
            NoteIndex notes,
            JobQueue queue,
            Offload offload,
            HttpExtractor external,
            SafetyRules rules,
            Quarantine quarantine,
            KnowledgeConfig config,
            ArchiveConfig archives) {
        this.documents = documents;
        this.intake = intake;
        this.originals = originals;
        this.jobs = jobs;
        this.indexer = indexer;
        this.notes = notes;
        this.queue = queue;
        this.offload = offload;
        this.external = external;
        this.rules = rules;
        this.quarantine = quarantine;
        this.config = config;
        this.archives = archives;
    }

    /**
     * What a file was accepted as.
     *
     * @param jobId the job that still works on it
     */
    public record Taken(Accepted accepted, @Nullable UUID jobId) {}

    /**
     * Refuses a file that cannot be taken whatever else is in it.
     *
     * @param head its first bytes, as {@link DocumentTypes#detect} wants them
     * @throws ExtractionException when it is too large or is not read here
     */
    public void requireReadable(String path, byte[] head, long sizeBytes) {
        requireSmall(sizeBytes);
        try {
            external.requireIfNeeded(DocumentTypes.detect(path, head));
        } catch (ExtractionException refusal) {
            // Which rule of safety applies, or none because the content is trusted, is known only with all of it.
            if (SafetyRule.ofWireName(refusal.code().wireName()).isEmpty()) {
                throw refusal;
            }
        }
    }

    /**
     * The type of a file that may be taken, all rules of safety applied.
     *
     * @throws ExtractionException when it is too large, is not read here or may do harm
     */
    public DocumentType typeOf(String path, UploadedFile file) {
        requireSmall(file.sizeBytes());
        DocumentType type = rules.inspect(path, file.head(), file.contentHash(), Set.of());
        external.requireIfNeeded(type);
        return type;
    }

    /**
     * Refuses an archive that is not worth copying.
     *
     * @throws ExtractionException when it is empty, or larger than what it may unpack to
     */
    public void requireSmallArchive(long sizeBytes) {
        long max = archives.maxUnpackedSize().asLongValue();
        if (sizeBytes == 0) {
            throw new ExtractionException(ExtractionCode.EMPTY, "The file is empty.");
        }
        if (sizeBytes > max) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "The archive is larger than " + max + " bytes.");
        }
    }

    /**
     * Opens an archive, whose files are to be judged each for itself.
     *
     * @throws ExtractionException when it cannot be opened, goes beyond a limit or may do harm
     */
    public UploadedArchive openArchive(UploadedFile file) {
        rules.check(file.head(), file.contentHash(), Set.of());
        return UploadedArchive.open(file, archives, archives.maxEntries(), false);
    }

    /**
     * Unpacks a file of an archive into a temporary file, which is the caller's to delete.
     *
     * @throws ExtractionException when it cannot be unpacked, to more than the limits allow, or is an archive itself
     */
    public UploadedFile unpack(UploadedArchive archive, ZipEntry entry) throws IOException {
        if (entry.getSize() > 0 && UploadedArchive.isNested(entry.getName())) {
            throw new ExtractionException(
                    ExtractionCode.NESTED_ARCHIVE, "An archive inside an archive is not unpacked.");
        }
        return archive.unpack(entry, config.maxDocumentSize().asLongValue());
    }

    private void requireSmall(long sizeBytes) {
        long max = config.maxDocumentSize().asLongValue();
        if (sizeBytes > max) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "The file is larger than " + max + " bytes.");
        }
    }

    /** Stores a file and the job that indexes it; neither when the document of that path has this content already. */
    public Uni<Taken> take(
            SqlConnection tx,
            CollectionRef collection,
            String path,
            UploadedFile file,
            DocumentType type,
            JobPriority priority) {
        DocumentDraft draft = draft(path, type.wireName(), file);
        return intake.accept(tx, collection.id(), draft, DocumentState.QUEUED)
                .chain(accepted -> accepted.outcome() == Outcome.DUPLICATE
                        ? Uni.createFrom().item(new Taken(accepted, accepted.jobId()))
                        : writeParts(tx, accepted, file, 0)
                                .chain(() -> jobs.enqueue(
                                        tx, accepted.id(), accepted.revision(), collection.within(), priority))
                                .map(jobId -> new Taken(accepted, jobId)));
    }

    /** Stores a file that may do harm apart from what is searched, to be restored or purged. */
    Uni<Accepted> hold(
            SqlConnection tx,
            CollectionRef collection,
            String path,
            UploadedFile file,
            SafetyRule rule,
            DocumentView.ErrorView error) {
        return intake.accept(tx, collection.id(), refused(path, file), DocumentState.QUARANTINED)
                .call(accepted -> accepted.outcome() == Outcome.DUPLICATE
                        ? Uni.createFrom().voidItem()
                        : writeParts(tx, accepted, file, 0)
                                .chain(() -> documents.failed(
                                        tx, accepted.id(), accepted.revision(), DocumentState.QUARANTINED, error))
                                .chain(() ->
                                        quarantine.hold(tx, accepted.id(), accepted.revision(), rule, error.detail())));
    }

    /** The record of a file that is refused, of the type that its name claims. */
    static DocumentDraft refused(String path, UploadedFile file) {
        return draft(
                path, DocumentType.ofFileName(path).map(DocumentType::wireName).orElse("unknown"), file);
    }

    private static DocumentDraft draft(String path, String typeName, UploadedFile file) {
        return new DocumentDraft(
                SourcePaths.title(path), false, path, typeName, file.contentHash(), file.sizeBytes(), Map.of());
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

    /**
     * Gives a document another path; its chunks, vectors and postings stay, the links of its collection are resolved anew. A
     * title that came from the name of the file changes with it.
     *
     * @return whether it was done: not when another document has the path, or the document is not in the collection
     */
    public Uni<Boolean> rename(SqlConnection tx, CollectionRef collection, UUID documentId, String from, String to) {
        return tx.preparedQuery("select 1 from document where collection_id = $1 and source_path = $2")
                .execute(Tuple.of(collection.id(), to))
                .chain(taken -> taken.size() > 0
                        ? Uni.createFrom().item(false)
                        : documents
                                .requireForWriting(tx, collection.within(), documentId)
                                .call(stored -> documents.change(
                                        tx,
                                        documentId,
                                        stored.title().equals(SourcePaths.title(from)) ? SourcePaths.title(to) : null,
                                        to,
                                        null))
                                .call(stored -> notes.renamed(tx, documentId, stored.corpusNo()))
                                .replaceWith(true)
                                .onFailure(FileDocuments::isNotFound)
                                .recoverWithItem(false));
    }

    /** Whether a document of the collection has this path and this content; it is locked until the transaction ends. */
    public Uni<Boolean> holds(SqlConnection tx, CollectionRef collection, UUID documentId, String path, byte[] hash) {
        return tx.preparedQuery("""
                        select source_path = $3 and content_hash = $4 from document
                        where id = $1 and collection_id = $2 for update""")
                .execute(Tuple.of(documentId, collection.id(), path, Buffer.buffer(hash)))
                .map(rows -> rows.size() > 0
                        && Boolean.TRUE.equals(rows.iterator().next().getBoolean(0)));
    }

    /** Removes a document and all that is indexed of it; nothing when it is not in the collection. */
    public Uni<Void> remove(SqlConnection tx, CollectionRef collection, UUID documentId) {
        return documents
                .requireForWriting(tx, collection.within(), documentId)
                .chain(stored -> remove(tx, stored))
                .onFailure(FileDocuments::isNotFound)
                .recoverWithNull();
    }

    /** Removes a document that the caller has locked. */
    Uni<Void> remove(SqlConnection tx, DocumentRepository.Stored stored) {
        return queue.cancelBySubject(tx, stored.id())
                .chain(() -> indexer.remove(tx, stored.id(), stored.corpusNo()))
                .chain(() -> documents.delete(tx, stored.id()));
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == 404;
    }
}
