package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.DocumentIndexer;
import dev.evenkeel.knowledge.ingestion.DocumentPreparation;
import dev.evenkeel.knowledge.ingestion.EmbeddingPlan;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.ReadyDocument;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.notes.NoteIndex;
import dev.evenkeel.knowledge.quarantine.SafetyRules;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes documents that come as text: small ones are searchable in the transaction that stores them, larger ones become a
 * job.
 */
@ApplicationScoped
public class TextIntake {
    private static final String UNTITLED = "Untitled";
    private static final int MAX_TITLE_LENGTH = 500;

    private final DocumentPreparation preparation;
    private final DocumentIndexer indexer;
    private final NoteIndex notes;
    private final EmbeddingPlan embedding;
    private final IngestionJobs jobs;
    private final Originals originals;
    private final Offload offload;
    private final KnowledgeConfig config;
    private final SafetyRules rules;

    TextIntake(
            DocumentPreparation preparation,
            DocumentIndexer indexer,
            NoteIndex notes,
            EmbeddingPlan embedding,
            IngestionJobs jobs,
            Originals originals,
            Offload offload,
            KnowledgeConfig config,
            SafetyRules rules) {
        this.preparation = preparation;
        this.indexer = indexer;
        this.notes = notes;
        this.embedding = embedding;
        this.jobs = jobs;
        this.originals = originals;
        this.offload = offload;
        this.config = config;
        this.rules = rules;
    }

    /**
     * A text before its transaction.
     *
     * @param ready the prepared chunks of a small text, empty for one that becomes a job
     */
    record Prepared(DocumentDraft draft, byte[] bytes, Optional<ReadyDocument> ready) {}

    /**
     * Hashes the text and, when it is small, extracts and cuts it.
     *
     * @param collection by whose settings it is cut
     * @throws ProblemException (as failure) 400 when the type is unknown or the text cannot be read as such
     */
    Uni<Prepared> prepare(
            String content,
            @Nullable String typeName,
            @Nullable String sourcePath,
            @Nullable String title,
            Map<String, Object> metadata,
            CollectionRef collection) {
        return offload.interactive(() -> {
            String path = sourcePath == null ? null : SourcePaths.normalise(sourcePath);
            DocumentType type = type(typeName, path);
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > config.maxDocumentSize().asLongValue()) {
                throw ProblemException.tooLarge(
                        "The text is larger than " + config.maxDocumentSize().asLongValue() + " bytes.");
            }
            if (content.isBlank()) {
                throw ProblemException.invalid("content", "must not be blank");
            }
            byte[] hash = UploadedFile.hashOf(bytes);
            requireSafe(bytes, hash);
            Optional<ReadyDocument> ready =
                    bytes.length <= config.inlineTextLimit().asLongValue()
                            ? Optional.of(read(content, type, collection))
                            : Optional.empty();
            String given = title == null || title.isBlank() ? null : PlainText.name("title", title);
            String name = given != null
                    ? given
                    : ready.flatMap(ReadyDocument::title)
                            .filter(found -> !found.isBlank())
                            .orElse(path == null ? UNTITLED : SourcePaths.title(path));
            DocumentDraft draft = new DocumentDraft(
                    PlainText.cut(name, MAX_TITLE_LENGTH),
                    given != null,
                    path,
                    type.wireName(),
                    hash,
                    bytes.length,
                    metadata);
            return new Prepared(draft, bytes, ready);
        });
    }

    /** Text that a safety rule refuses is not kept at all: whoever sends text has it, and no file has to be looked at. */
    private void requireSafe(byte[] bytes, byte[] hash) {
        try {
            rules.check(Arrays.copyOf(bytes, Math.min(bytes.length, DocumentTypes.HEAD_BYTES)), hash, Set.of());
        } catch (ExtractionException refusal) {
            throw ProblemException.invalid("content", String.valueOf(refusal.getMessage()));
        }
    }

    /** The state in which a prepared text enters the database. */
    DocumentState initialState(CollectionRef collection, Prepared prepared) {
        return prepared.ready().isEmpty() ? DocumentState.QUEUED : indexedState(collection);
    }

    /**
     * Stores what was accepted: indexes it at once, or keeps its bytes for a job.
     *
     * @return the job that still has to work on it, if any
     */
    Uni<Optional<UUID>> store(SqlConnection tx, CollectionRef collection, Accepted accepted, Prepared prepared) {
        if (accepted.outcome() == Outcome.DUPLICATE) {
            return Uni.createFrom().item(Optional.ofNullable(accepted.jobId()));
        }
        boolean later = prepared.ready().isEmpty();
        Uni<Void> bytes = collection.keepOriginal() || later
                ? originals.writeAll(tx, accepted.id(), accepted.revision(), prepared.bytes())
                : Uni.createFrom().voidItem();
        Uni<Optional<UUID>> job = later || embedding.useful(collection)
                ? jobs.enqueue(tx, accepted.id(), accepted.revision(), collection.within(), JobPriority.HIGH)
                        .map(Optional::of)
                : Uni.createFrom().item(Optional.empty());
        Uni<Void> index = later
                ? rename(tx, collection, accepted, prepared)
                : indexer.index(
                        tx,
                        accepted.id(),
                        accepted.revision(),
                        collection,
                        prepared.ready().get(),
                        indexedState(collection).wireName(),
                        null);
        Uni<Void> older =
                later ? Uni.createFrom().voidItem() : originals.deleteOthers(tx, accepted.id(), accepted.revision());
        // Indexing comes last: its last statement holds the lock of the corpus.
        return bytes.chain(() -> older).chain(() -> job).call(() -> index);
    }

    /** A title counts at once, also when the content that it came with does not yet. */
    private Uni<Void> rename(SqlConnection tx, CollectionRef collection, Accepted accepted, Prepared prepared) {
        return accepted.outcome() == Outcome.REPLACED && prepared.draft().titleGiven()
                ? notes.renamed(tx, accepted.id(), collection.corpusNo())
                : Uni.createFrom().voidItem();
    }

    private DocumentState indexedState(CollectionRef collection) {
        return embedding.useful(collection) ? DocumentState.SEARCHABLE : DocumentState.COMPLETED;
    }

    private ReadyDocument read(String content, DocumentType type, CollectionRef collection) {
        try {
            return preparation.prepare(content, type, collection);
        } catch (ExtractionException e) {
            throw ProblemException.invalid("content", String.valueOf(e.getMessage()));
        }
    }

    private static DocumentType type(@Nullable String name, @Nullable String path) {
        DocumentType type = name != null
                ? DocumentType.ofWireName(name)
                        .orElseThrow(() -> ProblemException.invalid("document_type", "is not a known type"))
                : Optional.ofNullable(path).flatMap(DocumentType::ofFileName).orElse(DocumentType.MARKDOWN);
        if (!type.isText()) {
            throw ProblemException.invalid("document_type", "cannot come as text; upload the file");
        }
        return type;
    }
}
