package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.ingestion.extract.ZipPackage;
import dev.evenkeel.knowledge.models.EmbeddingModels;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.Languages;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a collection from an archive of {@link CollectionBackup}. Nobody sees it until all its documents are stored; then it appears, and
 * their jobs begin, in one transaction. What fails on the way leaves nothing behind.
 */
@ApplicationScoped
public class CollectionRestore {
    /** Two entries a document, the manifest and the end; documents that were replaced while the archive was made have more. */
    private static final int ENTRIES_A_DOCUMENT = 3;

    /** What an archive has besides documents is little, but has room in one of a single document. */
    private static final int MORE_ENTRIES = 10;

    /** What was made of these would not be read as one of them again. */
    private static final Set<DocumentType> REDUCED_TO_TEXT =
            Set.of(DocumentType.HTML, DocumentType.EMAIL, DocumentType.NOTEBOOK);

    private static final int MAX_JSON_BYTES = 512 * 1024;
    private static final int MAX_METADATA_CHARS = 64 * 1024;
    private static final int MAX_TITLE_LENGTH = 500;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Database database;
    private final CollectionRepository collections;
    private final DocumentIntake intake;
    private final Originals originals;
    private final IngestionJobs jobs;
    private final CollectionPurge purge;
    private final CorpusState corpora;
    private final EmbeddingModels models;
    private final Offload offload;
    private final KnowledgeConfig config;
    private final RestoreConfig limits;

    CollectionRestore(
            Database database,
            CollectionRepository collections,
            DocumentIntake intake,
            Originals originals,
            IngestionJobs jobs,
            CollectionPurge purge,
            CorpusState corpora,
            EmbeddingModels models,
            Offload offload,
            KnowledgeConfig config,
            RestoreConfig limits) {
        this.database = database;
        this.collections = collections;
        this.intake = intake;
        this.originals = originals;
        this.jobs = jobs;
        this.purge = purge;
        this.corpora = corpora;
        this.models = models;
        this.offload = offload;
        this.config = config;
        this.limits = limits;
    }

    /**
     * Restores an archive as a collection of the caller.
     *
     * @param file the archive, on the disk of this replica until the answer is given
     * @param name of the collection, or null for that of the archive
     * @throws ProblemException (as failure) 400 when it is no archive of a collection or goes beyond a limit, 409 when the caller has a
     *     collection of the name
     */
    Uni<RestoredCollection> restore(Caller caller, Path file, @Nullable String name) {
        Reach reach = caller.managing();
        return detached(() -> offload.interactive(() -> open(file, name))
                        .chain(archive -> hidden(caller, archive)
                                .chain(into -> fill(reach, archive, into))
                                .eventually(() -> offload.bulk(() -> {
                                    archive.zip().close();
                                    return true;
                                }))))
                .invoke(jobs::announce);
    }

    /** Work that has begun runs to its end also when the client goes, and so leaves nothing half done behind. */
    private static <T> Uni<T> detached(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> work.get().subscribe().with(emitter::complete, emitter::fail));
    }

    /** An archive whose form has been checked. */
    private record Archive(
            ZipPackage zip,
            NewCollection collection,
            String language,
            List<ZipEntry> documents,
            Map<String, ZipEntry> entries) {}

    private Archive open(Path file, @Nullable String name) throws IOException {
        ZipPackage zip;
        try {
            zip = ZipPackage.open(
                    file,
                    new ZipPackage.Limits(
                            ENTRIES_A_DOCUMENT * maxDocuments() + MORE_ENTRIES,
                            CollectionBackup.maxUnpackedBytes(limits),
                            // Text that repeats itself is backed up, and so comes back; the sum is bounded.
                            Integer.MAX_VALUE),
                    () -> {});
        } catch (ExtractionException e) {
            throw ProblemException.invalid("file", String.valueOf(e.getMessage()));
        }
        try {
            return check(zip, name);
        } catch (ExtractionException e) {
            zip.close();
            throw beyondLimit(e);
        } catch (RuntimeException | IOException e) {
            zip.close();
            throw e;
        }
    }

    private int maxDocuments() {
        return Math.min(limits.maxDocuments(), CollectionBackup.MOST_DOCUMENTS);
    }

    private static boolean isBeyondLimit(Throwable failure) {
        return failure instanceof ExtractionException extraction && extraction.code() == ExtractionCode.ARCHIVE_BOMB;
    }

    private static ProblemException beyondLimit(Throwable failure) {
        return notAnArchive(failure.getMessage() + " See evenkeel.knowledge.restore.max-unpacked-size.");
    }

    private Archive check(ZipPackage zip, @Nullable String name) throws IOException {
        Map<String, ZipEntry> entries = new TreeMap<>();
        zip.entries().forEach(entry -> entries.put(entry.getName(), entry));
        JsonObject manifest = json(zip, entries.get(CollectionBackup.MANIFEST));
        JsonObject end = json(zip, entries.get(CollectionBackup.END));
        List<ZipEntry> documents = entries.values().stream()
                .filter(entry -> entry.getName().startsWith(CollectionBackup.DOCUMENTS))
                .toList();
        if (manifest == null || end == null || !(manifest.getValue("collection") instanceof JsonObject described)) {
            throw notAnArchive("It is not the archive of a collection, or not all of it.");
        }
        try {
            if (!CollectionBackup.reads(manifest.getInteger("format"))) {
                throw notAnArchive("The archive is of another format than " + CollectionBackup.FORMAT + ".");
            }
            if (documents.size() > maxDocuments() || end.getInteger("documents", -1) != documents.size()) {
                throw notAnArchive("The archive does not have as many documents as it says, or more than "
                        + maxDocuments() + " (evenkeel.knowledge.restore.max-documents).");
            }
            return new Archive(zip, described(described, name), language(described), documents, entries);
        } catch (ClassCastException e) {
            throw notAnArchive("What it says of the collection is not of the right type.");
        }
    }

    private String language(JsonObject described) {
        String language = described.getString("language", config.defaultLanguage());
        if (!Languages.supported().contains(language)) {
            throw notAnArchive("The language \"" + PlainText.cut(language, 40) + "\" is not known here.");
        }
        return language;
    }

    private static NewCollection described(JsonObject described, @Nullable String name) {
        String description = described.getString("description");
        PlainText.requireStorable("description", description);
        JsonObject chunking = described.getJsonObject("chunking", new JsonObject());
        Integer maxTokens = chunking.getInteger("max_tokens");
        Integer overlap = chunking.getInteger("overlap_tokens");
        if (maxTokens != null && (maxTokens < Chunking.MIN_TOKENS || maxTokens > Chunking.MAX_TOKENS)
                || overlap != null && (overlap < 0 || overlap > Chunking.MAX_TOKENS / 2)) {
            throw notAnArchive("Its chunking is out of range.");
        }
        return new NewCollection(
                PlainText.name("name", name == null ? described.getString("name", "") : name),
                description == null ? null : PlainText.cut(description, 4_000),
                null,
                described.getBoolean("keep_original", true),
                described.getString("embedding_model", CollectionService.DEFAULT_MODEL),
                described.getBoolean("contextual_header", true),
                new Chunking(chunking.getString("strategy"), maxTokens, overlap));
    }

    private static ProblemException notAnArchive(String why) {
        return ProblemException.invalid("file", why);
    }

    private static @Nullable JsonObject json(ZipPackage zip, @Nullable ZipEntry entry) throws IOException {
        if (entry == null) {
            return null;
        }
        try (InputStream in = zip.read(entry)) {
            byte[] bytes = in.readNBytes(MAX_JSON_BYTES);
            return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
        } catch (DecodeException | ExtractionException e) {
            if (isBeyondLimit(e)) {
                throw e;
            }
            return null;
        }
    }

    /** The collection, marked as deleted from the moment on in which it is there. */
    private Uni<CollectionRef> hidden(Caller caller, Archive archive) {
        UUID id = UuidV7.next();
        return database.writeSql(tx -> model(tx, archive)
                .chain(modelId -> collections.insert(
                        tx,
                        id,
                        caller.userId(),
                        archive.collection().name(),
                        archive.collection(),
                        archive.language(),
                        modelId))
                .call(created -> corpora.create(tx, created.corpusNo()))
                .call(created -> tx.preparedQuery("update collection set deleted_at = now() where id = $1")
                        .execute(Tuple.of(id))));
    }

    /** The model of its name, or the default one where there is none of that name. */
    private Uni<UUID> model(SqlConnection tx, Archive archive) {
        String name =
                Objects.requireNonNullElse(archive.collection().embeddingModel(), CollectionService.DEFAULT_MODEL);
        return models.requireId(tx, name)
                .onFailure(ProblemException.class)
                .recoverWithUni(() -> models.requireId(tx, CollectionService.DEFAULT_MODEL));
    }

    private Uni<RestoredCollection> fill(Reach reach, Archive archive, CollectionRef into) {
        List<RestoredCollection.Skipped> skipped = new ArrayList<>();
        List<Accepted> taken = new ArrayList<>();
        return Multi.createFrom()
                .iterable(archive.documents())
                .onItem()
                .transformToUniAndConcatenate(entry -> take(archive, into, entry, taken, skipped))
                .collect()
                .last()
                .chain(() -> database.writeSql(tx -> appear(tx, into, taken)))
                .onFailure()
                .call(() -> database.writeSql(tx -> purge.enqueue(tx, into)).invoke(purge::announce))
                .chain(() -> database.readSql(connection -> collections.view(connection, reach, into.id())))
                .map(view -> new RestoredCollection(view, taken.size(), List.copyOf(skipped)));
    }

    /** A document of the archive, unpacked. */
    private record Unpacked(DocumentDraft draft, UploadedFile file) {}

    private Uni<Void> take(
            Archive archive,
            CollectionRef into,
            ZipEntry entry,
            List<Accepted> taken,
            List<RestoredCollection.Skipped> skipped) {
        return offload.interactive(() -> unpack(archive, entry))
                .chain(unpacked -> database.writeSql(tx -> store(tx, into, unpacked))
                        .invoke(accepted -> {
                            if (accepted.outcome() == Outcome.NEW) {
                                taken.add(accepted);
                            } else {
                                skipped.add(
                                        new RestoredCollection.Skipped(name(unpacked), "It is in the archive twice."));
                            }
                        })
                        .eventually(() -> offload.bulk(
                                () -> Files.deleteIfExists(unpacked.file().path()))))
                .replaceWithVoid()
                // A damaged document is left out; beyond the limit each one would be, and so the collection is not
                // made.
                .onFailure(CollectionRestore::isBeyondLimit)
                .transform(CollectionRestore::beyondLimit)
                .onFailure(ExtractionException.class)
                .recoverWithUni(failure -> {
                    skipped.add(new RestoredCollection.Skipped(entry.getName(), String.valueOf(failure.getMessage())));
                    return Uni.createFrom().voidItem();
                });
    }

    private static String name(Unpacked unpacked) {
        String path = unpacked.draft().sourcePath();
        return path == null ? unpacked.draft().title() : path;
    }

    private Unpacked unpack(Archive archive, ZipEntry entry) throws IOException {
        try {
            JsonObject described = json(archive.zip(), entry);
            ZipEntry content = described == null ? null : archive.entries().get(described.getString("content", ""));
            if (described == null || content == null) {
                throw damaged("What describes the document cannot be read, or its content is not there.");
            }
            DocumentType type = DocumentType.ofWireName(described.getString("document_type", ""))
                    .orElseThrow(() -> damaged("The type of the document is not known here."));
            boolean original = described.getBoolean("original", true);
            return described(described, original, type, write(archive.zip(), content));
        } catch (ClassCastException | ProblemException e) {
            throw damaged("What describes the document is not acceptable: " + e.getMessage());
        }
    }

    private static Unpacked described(JsonObject described, boolean original, DocumentType type, UploadedFile file)
            throws IOException {
        try {
            String stored =
                    original ? described.getString("sha256", "") : described.getString(CollectionBackup.TEXT_SHA256);
            // Archives of older versions have no hash of a text.
            if (stored != null && !HexFormat.of().formatHex(file.contentHash()).equals(stored)) {
                throw damaged("The bytes of the document are not those that were stored.");
            }
            DocumentType kept =
                    original || type.isText() && !REDUCED_TO_TEXT.contains(type) ? type : DocumentType.MARKDOWN;
            return new Unpacked(draft(described, kept, file), file);
        } catch (RuntimeException e) {
            Files.deleteIfExists(file.path());
            throw e;
        }
    }

    private static ExtractionException damaged(String why) {
        return new ExtractionException(ExtractionCode.DAMAGED, why);
    }

    private static DocumentDraft draft(JsonObject described, DocumentType type, UploadedFile file) {
        String path = described.getString("source_path");
        String title =
                PlainText.cut(PlainText.name("title", described.getString("title", "Untitled")), MAX_TITLE_LENGTH);
        Map<String, Object> metadata =
                described.getJsonObject("metadata", new JsonObject()).getMap();
        PlainText.requireStorable("metadata", metadata);
        if (new JsonObject(metadata).encode().length() > MAX_METADATA_CHARS) {
            throw damaged("The metadata of the document are larger than " + MAX_METADATA_CHARS + " characters.");
        }
        return new DocumentDraft(
                title,
                true,
                path == null ? null : SourcePaths.normalise(path),
                type.wireName(),
                file.contentHash(),
                file.sizeBytes(),
                metadata);
    }

    private UploadedFile write(ZipPackage zip, ZipEntry content) throws IOException {
        long maxBytes = config.maxDocumentSize().asLongValue();
        Path target = Files.createTempFile("evenkeel-restore-", ".tmp");
        try (InputStream in = zip.read(content);
                var out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long written = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                written += read;
                if (written > maxBytes) {
                    throw damaged("The document is larger than " + maxBytes + " bytes.");
                }
                out.write(buffer, 0, read);
            }
            out.flush();
            return UploadedFile.inspect(target);
        } catch (ZipException | EOFException e) {
            Files.deleteIfExists(target);
            throw damaged("The archive breaks its format at this document.");
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private Uni<Accepted> store(SqlConnection tx, CollectionRef into, Unpacked unpacked) {
        return intake.accept(tx, into.id(), unpacked.draft(), DocumentState.QUEUED)
                .call(accepted -> switch (accepted.outcome()) {
                    case NEW -> writeParts(tx, accepted, unpacked.file(), 0);
                    case DUPLICATE -> Uni.createFrom().voidItem();
                    // The first stays: this transaction is undone.
                    case REPLACED -> Uni.createFrom().failure(damaged("Another document of the archive has its path."));
                });
    }

    private Uni<Void> writeParts(SqlConnection tx, Accepted accepted, UploadedFile file, int partNo) {
        long offset = (long) partNo * Originals.PART_BYTES;
        return offset >= file.sizeBytes()
                ? Uni.createFrom().voidItem()
                : offload.interactive(() -> file.part(offset, Originals.PART_BYTES))
                        .chain(part -> originals.write(tx, accepted.id(), accepted.revision(), partNo, part))
                        .chain(() -> writeParts(tx, accepted, file, partNo + 1));
    }

    /** From the commit on the collection is there with all its documents, and their jobs are queued. */
    private Uni<Void> appear(SqlConnection tx, CollectionRef into, List<Accepted> taken) {
        return tx.preparedQuery("update collection set deleted_at = null where id = $1")
                .execute(Tuple.of(into.id()))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(nameTaken -> CollectionRepository.nameTaken())
                .chain(() -> Multi.createFrom()
                        .iterable(taken)
                        .onItem()
                        .transformToUniAndConcatenate(accepted ->
                                jobs.enqueue(tx, accepted.id(), accepted.revision(), into.within(), JobPriority.NORMAL))
                        .collect()
                        .last())
                .replaceWithVoid();
    }
}
