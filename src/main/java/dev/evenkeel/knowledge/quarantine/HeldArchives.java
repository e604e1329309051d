package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.knowledge.CollectionRepository;
import dev.evenkeel.knowledge.FileDocuments;
import dev.evenkeel.knowledge.UploadResult;
import dev.evenkeel.knowledge.UploadService;
import dev.evenkeel.knowledge.UploadedFile;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.quarantine.Quarantine.Held;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SessionLocks;
import dev.evenkeel.platform.files.TemporaryFiles;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Archives in quarantine: unpacked from the database as they would have been when they came. */
@ApplicationScoped
class HeldArchives {
    private static final String BUSY = "It is being restored already.";
    private static final int MAX_AT_ONCE = 4;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Database database;
    private final Offload offload;
    private final Originals originals;
    private final Quarantine quarantine;
    private final UploadService uploads;
    private final CollectionRepository collections;
    private final FileDocuments documents;
    private final SessionLocks locks;

    /** The items whose archives are being unpacked here, each of which holds a connection. */
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();

    HeldArchives(
            Database database,
            Offload offload,
            Originals originals,
            Quarantine quarantine,
            UploadService uploads,
            CollectionRepository collections,
            FileDocuments documents,
            SessionLocks locks) {
        this.database = database;
        this.offload = offload;
        this.originals = originals;
        this.quarantine = quarantine;
        this.uploads = uploads;
        this.collections = collections;
        this.documents = documents;
        this.locks = locks;
    }

    /**
     * Does what is done with an archive, unless some replica is at it already, or this one at too many. Goes on when the client has gone: what was begun would
     * be left behind.
     *
     * @return what the work returns; fails with 409 when the archive is being worked on, and as overloaded when too many are
     */
    <T> Uni<T> alone(UUID itemId, Uni<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (!busy.add(itemId)) {
                emitter.fail(ProblemException.conflict(BUSY));
                return;
            }
            if (busy.size() > MAX_AT_ONCE) {
                busy.remove(itemId);
                emitter.fail(ProblemException.overloaded(
                        "Too many archives are being restored; try again later.", RETRY_AFTER));
                return;
            }
            locks.holding("quarantine " + itemId, BUSY, work)
                    .onTermination()
                    .invoke(() -> busy.remove(itemId))
                    .subscribe()
                    .with(emitter::complete, emitter::fail);
        });
    }

    /**
     * Takes the files that are in an archive; to be done {@linkplain #alone alone}.
     *
     * @return what became of them; fails with {@link dev.evenkeel.knowledge.ingestion.extract.ExtractionException} when the archive
     *     is refused still, and with 409 when its bytes are gone
     */
    Uni<List<UploadResult.Item>> expand(Reach reach, Held held) {
        return offload.interactive(() -> TemporaryFiles.create("quarantine-", ".tmp"))
                .chain(file -> spool(held, file)
                        .chain(() -> offload.interactive(() -> UploadedFile.inspect(file)))
                        .chain(whole -> uploads.expand(
                                reach,
                                held.collectionId(),
                                Objects.requireNonNull(held.sourcePath()),
                                whole,
                                held.waivedNow()))
                        .eventually(() -> offload.bulk(() -> Files.deleteIfExists(file))));
    }

    private Uni<Void> spool(Held held, Path file) {
        int parts = Math.toIntExact((held.sizeBytes() + Originals.PART_BYTES - 1) / Originals.PART_BYTES);
        return Multi.createFrom()
                .range(0, parts)
                .onItem()
                .transformToUniAndConcatenate(no -> database.readSql(
                                connection -> originals.read(connection, held.documentId(), held.revision(), no))
                        .onItem()
                        .ifNull()
                        .failWith(() -> ProblemException.conflict("Its bytes are not there any more."))
                        .chain(part -> offload.interactive(() -> Files.write(file, part, StandardOpenOption.APPEND))))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Removes an archive whose files have been taken; fails with 404 when it is not held any more. */
    Uni<Void> remove(SqlConnection tx, Reach reach, Held held) {
        return collections
                .requireForWriting(tx, reach, held.collectionId())
                .chain(collection -> quarantine
                        .lock(tx, reach, held.id())
                        .chain(still -> documents.remove(tx, collection, still.documentId())));
    }
}
