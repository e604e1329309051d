package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.ingestion.extract.ZipPackage;
import dev.evenkeel.platform.files.TemporaryFiles;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.lexical.Languages;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** An archive of {@link CollectionBackup} whose form has been checked. Blocking: for workers only. */
final class RestoreArchive implements AutoCloseable {
    /** Its content and what describes it; a document that was replaced while the archive was made has its content more than once. */
    private static final int ENTRIES_A_DOCUMENT = CollectionBackup.ATTEMPTS + 3;

    /** What an archive has besides documents is little, but has room in one of a single document. */
    private static final int MORE_ENTRIES = 10;

    /** What an entry of ours has in the directory of the archive, whose entries are fewer than they may be, and rounded up. */
    private static final int DIRECTORY_BYTES_AN_ENTRY = 128;

    /** The directory is in memory while an archive is open. */
    private static final long MAX_DIRECTORY_BYTES = 32L << 20;

    /** What was made of these would not be read as one of them again. */
    private static final Set<DocumentType> REDUCED_TO_TEXT =
            Set.of(DocumentType.HTML, DocumentType.EMAIL, DocumentType.NOTEBOOK);

    private static final int MAX_JSON_BYTES = 512 * 1024;
    private static final int MAX_METADATA_CHARS = 64 * 1024;
    private static final int MAX_TITLE_LENGTH = 500;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ZipPackage zip;
    private final long maxDocumentBytes;
    private final NewCollection collection;
    private final String language;
    private final RestoreReport.Archive summary;
    private final List<String> documents;

    private RestoreArchive(
            ZipPackage zip,
            long maxDocumentBytes,
            NewCollection collection,
            String language,
            RestoreReport.Archive summary,
            List<String> documents) {
        this.zip = zip;
        this.maxDocumentBytes = maxDocumentBytes;
        this.collection = collection;
        this.language = language;
        this.summary = summary;
        this.documents = documents;
    }

    /**
     * Opens an archive.
     *
     * @param name of the collection, or null for that of the archive
     * @throws ProblemException 400 when it is no whole archive of a collection, or goes beyond a limit
     */
    static RestoreArchive open(Path file, @Nullable String name, RestoreConfig limits, KnowledgeConfig config)
            throws IOException {
        ZipPackage zip;
        try {
            zip = ZipPackage.open(file, packageLimits(limits), () -> {});
        } catch (ExtractionException e) {
            throw notAnArchive(String.valueOf(e.getMessage()));
        }
        try {
            return check(zip, Files.size(file), name, limits, config);
        } catch (ExtractionException e) {
            zip.close();
            throw beyondLimit(String.valueOf(e.getMessage()));
        } catch (ClassCastException e) {
            zip.close();
            throw notAnArchive("What it says of the collection is not of the right type.");
        } catch (RuntimeException | IOException e) {
            zip.close();
            throw e;
        }
    }

    private static ZipPackage.Limits packageLimits(RestoreConfig limits) {
        int maxEntries = ENTRIES_A_DOCUMENT * maxDocuments(limits) + MORE_ENTRIES;
        return new ZipPackage.Limits(
                maxEntries,
                CollectionBackup.maxUnpackedBytes(limits),
                // Text that repeats itself is backed up, and so comes back; the sum is bounded.
                Integer.MAX_VALUE,
                Math.min((long) maxEntries * DIRECTORY_BYTES_AN_ENTRY, MAX_DIRECTORY_BYTES));
    }

    static int maxDocuments(RestoreConfig limits) {
        return Math.min(limits.maxDocuments(), CollectionBackup.MOST_DOCUMENTS);
    }

    /** Whether a failure of {@link #unpack} is not that of one document, but would be that of each that follows. */
    static boolean isBeyondLimit(Throwable failure) {
        return failure instanceof ExtractionException extraction && extraction.code() == ExtractionCode.ARCHIVE_BOMB;
    }

    private static ProblemException beyondLimit(String why) {
        return notAnArchive(why + " See evenkeel.knowledge.restore.max-unpacked-size.");
    }

    private static ProblemException notAnArchive(String why) {
        return ProblemException.invalid("file", why);
    }

    private static RestoreArchive check(
            ZipPackage zip, long sizeBytes, @Nullable String name, RestoreConfig limits, KnowledgeConfig config)
            throws IOException {
        JsonObject manifest = json(zip, zip.entry(CollectionBackup.MANIFEST));
        JsonObject end = json(zip, zip.entry(CollectionBackup.END));
        if (manifest == null || end == null || !(manifest.getValue("collection") instanceof JsonObject described)) {
            throw notAnArchive("It is not the archive of a collection, or not all of it.");
        }
        Integer format = manifest.getInteger("format");
        if (format == null || format != CollectionBackup.FORMAT) {
            throw notAnArchive(
                    "The archive is of format " + format + "; this service reads " + CollectionBackup.FORMAT + ".");
        }
        Content content = Content.of(zip);
        List<String> documents = content.documents();
        if (documents.size() > maxDocuments(limits) || end.getInteger("documents", -1) != documents.size()) {
            throw notAnArchive("The archive does not have as many documents as it says, or more than "
                    + maxDocuments(limits) + " (evenkeel.knowledge.restore.max-documents).");
        }
        long unpacked = content.unpackedBytes();
        if (unpacked > CollectionBackup.maxUnpackedBytes(limits)) {
            throw beyondLimit("The archive unpacks to " + unpacked + " bytes, more than the limit of "
                    + CollectionBackup.maxUnpackedBytes(limits) + " bytes.");
        }
        return new RestoreArchive(
                zip,
                config.maxDocumentSize().asLongValue(),
                described(described, name),
                language(described, config),
                new RestoreReport.Archive(
                        format,
                        manifest.getString("created_at"),
                        sizeBytes,
                        documents.size(),
                        unpacked,
                        end.getBoolean("complete"),
                        end.getInteger("left_out", 0)),
                documents);
    }

    /** The sorted names of what describes the documents, and what all entries unpack to as the directory says. */
    private record Content(List<String> documents, long unpackedBytes) {
        static Content of(ZipPackage zip) {
            List<String> documents = new ArrayList<>();
            LongAdder bytes = new LongAdder();
            zip.forEach(entry -> {
                bytes.add(Math.max(0, entry.getSize()));
                if (entry.getName().startsWith(CollectionBackup.DOCUMENTS)) {
                    documents.add(entry.getName());
                }
            });
            Collections.sort(documents);
            return new Content(documents, bytes.sum());
        }
    }

    private static String language(JsonObject described, KnowledgeConfig config) {
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

    private static @Nullable JsonObject json(ZipPackage zip, @Nullable ZipEntry entry) throws IOException {
        if (entry == null) {
            return null;
        }
        try (InputStream in = zip.read(entry)) {
            byte[] bytes = in.readNBytes(MAX_JSON_BYTES);
            return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
        } catch (DecodeException | ZipException | EOFException e) {
            return null;
        } catch (ExtractionException e) {
            if (isBeyondLimit(e)) {
                throw e;
            }
            return null;
        }
    }

    /** The collection as it was, under the name that it is to have; its language stands beside it. */
    NewCollection collection() {
        return collection;
    }

    String language() {
        return language;
    }

    RestoreReport.Archive summary() {
        return summary;
    }

    /** The entries that describe the documents, in the order in which they are to be taken. */
    List<String> documents() {
        return documents;
    }

    /** A document of the archive, unpacked into a file that is the caller's to delete. */
    record Unpacked(DocumentDraft draft, UploadedFile file) {}

    /**
     * Unpacks a document.
     *
     * @param entry what describes it
     * @throws ExtractionException {@code damaged} when it is not as it was or cannot be taken; {@link #isBeyondLimit} when the archive
     *     unpacks to more than it may
     */
    Unpacked unpack(String entry) throws IOException {
        try {
            JsonObject described = json(zip, zip.entry(entry));
            ZipEntry content = described == null ? null : zip.entry(described.getString("content", ""));
            if (described == null || content == null) {
                throw damaged("What describes the document cannot be read, or its content is not there.");
            }
            DocumentType type = DocumentType.ofWireName(described.getString("document_type", ""))
                    .orElseThrow(() -> damaged("The type of the document is not known here."));
            boolean original = described.getBoolean("original", true);
            return described(described, original, type, write(content));
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

    private UploadedFile write(ZipEntry content) throws IOException {
        Path target = TemporaryFiles.create("restore-", ".tmp");
        try (InputStream in = zip.read(content);
                var out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long written = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                written += read;
                if (written > maxDocumentBytes) {
                    throw damaged("The document is larger than " + maxDocumentBytes + " bytes.");
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

    @Override
    public void close() {
        zip.close();
    }
}
