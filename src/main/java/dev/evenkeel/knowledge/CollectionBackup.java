package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A collection as a ZIP archive: its settings, and of each document the bytes as they came, path, title, type and metadata. Sent as it is read, a
 * part at a time, when the client has taken the part before. Each document is as it was at one moment; documents that come after the
 * archive was begun are not in it, nor those that are deleted before their turn comes. Of a document whose bytes were not kept the
 * archive has the text of its chunks. What else is not in it, or not as it was, it names below {@code left-out/} and counts at its end.
 */
@ApplicationScoped
public class CollectionBackup {
    private static final Logger LOG = Logger.getLogger(CollectionBackup.class);

    static final int FORMAT = 1;
    static final String MANIFEST = "manifest.json";
    static final String DOCUMENTS = "documents/";
    static final String END = "end.json";

    /** Of a document without its bytes: the hash of the text that is there instead. */
    static final String TEXT_SHA256 = "text_sha256";

    /** More would need a directory that no restore holds in memory. */
    static final int MOST_DOCUMENTS = 100_000;

    /** Room for what describes a document, apart from its metadata. */
    private static final int DESCRIPTION_BYTES = 8 * 1024;

    /** How often a document is begun that is replaced while it is being read. */
    static final int ATTEMPTS = 3;

    private static final String CONTENTS = "contents/";
    private static final String LEFT_OUT = "left-out/";
    private static final int PAGE = 100;
    private static final int CHUNKS_AT_ONCE = 100;

    private final Database database;
    private final CollectionRepository collections;
    private final Originals originals;
    private final Offload offload;
    private final RestoreConfig limits;

    CollectionBackup(
            Database database,
            CollectionRepository collections,
            Originals originals,
            Offload offload,
            RestoreConfig limits) {
        this.database = database;
        this.collections = collections;
        this.originals = originals;
        this.offload = offload;
        this.limits = limits;
    }

    /** An archive, named for a file; what it came to is known when all its bytes have been taken. */
    public record Archive(String fileName, Multi<Buffer> bytes, Tally tally) {}

    /** What an archive has. */
    public static final class Tally {
        private final AtomicInteger documents = new AtomicInteger();
        private final AtomicInteger leftOut = new AtomicInteger();
        private volatile boolean complete = true;

        /** The last that was named as left out; a document is dealt with to its end before the next begins. */
        private volatile @Nullable UUID named;

        /** Whether it has the content of every document that has any, as it was. */
        public boolean isComplete() {
            return complete;
        }

        /** Documents that are not in it, or not as they were; those among them of which nothing is stored leave it complete. */
        public int leftOut() {
            return leftOut.get();
        }

        /** Counts a document that is left out; false when it has been. */
        private boolean leaveOut(UUID id, Omission why) {
            if (id.equals(named)) {
                return false;
            }
            named = id;
            leftOut.incrementAndGet();
            if (why != Omission.NO_CONTENT) {
                complete = false;
            }
            return true;
        }

        private JsonObject json() {
            return new JsonObject()
                    .put("documents", documents.get())
                    .put("complete", complete)
                    .put("left_out", leftOut.get());
        }
    }

    /** Why a document is not in an archive as it was. */
    private enum Omission {
        NO_CONTENT("Nothing of its content is stored."),
        QUARANTINED("Its bytes are in quarantine, from which nothing is handed out."),
        QUARANTINED_TEXT_KEPT(
                "Its bytes are in quarantine, from which nothing is handed out; the text that is indexed is in the archive."),
        CHANGED("Newer content came each time that it was read."),
        DAMAGED("Its stored bytes are not those that came, or not all of them."),
        DAMAGED_TEXT_KEPT("Its stored bytes are not those that came, or not all of them; its text is in the archive.");

        private final String detail;

        Omission(String detail) {
            this.detail = detail;
        }
    }

    /**
     * The archive of a collection.
     *
     * @throws ProblemException (as failure) before anything is sent: 404, or 422 when it would be larger than
     *     what this installation restores
     */
    public Uni<Archive> of(Caller caller, UUID id) {
        Reach reach = caller.overseeing();
        return database.readSql(connection ->
                        collections.view(connection, reach, id).call(view -> requireRestorable(connection, view.id())))
                .map(view -> {
                    Tally tally = new Tally();
                    return new Archive(fileName(view), bytes(view, tally), tally);
                });
    }

    private Uni<Void> requireRestorable(SqlConnection connection, UUID id) {
        return connection
                .preparedQuery("""
                        select count(*) as documents, coalesce(sum(size_bytes + octet_length(metadata::text)), 0)::bigint as bytes
                        from document where collection_id = $1""")
                .execute(Tuple.of(id))
                .invoke(rows -> {
                    Row row = rows.iterator().next();
                    int maxDocuments = RestoreArchive.maxDocuments(limits);
                    if (row.getLong("documents") > maxDocuments) {
                        throw ProblemException.unprocessable("The collection has " + row.getLong("documents")
                                + " documents; no more than " + maxDocuments
                                + " could be restored (evenkeel.knowledge.restore.max-documents).");
                    }
                    if (row.getLong("bytes") > limits.maxUnpackedSize().asLongValue()) {
                        throw ProblemException.unprocessable("The documents have " + row.getLong("bytes")
                                + " bytes; no more than "
                                + limits.maxUnpackedSize().asLongValue()
                                + " could be restored (evenkeel.knowledge.restore.max-unpacked-size).");
                    }
                })
                .replaceWithVoid();
    }

    /** What the entries of an archive may unpack to: the documents, and besides what describes them. */
    static long maxUnpackedBytes(RestoreConfig limits) {
        return limits.maxUnpackedSize().asLongValue() + (long) limits.maxDocuments() * DESCRIPTION_BYTES;
    }

    private static String fileName(CollectionView view) {
        String safe = view.name().replaceAll("[^A-Za-z0-9._-]+", "-");
        return "evenkeel-" + (safe.length() <= 80 ? safe : safe.substring(0, 80)) + ".zip";
    }

    private Multi<Buffer> bytes(CollectionView view, Tally tally) {
        return Multi.createFrom().deferred(() -> {
            BackupZip zip = new BackupZip();
            Uni<Buffer> head = offload.bulk(() -> zip.entry(MANIFEST, json(manifest(view))));
            Uni<Buffer> tail = Uni.createFrom()
                    .deferred(() -> offload.bulk(() -> {
                        Buffer end = zip.entry(END, json(tally.json()));
                        return end.appendBuffer(zip.finish());
                    }))
                    .invoke(() -> {
                        if (!tally.isComplete()) {
                            LOG.warnf(
                                    "The backup of the collection %s lacks content of documents; they are named in it",
                                    view.id());
                        }
                    });
            Multi<Buffer> middle = documents(view.id())
                    .onItem()
                    .transformToMultiAndConcatenate(document -> document(zip, document, tally, ATTEMPTS));
            return Multi.createBy()
                    .concatenating()
                    .streams(head.toMulti(), middle, tail.toMulti())
                    .filter(buffer -> buffer.length() > 0)
                    .onTermination()
                    .invoke(() -> offload.bulk(zip::release)
                            .subscribe()
                            .with(released -> {}, failure -> LOG.debug("An archive was not closed", failure)));
        });
    }

    private static JsonObject manifest(CollectionView view) {
        return new JsonObject()
                .put("format", FORMAT)
                .put("created_at", Instant.now().toString())
                .put(
                        "collection",
                        new JsonObject()
                                .put("name", view.name())
                                .put("description", view.description())
                                .put("language", view.language())
                                .put("keep_original", view.keepOriginal())
                                .put("embedding_model", view.embeddingModel())
                                .put("contextual_header", view.contextualHeader())
                                .put(
                                        "chunking",
                                        new JsonObject()
                                                .put("strategy", view.chunking().strategy())
                                                .put(
                                                        "max_tokens",
                                                        view.chunking().maxTokens())
                                                .put(
                                                        "overlap_tokens",
                                                        view.chunking().overlapTokens())));
    }

    private static byte[] json(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8);
    }

    /** A document as it is at the moment. */
    private record Stored(
            UUID id,
            int revision,
            long sizeBytes,
            boolean kept,
            boolean indexed,
            String state,
            JsonObject description) {
        private static final String COLUMNS = """
                d.id, d.revision, d.size_bytes, d.indexed_revision, d.state, d.title, d.source_path, d.document_type, d.metadata,
                d.content_hash, d.created_at, exists (select 1 from document_part p
                  where p.document_id = d.id and p.revision = d.revision and p.part_no = 0) as kept""";

        static Stored of(Row row) {
            JsonObject description = new JsonObject()
                    .put("id", row.getUUID("id").toString())
                    .put("title", row.getString("title"))
                    .put("source_path", row.getString("source_path"))
                    .put("document_type", row.getString("document_type"))
                    .put("metadata", row.getJsonObject("metadata"))
                    .put(
                            "created_at",
                            row.getOffsetDateTime("created_at").toInstant().toString())
                    .put(
                            "sha256",
                            HexFormat.of()
                                    .formatHex(row.getBuffer("content_hash").getBytes()));
            return new Stored(
                    row.getUUID("id"),
                    row.getInteger("revision"),
                    row.getLong("size_bytes"),
                    row.getBoolean("kept"),
                    row.getValue("indexed_revision") != null,
                    row.getString("state"),
                    description);
        }

        /** The same, to be read as the text of its chunks. */
        Stored asText() {
            return new Stored(id, revision, sizeBytes, false, indexed, state, description);
        }

        boolean isQuarantined() {
            return state.equals(DocumentState.QUARANTINED.wireName());
        }

        String sha256() {
            return description.getString("sha256");
        }
    }

    /** Pages of documents by id, which ascends with time, up to the newest of now. */
    private Multi<Stored> documents(UUID collectionId) {
        UUID newest = UuidV7.next();
        AtomicReference<UUID> after = new AtomicReference<>(new UUID(0, 0));
        return Multi.createBy()
                .repeating()
                .uni(() -> database.readSql(connection -> connection
                                .preparedQuery("select " + Stored.COLUMNS + """
                                         from document d where d.collection_id = $1 and d.id > $2 and d.id <= $3
                                        order by d.id limit $4""")
                                .execute(Tuple.of(collectionId, after.get(), newest, PAGE)))
                        .map(rows -> {
                            List<Stored> page = new ArrayList<>();
                            rows.forEach(row -> page.add(Stored.of(row)));
                            if (!page.isEmpty()) {
                                after.set(page.get(page.size() - 1).id());
                            }
                            return page;
                        }))
                .whilst(page -> page.size() == PAGE)
                .onItem()
                .<Stored>disjoint();
    }

    /** Newer content came while this one was being sent. */
    private static final class Superseded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Superseded() {
            super("the document has newer content", null, false, false);
        }
    }

    /** What is stored of a document is not what came. */
    private static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Damaged() {
            super("the bytes of the document are not those that came", null, false, false);
        }
    }

    /** The bytes of a document, then what describes it: bytes that nothing describes count for nothing when it is restored. */
    private Multi<Buffer> document(BackupZip zip, Stored document, Tally tally, int attempts) {
        if (!document.kept() && !document.indexed()) {
            return leftOut(zip, document, tally, Omission.NO_CONTENT);
        }
        if (document.kept() && document.isQuarantined()) {
            return withoutBytes(zip, document, tally, attempts, Omission.QUARANTINED, Omission.QUARANTINED_TEXT_KEPT);
        }
        String entry = CONTENTS + document.id() + "-" + document.revision()
                + (attempts == ATTEMPTS ? "" : "-" + (ATTEMPTS - attempts));
        Reading reading = new Reading();
        Multi<Buffer> content = document.kept() ? original(zip, document, reading) : text(zip, document, reading);
        Uni<Buffer> end = Uni.createFrom()
                .deferred(() -> offload.bulk(() -> {
                    Buffer described = zip.entry(
                            DOCUMENTS + document.id() + ".json", json(description(document, entry, reading.sha256())));
                    tally.documents.incrementAndGet();
                    return described;
                }));
        return Multi.createBy()
                .concatenating()
                .streams(offload.bulk(() -> zip.begin(entry)).toMulti(), content, end.toMulti())
                .onFailure(Superseded.class)
                .recoverWithMulti(() -> again(document.id())
                        .onItem()
                        .transformToMulti(now -> now.isEmpty()
                                ? Multi.createFrom().<Buffer>empty()
                                : afterChange(zip, document, now.get(), tally, attempts)))
                .onFailure(Damaged.class)
                .recoverWithMulti(() -> damaged(zip, document, tally, attempts));
    }

    private static JsonObject description(Stored document, String entry, String sha256) {
        JsonObject description =
                document.description().copy().put("content", entry).put("original", document.kept());
        if (!document.kept()) {
            return description.put(TEXT_SHA256, sha256);
        }
        if (!sha256.equals(document.sha256())) {
            throw new Damaged();
        }
        return description;
    }

    private Multi<Buffer> afterChange(BackupZip zip, Stored before, Stored now, Tally tally, int attempts) {
        if (before.kept() && now.kept() && now.revision() == before.revision()) {
            return damaged(zip, now, tally, attempts);
        }
        return attempts <= 1 ? leftOut(zip, now, tally, Omission.CHANGED) : document(zip, now, tally, attempts - 1);
    }

    /** In place of bytes that are not whole the text that was made of them while they were. */
    private Multi<Buffer> damaged(BackupZip zip, Stored document, Tally tally, int attempts) {
        return withoutBytes(zip, document, tally, attempts, Omission.DAMAGED, Omission.DAMAGED_TEXT_KEPT);
    }

    /** In place of the bytes the text that is indexed; where that cannot be had either, this is the reason that is named. */
    private Multi<Buffer> withoutBytes(
            BackupZip zip, Stored document, Tally tally, int attempts, Omission all, Omission textKept) {
        return document.indexed()
                ? Multi.createBy()
                        .concatenating()
                        .streams(
                                document(zip, document.asText(), tally, attempts - 1),
                                leftOut(zip, document, tally, textKept))
                : leftOut(zip, document, tally, all);
    }

    /** Names a document that is not in the archive, or not as it was, once. */
    private Multi<Buffer> leftOut(BackupZip zip, Stored document, Tally tally, Omission why) {
        JsonObject named = new JsonObject()
                .put("id", document.id().toString())
                .put("title", document.description().getString("title"))
                .put("source_path", document.description().getString("source_path"))
                .put("state", document.state())
                .put("reason", why.name().toLowerCase(Locale.ROOT))
                .put("detail", why.detail);
        return Multi.createFrom()
                .deferred(() -> tally.leaveOut(document.id(), why)
                        ? offload.bulk(() -> zip.entry(LEFT_OUT + document.id() + ".json", json(named)))
                                .toMulti()
                        : Multi.createFrom().<Buffer>empty());
    }

    private Uni<Optional<Stored>> again(UUID id) {
        return database.readSql(connection -> connection
                        .preparedQuery("select " + Stored.COLUMNS + " from document d where d.id = $1")
                        .execute(Tuple.of(id)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Stored.of(rows.iterator().next())));
    }

    private Multi<Buffer> original(BackupZip zip, Stored document, Reading reading) {
        int parts = (int) ((document.sizeBytes() + Originals.PART_BYTES - 1) / Originals.PART_BYTES);
        return Multi.createFrom()
                .range(0, parts)
                .onItem()
                .transformToUniAndConcatenate(part -> database.readSql(
                                connection -> originals.read(connection, document.id(), document.revision(), part))
                        .onItem()
                        .ifNull()
                        .failWith(Superseded::new)
                        .chain(bytes -> offload.bulk(() -> {
                            reading.digest.update(bytes);
                            return zip.write(bytes);
                        })));
    }

    /** The text of the chunks without what they repeat, a hundred at a time, all of one state of the index. */
    private Multi<Buffer> text(BackupZip zip, Stored document, Reading reading) {
        return Multi.createBy()
                .repeating()
                .uni(() -> database.readSql(connection -> connection
                                .preparedQuery("""
                                        select c.ordinal, c.content, c.start_offset, c.end_offset, c.line_from, c.line_to,
                                               concat(d.indexed_revision, ' ', d.indexed_by, ' ', d.indexed_at) as state
                                        from document d left join chunk c on c.document_id = d.id and c.ordinal > $2
                                        where d.id = $1 order by c.ordinal limit $3""")
                                .execute(Tuple.of(document.id(), reading.place.ordinal(), CHUNKS_AT_ONCE)))
                        .chain(rows -> offload.bulk(() -> {
                            StringBuilder text = new StringBuilder();
                            Place at = reading.place;
                            reading.requireSame(rows);
                            for (Row row : rows) {
                                if (row.getInteger("ordinal") != null) {
                                    at = append(text, row, at);
                                }
                            }
                            reading.place = at;
                            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                            reading.digest.update(bytes);
                            return new Piece(rows.size(), zip.write(bytes));
                        })))
                .whilst(piece -> piece.chunks() == CHUNKS_AT_ONCE)
                .map(Piece::bytes);
    }

    /** How far a document has been read. */
    private static final class Reading {
        private final MessageDigest digest = newDigest();
        private volatile Place place = new Place(-1, 0, 1);
        private volatile @Nullable String state;

        /** Fails when the document is gone, or was indexed again since the last page. */
        void requireSame(RowSet<Row> page) {
            if (page.size() == 0) {
                throw new Superseded();
            }
            String now = page.iterator().next().getString("state");
            if (state != null && !state.equals(now)) {
                throw new Superseded();
            }
            state = now;
        }

        /** The hash of what has been read; to be asked once. */
        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Piece(int chunks, Buffer bytes) {}

    private record Place(int ordinal, int end, int line) {}

    private static Place append(StringBuilder text, Row row, Place at) {
        int start = row.getInteger("start_offset");
        String content = row.getString("content");
        int repeated = Math.max(0, at.end() - start);
        if (start > at.end() && at.ordinal() >= 0) {
            int lines = row.getInteger("line_from") - at.line();
            text.append(lines > 0 ? "\n".repeat(Math.min(lines, start - at.end())) : " ");
        }
        text.append(content, Math.min(repeated, content.length()), content.length());
        return new Place(row.getInteger("ordinal"), row.getInteger("end_offset"), row.getInteger("line_to"));
    }
}
