package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** The documents of a collection as entries of the archive of a backup, one after the other. */
@ApplicationScoped
class BackupEntries {
    private static final String CONTENTS = "contents/";
    private static final String LEFT_OUT = "left-out/";
    private static final int PAGE = 100;

    private final Database database;
    private final BackupContents contents;
    private final Offload offload;

    BackupEntries(Database database, BackupContents contents, Offload offload) {
        this.database = database;
        this.contents = contents;
        this.offload = offload;
    }

    /** The entries of all documents of a collection, which are counted as they are written. */
    Multi<Buffer> all(UUID collectionId, BackupZip zip, BackupTally tally) {
        return documents(collectionId)
                .onItem()
                .transformToMultiAndConcatenate(document -> document(zip, document, tally, CollectionBackup.ATTEMPTS));
    }

    /** Pages of documents by id, which ascends with time, up to the newest of now. */
    private Multi<BackupDocument> documents(UUID collectionId) {
        UUID newest = UuidV7.next();
        AtomicReference<UUID> after = new AtomicReference<>(new UUID(0, 0));
        return Multi.createBy()
                .repeating()
                .uni(() -> database.readSql(connection -> connection
                                .preparedQuery("select " + BackupDocument.COLUMNS + """
                                         from document d where d.collection_id = $1 and d.id > $2 and d.id <= $3
                                        order by d.id limit $4""")
                                .execute(Tuple.of(collectionId, after.get(), newest, PAGE)))
                        .map(rows -> {
                            List<BackupDocument> page = new ArrayList<>();
                            rows.forEach(row -> page.add(BackupDocument.of(row)));
                            if (!page.isEmpty()) {
                                after.set(page.get(page.size() - 1).id());
                            }
                            return page;
                        }))
                .whilst(page -> page.size() == PAGE)
                .onItem()
                .<BackupDocument>disjoint();
    }

    /** What is stored of a document is not what came. */
    private static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Damaged() {
            super("the bytes of the document are not those that came", null, false, false);
        }
    }

    /** The bytes of a document, then what describes it: bytes that nothing describes count for nothing when it is restored. */
    private Multi<Buffer> document(BackupZip zip, BackupDocument document, BackupTally tally, int attempts) {
        if (!document.kept() && !document.indexed()) {
            return leftOut(zip, document, tally, BackupOmission.NO_CONTENT);
        }
        if (document.kept() && document.isQuarantined()) {
            return withoutBytes(
                    zip, document, tally, attempts, BackupOmission.QUARANTINED, BackupOmission.QUARANTINED_TEXT_KEPT);
        }
        String entry = CONTENTS + document.id() + "-" + document.revision()
                + (attempts == CollectionBackup.ATTEMPTS ? "" : "-" + (CollectionBackup.ATTEMPTS - attempts));
        BackupReading reading = new BackupReading();
        Multi<Buffer> content =
                document.kept() ? contents.original(zip, document, reading) : contents.text(zip, document, reading);
        Uni<Buffer> end = Uni.createFrom()
                .deferred(() -> offload.bulk(() -> {
                    Buffer described = zip.entry(
                            CollectionBackup.DOCUMENTS + document.id() + ".json",
                            CollectionBackup.json(description(document, entry, reading.sha256())));
                    tally.takeIn();
                    return described;
                }));
        return Multi.createBy()
                .concatenating()
                .streams(offload.bulk(() -> zip.begin(entry)).toMulti(), content, end.toMulti())
                .onFailure(BackupReading.Superseded.class)
                .recoverWithMulti(() -> again(document.id())
                        .onItem()
                        .transformToMulti(now -> now.isEmpty()
                                ? Multi.createFrom().<Buffer>empty()
                                : afterChange(zip, document, now.get(), tally, attempts)))
                .onFailure(Damaged.class)
                .recoverWithMulti(() -> damaged(zip, document, tally, attempts));
    }

    private static JsonObject description(BackupDocument document, String entry, String sha256) {
        JsonObject description =
                document.description().copy().put("content", entry).put("original", document.kept());
        if (!document.kept()) {
            return description.put(CollectionBackup.TEXT_SHA256, sha256);
        }
        if (!sha256.equals(document.sha256())) {
            throw new Damaged();
        }
        return description;
    }

    private Multi<Buffer> afterChange(
            BackupZip zip, BackupDocument before, BackupDocument now, BackupTally tally, int attempts) {
        if (before.kept() && now.kept() && now.revision() == before.revision()) {
            return damaged(zip, now, tally, attempts);
        }
        return attempts <= 1
                ? leftOut(zip, now, tally, BackupOmission.CHANGED)
                : document(zip, now, tally, attempts - 1);
    }

    /** In place of bytes that are not whole the text that was made of them while they were. */
    private Multi<Buffer> damaged(BackupZip zip, BackupDocument document, BackupTally tally, int attempts) {
        return withoutBytes(zip, document, tally, attempts, BackupOmission.DAMAGED, BackupOmission.DAMAGED_TEXT_KEPT);
    }

    /** In place of the bytes the text that is indexed; where that cannot be had either, this is the reason that is named. */
    private Multi<Buffer> withoutBytes(
            BackupZip zip,
            BackupDocument document,
            BackupTally tally,
            int attempts,
            BackupOmission all,
            BackupOmission textKept) {
        return document.indexed()
                ? Multi.createBy()
                        .concatenating()
                        .streams(
                                document(zip, document.asText(), tally, attempts - 1),
                                leftOut(zip, document, tally, textKept))
                : leftOut(zip, document, tally, all);
    }

    /** Names a document that is not in the archive, or not as it was, once. */
    private Multi<Buffer> leftOut(BackupZip zip, BackupDocument document, BackupTally tally, BackupOmission why) {
        JsonObject named = new JsonObject()
                .put("id", document.id().toString())
                .put("title", document.description().getString("title"))
                .put("source_path", document.description().getString("source_path"))
                .put("state", document.state())
                .put("reason", why.name().toLowerCase(Locale.ROOT))
                .put("detail", why.detail);
        return Multi.createFrom()
                .deferred(() -> tally.leaveOut(document.id(), why)
                        ? offload.bulk(() ->
                                        zip.entry(LEFT_OUT + document.id() + ".json", CollectionBackup.json(named)))
                                .toMulti()
                        : Multi.createFrom().<Buffer>empty());
    }

    private Uni<Optional<BackupDocument>> again(UUID id) {
        return database.readSql(connection -> connection
                        .preparedQuery("select " + BackupDocument.COLUMNS + " from document d where d.id = $1")
                        .execute(Tuple.of(id)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(BackupDocument.of(rows.iterator().next())));
    }
}
