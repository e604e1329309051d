package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.RestoreRepository.State;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.models.EmbeddingModels;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.jobs.JobQueue;
import dev.evenkeel.platform.jobs.NewJob;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes archives of {@link CollectionBackup} in. An archive is checked and stored with the job that makes a collection from it, in one
 * transaction; what fails on the way leaves nothing behind.
 */
@ApplicationScoped
public class CollectionRestore {
    private static final String INSTALLATION = "installation";

    private final Database database;
    private final CollectionRepository collections;
    private final RestoreRepository restores;
    private final JobQueue jobs;
    private final CorpusState corpora;
    private final EmbeddingModels models;
    private final Offload offload;
    private final KnowledgeConfig config;
    private final RestoreConfig limits;

    /** An open archive is a part of the heap, and one that is being stored has a connection of the jobs. */
    private final Semaphore receiving = new Semaphore(1);

    CollectionRestore(
            Database database,
            CollectionRepository collections,
            RestoreRepository restores,
            JobQueue jobs,
            CorpusState corpora,
            EmbeddingModels models,
            Offload offload,
            KnowledgeConfig config,
            RestoreConfig limits) {
        this.database = database;
        this.collections = collections;
        this.restores = restores;
        this.jobs = jobs;
        this.corpora = corpora;
        this.models = models;
        this.offload = offload;
        this.config = config;
        this.limits = limits;
    }

    /**
     * Begins to restore an archive as a collection of the caller.
     *
     * @param file the archive, on the disk of this replica until the answer is given
     * @param name of the collection, or null for that of the archive
     * @param dryRun only look at everything and say what would be done
     * @throws ProblemException (as failure) 400 when it is no whole archive of a collection or goes beyond a limit; 409 while another restore
     *     of the caller is under way, or, unless it is only to be looked at, when the caller has a collection of the name; 503 while this
     *     replica receives another archive
     */
    Uni<RestoreReport> begin(Caller caller, Path file, @Nullable String name, boolean dryRun) {
        Reach reach = caller.managing();
        return detached(() -> database.readSql(connection -> restores.requireNone(connection, caller.userId()))
                .chain(() -> alone(() -> offload.interactive(() -> read(file, name))
                        .chain(wanted -> database.bulkSql(tx -> receive(tx, caller, wanted, file, dryRun)))))
                .invoke(jobs::announce)
                .chain(id -> report(reach, id)));
    }

    private <T> Uni<T> alone(Supplier<Uni<T>> work) {
        return receiving.tryAcquire()
                ? Uni.createFrom().<T>deferred(work::get).onTermination().invoke(() -> receiving.release())
                : Uni.createFrom()
                        .failure(ProblemException.overloaded(
                                "Another archive is being received; send this one again.", Duration.ofSeconds(5)));
    }

    /** The report of a restore; 404 (as failure) when it is beyond the caller's reach. */
    Uni<RestoreReport> report(Caller caller, UUID id) {
        return report(caller.overseeing(), id);
    }

    private Uni<RestoreReport> report(Reach reach, UUID id) {
        var shown = new RestoreReport.Limits(
                RestoreArchive.maxDocuments(limits), limits.maxUnpackedSize().asLongValue());
        return database.readSql(connection -> restores.view(connection, reach, id, shown));
    }

    /** A transaction that has begun runs to its end also when the client goes. */
    private static <T> Uni<T> detached(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> work.get().subscribe().with(emitter::complete, emitter::fail));
    }

    /** What an archive asks for. */
    private record Wanted(NewCollection collection, String language, RestoreReport.Archive archive) {
        String embeddingModel() {
            return Objects.requireNonNullElse(collection.embeddingModel(), CollectionService.DEFAULT_MODEL);
        }
    }

    private Wanted read(Path file, @Nullable String name) throws IOException {
        try (RestoreArchive archive = RestoreArchive.open(file, name, limits, config)) {
            PlainText.requireStorable("embedding_model", archive.collection().embeddingModel());
            Chunking.DEFAULT.with(archive.collection().chunking(), config.chunkMaxTokens());
            return new Wanted(archive.collection(), archive.language(), archive.summary());
        }
    }

    private Uni<UUID> receive(SqlConnection tx, Caller caller, Wanted wanted, Path file, boolean dryRun) {
        UUID id = UuidV7.next();
        UUID ownerId = caller.userId();
        List<RestoreReport.Conflict> conflicts = new ArrayList<>();
        if (Boolean.FALSE.equals(wanted.archive().complete())) {
            conflicts.add(new RestoreReport.Conflict(
                    "archive_incomplete",
                    "Documents are missing in the archive, or are in it as their text alone: see left-out/ in it."));
        }
        return restores.requireOnlyOne(tx, ownerId)
                .chain(() -> restores.requireNone(tx, ownerId))
                .chain(() -> model(tx, wanted, conflicts))
                .chain(model -> (dryRun
                                ? nameTaken(tx, ownerId, wanted, conflicts)
                                : hidden(tx, ownerId, wanted, model.id()).map(Optional::of))
                        .chain(into -> {
                            var plan = new RestorePlan(
                                    dryRun,
                                    wanted.collection().name(),
                                    model.name(),
                                    wanted.archive(),
                                    List.copyOf(conflicts));
                            UUID collectionId = into.map(CollectionRef::id).orElse(null);
                            return restores.create(tx, new State(id, collectionId, plan, 0, 0, 0), ownerId)
                                    .chain(() ->
                                            store(tx, id, file, wanted.archive().sizeBytes(), 0))
                                    .chain(() -> enqueue(tx, id, ownerId, into));
                        }))
                .replaceWith(id);
    }

    private record Model(UUID id, String name) {}

    /** The model of its name, or the default one where there is none of that name. */
    private Uni<Model> model(SqlConnection tx, Wanted wanted, List<RestoreReport.Conflict> conflicts) {
        String name = wanted.embeddingModel();
        return models.requireId(tx, name)
                .map(id -> new Model(id, name))
                .onFailure(ProblemException.class)
                .recoverWithUni(() -> models.requireId(tx, CollectionService.DEFAULT_MODEL)
                        .invoke(() -> conflicts.add(new RestoreReport.Conflict(
                                "embedding_model_unknown",
                                "There is no embedding model \"" + PlainText.cut(name, 100)
                                        + "\" here; the default one takes its place.")))
                        .map(id -> new Model(id, CollectionService.DEFAULT_MODEL)));
    }

    private Uni<Optional<CollectionRef>> nameTaken(
            SqlConnection tx, @Nullable UUID ownerId, Wanted wanted, List<RestoreReport.Conflict> conflicts) {
        return collections
                .isNameTaken(tx, ownerId, wanted.collection().name())
                .invoke(taken -> {
                    if (taken) {
                        conflicts.add(new RestoreReport.Conflict(
                                "name_taken",
                                CollectionRepository.nameTaken().problem().detail()));
                    }
                })
                .replaceWith(Optional.empty());
    }

    /** The collection, marked as deleted from the moment on in which it is there. */
    private Uni<CollectionRef> hidden(SqlConnection tx, @Nullable UUID ownerId, Wanted wanted, UUID modelId) {
        UUID id = UuidV7.next();
        return collections
                .insert(tx, id, ownerId, wanted.collection().name(), wanted.collection(), wanted.language(), modelId)
                .call(created -> corpora.create(tx, created.corpusNo()))
                .call(() -> tx.preparedQuery("update collection set deleted_at = now() where id = $1")
                        .execute(Tuple.of(id)));
    }

    private Uni<Void> store(SqlConnection tx, UUID id, Path file, long sizeBytes, int partNo) {
        long offset = (long) partNo * Originals.PART_BYTES;
        return offset >= sizeBytes
                ? Uni.createFrom().voidItem()
                : offload.interactive(() -> UploadedFile.part(file, offset, Originals.PART_BYTES))
                        .chain(part -> restores.writePart(tx, id, partNo, part))
                        .chain(() -> store(tx, id, file, sizeBytes, partNo + 1));
    }

    /** One restore of an owner at a time: an archive is large, and stored until its job is done. */
    private Uni<Void> enqueue(SqlConnection tx, UUID id, @Nullable UUID ownerId, Optional<CollectionRef> into) {
        UUID collectionId = into.map(CollectionRef::id).orElse(null);
        return jobs.enqueue(
                        tx,
                        new NewJob(
                                RestoreJob.KIND,
                                RestoreJob.payload(id, collectionId),
                                JobPriority.NORMAL,
                                ownerId == null ? INSTALLATION : ownerId.toString(),
                                collectionId,
                                new Reach(ownerId, collectionId)))
                .chain(jobId -> restores.setJob(tx, id, jobId)
                        .onFailure(DatabaseFailures::isUniqueViolation)
                        .transform(another -> RestoreRepository.underWay(jobId)));
    }
}
