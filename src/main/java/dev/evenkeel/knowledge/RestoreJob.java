package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.RestoreArchive.Unpacked;
import dev.evenkeel.knowledge.RestoreRepository.Outcome;
import dev.evenkeel.knowledge.RestoreRepository.State;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.files.TemporaryFiles;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.JobSnapshot;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes a collection from an archive that was received. Each document is stored in one transaction with how far the restore is, so that
 * a run that is repeated neither leaves one out nor takes one twice. Nobody sees the collection until all its documents are stored; then it
 * appears, and their jobs begin, in one transaction.
 */
@ApplicationScoped
class RestoreJob implements JobHandler {
    static final String KIND = "knowledge.restore";

    private static final Logger LOG = Logger.getLogger(RestoreJob.class);

    /** Until there is room on a disk, or the database is less busy. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final String RESTORE_ID = "restore_id";
    private static final String COLLECTION_ID = "collection_id";
    private static final String FETCH = "fetch";
    private static final String DOCUMENTS = "documents";

    /** Parts of the archive that are fetched between two signs of life. */
    private static final int PARTS_A_SIGN = 16;

    private final Database database;
    private final RestoreRepository restores;
    private final DocumentRepository documents;
    private final DocumentIntake intake;
    private final Originals originals;
    private final IngestionJobs ingestion;
    private final CollectionPurge purge;
    private final Offload offload;
    private final KnowledgeConfig config;
    private final RestoreConfig limits;

    RestoreJob(
            Database database,
            RestoreRepository restores,
            DocumentRepository documents,
            DocumentIntake intake,
            Originals originals,
            IngestionJobs ingestion,
            CollectionPurge purge,
            Offload offload,
            KnowledgeConfig config,
            RestoreConfig limits) {
        this.database = database;
        this.restores = restores;
        this.documents = documents;
        this.intake = intake;
        this.originals = originals;
        this.ingestion = ingestion;
        this.purge = purge;
        this.offload = offload;
        this.config = config;
        this.limits = limits;
    }

    static JsonObject payload(UUID restoreId, @Nullable UUID collectionId) {
        JsonObject payload = new JsonObject().put(RESTORE_ID, restoreId.toString());
        return collectionId == null ? payload : payload.put(COLLECTION_ID, collectionId.toString());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(FETCH, DOCUMENTS);
    }

    /** Each has an archive on the disk of its replica. */
    @Override
    public int maxConcurrent() {
        return 1;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        UUID id = UUID.fromString(run.payload().getString(RESTORE_ID));
        return database.bulkSql(tx -> restores.find(tx, id))
                .map(found -> found.orElseThrow(RestoreJob::gone))
                .chain(state -> offload.bulk(() -> TemporaryFiles.create("restore-", ".zip"))
                        .chain(file -> fetch(run, state, file, 0)
                                .chain(() -> offload.bulk(() -> open(file, state)))
                                .chain(archive -> restore(run, state, archive)
                                        .eventually(() -> offload.bulk(() -> {
                                            archive.close();
                                            return true;
                                        })))
                                .eventually(() -> offload.bulk(() -> Files.deleteIfExists(file)))))
                .onFailure()
                .transform(RestoreJob::waitable);
    }

    /** The archive was accepted: a full disk of a replica, or a database that takes too long, is waited out. */
    static Throwable waitable(Throwable failure) {
        if (failure instanceof PermanentFailure || DatabaseFailures.isConnectionLost(failure)) {
            return failure;
        }
        boolean slow = DatabaseFailures.isTimedOut(failure);
        for (Throwable cause = failure; cause != null && !slow; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                LOG.warnf(failure, "A restore waits: its replica cannot write or read a temporary file");
                return new RetryLater(
                        PAUSE, "The replica cannot write or read a temporary file; its disk may be full.");
            }
        }
        return slow ? new RetryLater(PAUSE, "The database took too long.") : failure;
    }

    private static PermanentFailure gone() {
        return new PermanentFailure("archive_gone", "What was received is not here any more; send the archive again.");
    }

    private Uni<Void> fetch(JobRun run, State state, Path file, int partNo) {
        int parts = (int) ((state.plan().archive().sizeBytes() + Originals.PART_BYTES - 1) / Originals.PART_BYTES);
        Uni<Void> sign = partNo % PARTS_A_SIGN == 0 || partNo == parts
                ? run.progress(FETCH, partNo, parts)
                : Uni.createFrom().voidItem();
        return partNo == parts
                ? sign
                : sign.chain(() -> database.bulkSql(tx -> restores.part(tx, state.id(), partNo)))
                        .map(part -> part.orElseThrow(RestoreJob::gone))
                        .chain(part -> offload.bulk(() -> Files.write(file, part, StandardOpenOption.APPEND)))
                        .chain(() -> fetch(run, state, file, partNo + 1));
    }

    private RestoreArchive open(Path file, State state) throws IOException {
        try {
            return RestoreArchive.open(file, state.plan().name(), limits, config);
        } catch (ProblemException e) {
            // It was checked when it came: a limit has been lowered since.
            throw new PermanentFailure("archive_refused", String.valueOf(e.getMessage()), e);
        }
    }

    private Uni<Void> restore(JobRun run, State state, RestoreArchive archive) {
        Work work = new Work(run, archive, state);
        Uni<Void> begun = state.plan().dryRun() && state.done() > 0
                ? run.step(DOCUMENTS, 0, work.total(), tx -> restores.reset(tx, state))
                        .invoke(() -> work.state = state.fromTheStart())
                : Uni.createFrom().voidItem();
        return begun.chain(() -> next(work))
                .chain(() -> run.finish(tx -> finish(tx, work.state)))
                .invoke(ingestion::announce);
    }

    /** One attempt. */
    private static final class Work {
        private final JobRun run;
        private final RestoreArchive archive;

        /** In a dry run what the documents so far are known by. */
        private final Set<String> known = new HashSet<>();

        private State state;

        Work(JobRun run, RestoreArchive archive, State state) {
            this.run = run;
            this.archive = archive;
            this.state = state;
        }

        int total() {
            return archive.documents().size();
        }
    }

    private Uni<Void> next(Work work) {
        return Multi.createBy()
                .repeating()
                .uni(() -> work.state.done() < work.total()
                        ? take(work).replaceWith(true)
                        : Uni.createFrom().item(false))
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The next document: stored, or named as left out. */
    private Uni<Void> take(Work work) {
        String entry = work.archive.documents().get(work.state.done());
        return offload.bulk(() -> work.archive.unpack(entry))
                .chain(unpacked -> step(work, entry, unpacked.file().sizeBytes(), tx -> store(tx, work, unpacked))
                        .eventually(() -> offload.bulk(
                                () -> Files.deleteIfExists(unpacked.file().path()))))
                .onFailure(RestoreArchive::isBeyondLimit)
                .transform(failure -> tooLarge(String.valueOf(failure.getMessage())))
                .onFailure(ExtractionException.class)
                .recoverWithUni(failure -> step(
                        work,
                        entry,
                        0,
                        tx -> Uni.createFrom().item(Optional.of(String.valueOf(failure.getMessage())))));
    }

    private static PermanentFailure tooLarge(String why) {
        return new PermanentFailure("archive_too_large", why + " See evenkeel.knowledge.restore.max-unpacked-size.");
    }

    /**
     * Deals with a document in the transaction that says that it is done.
     *
     * @param storing nothing when the document was taken, or why it was not
     */
    private Uni<Void> step(
            Work work, String entry, long sizeBytes, Function<SqlConnection, Uni<Optional<String>>> storing) {
        State before = work.state;
        return work.run
                .step(
                        DOCUMENTS,
                        before.done() + 1L,
                        work.total(),
                        tx -> storing.apply(tx)
                                .chain(reason -> reason.isEmpty()
                                        ? save(tx, before.taken(sizeBytes))
                                        : restores.skip(tx, before.id(), before.skipped(), entry, reason.get())
                                                .chain(() -> save(tx, before.skippedOne()))))
                .invoke(after -> work.state = after)
                .replaceWithVoid();
    }

    private Uni<State> save(SqlConnection tx, State after) {
        return restores.save(tx, after).map(there -> {
            if (!there) {
                throw gone();
            }
            return after;
        });
    }

    private Uni<Optional<String>> store(SqlConnection tx, Work work, Unpacked unpacked) {
        DocumentDraft draft = unpacked.draft();
        long maxBytes = limits.maxUnpackedSize().asLongValue();
        if (work.state.bytes() + draft.sizeBytes() > maxBytes) {
            throw tooLarge("The documents have more than the limit of " + maxBytes + " bytes.");
        }
        String twice = draft.sourcePath() == null
                ? "It is in the archive twice."
                : "Another document of the archive has its path.";
        UUID into = work.state.collectionId();
        if (into == null) {
            String identity = draft.sourcePath() == null
                    ? "content " + HexFormat.of().formatHex(draft.contentHash())
                    : "path " + draft.sourcePath();
            return Uni.createFrom().item(work.known.add(identity) ? Optional.empty() : Optional.of(twice));
        }
        return documents
                .findSame(tx, into, draft)
                .chain(same -> same.isPresent()
                        ? Uni.createFrom().item(Optional.of(twice))
                        : intake.accept(tx, into, draft, DocumentState.QUEUED)
                                .chain(accepted -> writeParts(tx, accepted, unpacked.file(), 0))
                                .replaceWith(Optional.empty()));
    }

    private Uni<Void> writeParts(SqlConnection tx, Accepted accepted, UploadedFile file, int partNo) {
        long offset = (long) partNo * Originals.PART_BYTES;
        return offset >= file.sizeBytes()
                ? Uni.createFrom().voidItem()
                : offload.interactive(() -> file.part(offset, Originals.PART_BYTES))
                        .chain(part -> originals.write(tx, accepted.id(), accepted.revision(), partNo, part))
                        .chain(() -> writeParts(tx, accepted, file, partNo + 1));
    }

    private Uni<Void> finish(SqlConnection tx, State state) {
        UUID collectionId = state.collectionId();
        return restores.finish(tx, state.id(), Outcome.SUCCEEDED, null)
                .invoke(ended -> {
                    if (!ended) {
                        throw gone();
                    }
                })
                .chain(() -> collectionId == null ? Uni.createFrom().voidItem() : appear(tx, collectionId));
    }

    /** From the commit on the collection is there with all its documents, and their jobs are queued. */
    private Uni<Void> appear(SqlConnection tx, UUID collectionId) {
        return tx.preparedQuery("update collection as c set deleted_at = null where c.id = $1 returning "
                        + CollectionRef.COLUMNS)
                .execute(Tuple.of(collectionId))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> new PermanentFailure(
                        "name_taken", "There is a collection of this name by now; restore it under another.", taken))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw gone();
                    }
                    return CollectionRef.of(rows.iterator().next());
                })
                .chain(collection -> ingestion.enqueueAll(tx, collectionId, collection.within(), JobPriority.NORMAL));
    }

    @Override
    public Uni<Void> cancelled(SqlConnection tx, JobSnapshot job) {
        return givenUp(tx, job, Outcome.CANCELLED, null);
    }

    /** With its archive and its collection, both of which a restore that failed keeps for a while. */
    @Override
    public Uni<Void> retried(SqlConnection tx, JobSnapshot job) {
        return restores.reopen(tx, UUID.fromString(job.payload().getString(RESTORE_ID)));
    }

    @Override
    public Uni<Void> failed(SqlConnection tx, JobSnapshot job, String code, String reason) {
        return givenUp(tx, job, Outcome.FAILED, reason);
    }

    private Uni<Void> givenUp(SqlConnection tx, JobSnapshot job, Outcome outcome, @Nullable String why) {
        String collectionId = job.payload().getString(COLLECTION_ID);
        return restores.finish(tx, UUID.fromString(job.payload().getString(RESTORE_ID)), outcome, why)
                .chain(() -> collectionId == null
                        ? Uni.createFrom().voidItem()
                        : removeCollection(tx, UUID.fromString(collectionId)));
    }

    /** Removes a collection that nobody has seen, unless a restore can still fill it. */
    Uni<Void> removeCollection(SqlConnection tx, UUID id) {
        return tx.preparedQuery("select " + CollectionRef.COLUMNS
                        + " from collection c where c.id = $1 and c.deleted_at is not null and not "
                        + CollectionRef.BEING_RESTORED)
                .execute(Tuple.of(id))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().voidItem()
                        : purge.enqueue(tx, CollectionRef.of(rows.iterator().next()))
                                .replaceWithVoid());
    }
}
