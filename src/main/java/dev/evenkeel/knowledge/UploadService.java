package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.quarantine.SafetyRule;
import dev.evenkeel.knowledge.quarantine.SafetyRules;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Takes files into a collection: stores their bytes and a job for each, in one transaction a file. */
@ApplicationScoped
public class UploadService {
    private final Database database;
    private final CollectionRepository collections;
    private final DocumentRepository documents;
    private final DocumentIntake intake;
    private final IngestionJobs jobs;
    private final Offload offload;
    private final KnowledgeConfig config;
    private final ArchiveConfig archives;
    private final FileDocuments files;
    private final SafetyRules rules;

    UploadService(
            Database database,
            CollectionRepository collections,
            DocumentRepository documents,
            DocumentIntake intake,
            IngestionJobs jobs,
            Offload offload,
            KnowledgeConfig config,
            ArchiveConfig archives,
            FileDocuments files,
            SafetyRules rules) {
        this.database = database;
        this.collections = collections;
        this.documents = documents;
        this.intake = intake;
        this.jobs = jobs;
        this.offload = offload;
        this.config = config;
        this.archives = archives;
        this.files = files;
        this.rules = rules;
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
        AtomicInteger entriesLeft = new AtomicInteger(archives.maxEntries());
        return database.readSql(connection -> collections.requireForReading(connection, reach, List.of(collectionId)))
                .chain(found -> Multi.createFrom()
                        .iterable(files)
                        .onItem()
                        .transformToUniAndConcatenate(file -> takeOne(reach, collectionId, file, priority, entriesLeft))
                        .onItem()
                        .<UploadResult.Item>disjoint()
                        .collect()
                        .asList())
                .invoke(jobs::announce)
                .map(UploadResult::new);
    }

    private Uni<List<UploadResult.Item>> takeOne(
            Reach reach, UUID collectionId, FileUpload file, JobPriority priority, AtomicInteger entriesLeft) {
        // A part counts as a file by its content type alone; then it has no name.
        String name = Objects.requireNonNullElse(file.fileName(), "");
        String path;
        try {
            path = SourcePaths.normalise(name);
        } catch (ProblemException unusable) {
            return Uni.createFrom().item(List.of(refused(name, "invalid_path", unusable)));
        }
        return offload.interactive(() -> UploadedFile.inspect(file.uploadedFile()))
                .chain(inspected -> UploadedArchive.isArchive(path)
                        ? takeArchive(reach, collectionId, path, inspected, priority, entriesLeft)
                        : store(reach, collectionId, path, inspected, priority).map(List::of));
    }

    /** Takes the files of an archive as if it were a folder; an archive beyond the limits is refused as a whole. */
    private Uni<List<UploadResult.Item>> takeArchive(
            Reach reach,
            UUID collectionId,
            String path,
            UploadedFile file,
            JobPriority priority,
            AtomicInteger entriesLeft) {
        if (file.sizeBytes() == 0) {
            return store(reach, collectionId, path, file, priority).map(List::of);
        }
        return expand(reach, collectionId, path, file, priority, entriesLeft, Set.of())
                .onFailure(ExtractionException.class)
                .recoverWithUni(failure -> refuse(reach, collectionId, path, file, (ExtractionException) failure)
                        .map(List::of));
    }

    /** Whether a file of that name with these first bytes can be an archive whose files are taken. */
    public static boolean isArchive(String path, byte[] head) {
        return UploadedArchive.isArchive(path) && UploadedArchive.isZip(head);
    }

    /**
     * Takes the files of an archive that was held, each judged for itself as if it came now.
     *
     * @param waived rules that are not applied to the archive
     * @return what became of its files; fails with {@link ExtractionException} when the archive is refused again, or cannot be read
     */
    public Uni<List<UploadResult.Item>> expand(
            Reach reach, UUID collectionId, String path, UploadedFile archive, Set<SafetyRule> waived) {
        AtomicInteger entriesLeft = new AtomicInteger(archives.maxEntries());
        return expand(reach, collectionId, path, archive, JobPriority.NORMAL, entriesLeft, waived)
                .invoke(jobs::announce);
    }

    private Uni<List<UploadResult.Item>> expand(
            Reach reach,
            UUID collectionId,
            String path,
            UploadedFile file,
            JobPriority priority,
            AtomicInteger entriesLeft,
            Set<SafetyRule> waived) {
        boolean anyRatio = waived.contains(SafetyRule.ARCHIVE_BOMB);
        return unlessGone(gone -> offload.interactive(() -> {
                    rules.check(file.head(), file.contentHash(), waived);
                    return UploadedArchive.open(file, archives, entriesLeft.get(), anyRatio);
                })
                .chain(archive -> {
                    entriesLeft.addAndGet(-archive.files().size());
                    return Multi.createFrom()
                            .iterable(archive.files())
                            .select()
                            .first(entry -> !gone.get())
                            .onItem()
                            .transformToUniAndConcatenate(
                                    entry -> takeEntry(reach, collectionId, path, archive, entry, priority))
                            .collect()
                            .asList()
                            .eventually(() -> cleanUp(() -> {
                                archive.close();
                                return true;
                            }));
                }));
    }

    /**
     * Cuts the cancellation off that comes when a client disconnects, since what was begun would then leave open and temporary files
     * behind; the work is told instead, and is to end soon.
     */
    private static <T> Uni<T> unlessGone(Function<AtomicBoolean, Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean gone = new AtomicBoolean();
            emitter.onTermination(() -> gone.set(true));
            work.apply(gone).subscribe().with(emitter::complete, emitter::fail);
        });
    }

    /** Runs even when the interactive workers refuse more work. */
    private Uni<Boolean> cleanUp(Callable<Boolean> work) {
        return offload.interactive(work).onFailure(ProblemException.class).recoverWithUni(() -> offload.bulk(work));
    }

    private Uni<UploadResult.Item> takeEntry(
            Reach reach,
            UUID collectionId,
            String archivePath,
            UploadedArchive archive,
            ZipEntry entry,
            JobPriority priority) {
        String path;
        try {
            path = SourcePaths.normalise(archivePath + "/" + entry.getName());
        } catch (ProblemException unusable) {
            return Uni.createFrom().item(refused(archivePath + "/" + entry.getName(), "invalid_path", unusable));
        }
        return offload.interactive(
                        () -> archive.unpack(entry, config.maxDocumentSize().asLongValue()))
                .chain(unpacked -> (UploadedArchive.isNested(path) && unpacked.sizeBytes() > 0
                                ? refuse(reach, collectionId, path, unpacked, nested())
                                : store(reach, collectionId, path, unpacked, priority))
                        .eventually(() -> cleanUp(() -> Files.deleteIfExists(unpacked.path()))))
                .onFailure(ExtractionException.class)
                .recoverWithItem(failure -> {
                    ExtractionException refusal = (ExtractionException) failure;
                    return refused(path, refusal.code().wireName(), String.valueOf(refusal.getMessage()));
                });
    }

    private static ExtractionException nested() {
        return new ExtractionException(
                ExtractionCode.NESTED_ARCHIVE, "An archive inside an archive is not unpacked; send it by itself.");
    }

    private Uni<UploadResult.Item> store(
            Reach reach, UUID collectionId, String path, UploadedFile file, JobPriority priority) {
        if (SafetyRules.isPlaceholder(path, file.sizeBytes())) {
            return Uni.createFrom().item(new UploadResult.Item(path, UploadResult.SKIPPED, false, null, null, null));
        }
        DocumentType type;
        try {
            type = files.typeOf(path, file);
        } catch (ExtractionException e) {
            return refuse(reach, collectionId, path, file, e);
        }
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection -> files.take(tx, collection, path, file, type, priority))
                .map(taken -> item(path, taken.accepted(), taken.jobId())));
    }

    private boolean isTooLarge(UploadedFile file) {
        return file.sizeBytes() > config.maxDocumentSize().asLongValue();
    }

    /** Keeps what may do harm apart, and of everything else that is refused a record. */
    private Uni<UploadResult.Item> refuse(
            Reach reach, UUID collectionId, String path, UploadedFile file, ExtractionException refusal) {
        Optional<SafetyRule> rule = SafetyRule.ofWireName(refusal.code().wireName());
        return rule.isPresent() && !isTooLarge(file)
                ? quarantine(reach, collectionId, path, file, rule.get(), error(refusal))
                : reject(reach, collectionId, path, file, error(refusal));
    }

    private Uni<UploadResult.Item> quarantine(
            Reach reach,
            UUID collectionId,
            String path,
            UploadedFile file,
            SafetyRule rule,
            DocumentView.ErrorView error) {
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection -> files.hold(tx, collection, path, file, rule, error))
                .map(accepted -> new UploadResult.Item(
                        path,
                        accepted.state(),
                        accepted.outcome() == Outcome.DUPLICATE,
                        accepted.id(),
                        accepted.jobId(),
                        accepted.state().equals(DocumentState.QUARANTINED.wireName()) ? error : null)));
    }

    /** Keeps a refused file on record, without its bytes, so that a list of documents shows why it is not found. */
    private Uni<UploadResult.Item> reject(
            Reach reach, UUID collectionId, String path, UploadedFile file, DocumentView.ErrorView error) {
        return database.writeSql(tx -> collections
                .requireForWriting(tx, reach, collectionId)
                .chain(collection ->
                        intake.accept(tx, collectionId, FileDocuments.refused(path, file), DocumentState.REJECTED))
                .call(accepted ->
                        documents.failed(tx, accepted.id(), accepted.revision(), DocumentState.REJECTED, error))
                .map(accepted -> new UploadResult.Item(
                        path, DocumentState.REJECTED.wireName(), false, accepted.id(), null, error)));
    }

    private static UploadResult.Item item(String path, Accepted accepted, @Nullable UUID jobId) {
        return new UploadResult.Item(
                path, accepted.state(), accepted.outcome() == Outcome.DUPLICATE, accepted.id(), jobId, null);
    }

    private static DocumentView.ErrorView error(ExtractionException failure) {
        return new DocumentView.ErrorView(failure.code().wireName(), String.valueOf(failure.getMessage()));
    }

    private static UploadResult.Item refused(String path, String code, ProblemException problem) {
        return refused(path, code, problem.problem().detail());
    }

    private static UploadResult.Item refused(String path, String code, String detail) {
        return new UploadResult.Item(
                path, DocumentState.REJECTED.wireName(), false, null, null, new DocumentView.ErrorView(code, detail));
    }
}
