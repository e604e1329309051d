package dev.evenkeel.knowledge;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;

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

    private final Database database;
    private final CollectionRepository collections;
    private final BackupEntries entries;
    private final Offload offload;
    private final RestoreConfig limits;

    CollectionBackup(
            Database database,
            CollectionRepository collections,
            BackupEntries entries,
            Offload offload,
            RestoreConfig limits) {
        this.database = database;
        this.collections = collections;
        this.entries = entries;
        this.offload = offload;
        this.limits = limits;
    }

    /** An archive, named for a file; what it came to is known when all its bytes have been taken. */
    public record Archive(String fileName, Multi<Buffer> bytes, BackupTally tally) {}

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
                    BackupTally tally = new BackupTally();
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

    private Multi<Buffer> bytes(CollectionView view, BackupTally tally) {
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
            Multi<Buffer> middle = entries.all(view.id(), zip, tally);
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

    static byte[] json(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8);
    }
}
