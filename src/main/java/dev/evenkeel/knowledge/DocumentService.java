package dev.evenkeel.knowledge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.knowledge.DocumentIntake.Accepted;
import dev.evenkeel.knowledge.DocumentIntake.Outcome;
import dev.evenkeel.knowledge.ingestion.DocumentMove;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.ReadyDocument;
import dev.evenkeel.knowledge.notes.NoteIndex;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be done with documents. */
@ApplicationScoped
public class DocumentService {
    private static final int MAX_METADATA_CHARS = 64 * 1024;

    private final Database database;
    private final CollectionRepository collections;
    private final DocumentRepository documents;
    private final DocumentIntake intake;
    private final TextIntake texts;
    private final FileDocuments files;
    private final DocumentMove mover;
    private final NoteIndex notes;
    private final IngestionJobs jobs;
    private final Originals originals;
    private final Idempotency idempotency;
    private final ObjectMapper mapper;

    DocumentService(
            Database database,
            CollectionRepository collections,
            DocumentRepository documents,
            DocumentIntake intake,
            TextIntake texts,
            FileDocuments files,
            DocumentMove mover,
            NoteIndex notes,
            IngestionJobs jobs,
            Originals originals,
            Idempotency idempotency,
            ObjectMapper mapper) {
        this.database = database;
        this.collections = collections;
        this.documents = documents;
        this.intake = intake;
        this.texts = texts;
        this.files = files;
        this.mover = mover;
        this.notes = notes;
        this.jobs = jobs;
        this.originals = originals;
        this.idempotency = idempotency;
        this.mapper = mapper;
    }

    public Uni<Idempotency.Answer> create(
            Caller caller, UUID collectionId, NewDocument wanted, @Nullable String idempotencyKey) {
        Reach reach = caller.writing();
        Map<String, Object> metadata = checked(wanted.metadata());
        return collection(reach, collectionId)
                .chain(into -> texts.prepare(
                        wanted.content(), wanted.documentType(), wanted.sourcePath(), wanted.title(), metadata, into))
                .chain(prepared -> {
                    var request = new Idempotency.Request(
                            caller.getName(),
                            "create document in " + collectionId,
                            idempotencyKey,
                            fingerprint(wanted, prepared.draft()));
                    return database.writeSql(tx -> collections
                            .requireForWriting(tx, reach, collectionId)
                            .chain(collection -> idempotency.once(
                                    tx,
                                    request,
                                    () -> intake.accept(
                                                    tx,
                                                    collectionId,
                                                    prepared.draft(),
                                                    texts.initialState(collection, prepared))
                                            .chain(accepted -> texts.store(tx, collection, accepted, prepared)
                                                    .map(jobId -> answer(collectionId, prepared, accepted, jobId))))));
                })
                .invoke(jobs::announce);
    }

    /** The collection as it is before the transaction: by its settings texts are cut. */
    private Uni<CollectionRef> collection(Reach reach, UUID id) {
        return database.readSql(connection -> collections.requireForReading(connection, reach, List.of(id)))
                .map(found -> found.get(0));
    }

    /** The hash of everything that a request says of a document. */
    private byte[] fingerprint(NewDocument wanted, DocumentDraft draft) {
        String said = json(new NewDocument(
                wanted.title(),
                HexFormat.of().formatHex(draft.contentHash()),
                wanted.sourcePath(),
                wanted.documentType(),
                wanted.metadata()));
        return UploadedFile.hashOf(said.getBytes(StandardCharsets.UTF_8));
    }

    private Idempotency.Answer answer(
            UUID collectionId, TextIntake.Prepared prepared, Accepted accepted, Optional<UUID> jobId) {
        boolean duplicate = accepted.outcome() == Outcome.DUPLICATE;
        Optional<ReadyDocument> ready = duplicate ? Optional.empty() : prepared.ready();
        AcceptedDocument body = new AcceptedDocument(
                accepted.id(),
                collectionId,
                accepted.title(),
                prepared.draft().sourcePath(),
                prepared.draft().documentType(),
                accepted.state(),
                accepted.revision(),
                duplicate,
                HexFormat.of().formatHex(prepared.draft().contentHash()),
                prepared.draft().sizeBytes(),
                ready.map(document -> document.chunks().size()).orElse(null),
                ready.map(ReadyDocument::tokens).orElse(null),
                jobId.orElse(null));
        int status = duplicate ? 200 : ready.isPresent() ? 201 : 202;
        return new Idempotency.Answer(status, "/api/v1/documents/" + accepted.id(), new JsonObject(json(body)), false);
    }

    /**
     * A document with new content.
     *
     * @param indexed whether that is searchable already
     */
    public record Replaced(DocumentView document, boolean indexed) {}

    public Uni<Replaced> replace(Caller caller, UUID id, NewContent content, @Nullable String ifMatch) {
        Reach reach = caller.writing();
        Map<String, Object> metadata = checked(content.metadata());
        return view(reach, id)
                .invoke(view -> ETags.requireMatch(ifMatch, view.version()))
                .chain(view -> collection(reach, view.collectionId())
                        .chain(into -> texts.prepare(
                                content.content(),
                                content.documentType() == null ? view.documentType() : content.documentType(),
                                view.sourcePath(),
                                content.title(),
                                metadata,
                                into)))
                .chain(prepared -> database.writeSql(tx -> documents
                        .requireForWriting(tx, reach, id)
                        .invoke(stored -> ETags.requireMatch(ifMatch, stored.version()))
                        .chain(stored -> collections
                                .requireForWriting(tx, reach, stored.collectionId())
                                .chain(collection -> accept(tx, collection, stored, prepared)
                                        .call(accepted -> accepted.outcome() == Outcome.DUPLICATE
                                                ? describe(tx, stored, prepared, content.metadata() != null)
                                                : Uni.createFrom().voidItem())
                                        .chain(accepted -> texts.store(tx, collection, accepted, prepared))))
                        .replaceWith(prepared.ready().isPresent())))
                .invoke(jobs::announce)
                .chain(indexed -> view(reach, id).map(document -> new Replaced(document, indexed)));
    }

    private Uni<Void> describe(
            SqlConnection tx, DocumentRepository.Stored stored, TextIntake.Prepared prepared, boolean metadataGiven) {
        return documents
                .describe(tx, stored.id(), prepared.draft(), metadataGiven)
                .call(() -> prepared.draft().titleGiven()
                        ? notes.renamed(tx, stored.id(), stored.corpusNo())
                        : Uni.createFrom().voidItem());
    }

    /** The same content is nothing new, unless it is to be read as another type. */
    private Uni<Accepted> accept(
            SqlConnection tx,
            CollectionRef collection,
            DocumentRepository.Stored stored,
            TextIntake.Prepared prepared) {
        DocumentDraft draft = prepared.draft();
        DocumentState state = texts.initialState(collection, prepared);
        return stored.documentType().equals(draft.documentType())
                ? intake.known(tx, stored, draft, state)
                : intake.replaced(tx, stored, draft, state);
    }

    public Uni<Page<DocumentView>> list(Caller caller, DocumentFilter filter, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        UUID before = cursor == null ? null : id(Cursor.decode(cursor, 1).get(0));
        return database.readSql(connection -> documents.list(connection, reach, filter, limit, before))
                .map(found -> {
                    List<DocumentView> items = found.size() > limit ? found.subList(0, limit) : found;
                    String next = found.size() > limit
                            ? Cursor.encode(items.get(limit - 1).id().toString())
                            : null;
                    return new Page<>(items, next);
                });
    }

    public Uni<DocumentView> get(Caller caller, UUID id) {
        return view(caller.reading(), id);
    }

    private Uni<DocumentView> view(Reach reach, UUID id) {
        return database.readSql(connection -> documents.view(connection, reach, id));
    }

    public Uni<DocumentResource.ChunkPage> chunks(Caller caller, UUID id, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        int after = cursor == null ? -1 : ordinal(Cursor.decode(cursor, 1).get(0));
        return database.readSql(connection -> documents.chunks(connection, reach, id, limit, after))
                .map(page -> page.orElseThrow(() -> ProblemException.notFound("document")))
                .map(found -> {
                    List<ChunkView> items = found.size() > limit ? found.subList(0, limit) : found;
                    String next = found.size() > limit
                            ? Cursor.encode(String.valueOf(items.get(limit - 1).ordinal()))
                            : null;
                    return new DocumentResource.ChunkPage(items, next);
                });
    }

    public Uni<DocumentView> change(Caller caller, UUID id, DocumentChange change, @Nullable String ifMatch) {
        Reach reach = caller.writing();
        Map<String, Object> metadata = change.metadata() == null ? null : checked(change.metadata());
        String path = change.sourcePath() == null ? null : SourcePaths.normalise(change.sourcePath());
        String title = change.title() == null ? null : PlainText.name("title", change.title());
        return database.writeSql(tx -> documents
                        .requireForWriting(tx, reach, id)
                        .invoke(stored -> ETags.requireMatch(ifMatch, stored.version()))
                        .call(() -> documents.change(tx, id, title, path, metadata))
                        .call(stored -> title == null && path == null
                                ? Uni.createFrom().voidItem()
                                : notes.renamed(tx, id, stored.corpusNo())))
                .chain(() -> view(reach, id));
    }

    /** The bytes of the newest content, part by part, each read when the one before has been sent. */
    public Uni<StoredContent> content(Caller caller, UUID id) {
        Reach reach = caller.reading();
        return database.read(() -> documents.require(reach, id))
                .invoke(document -> requireReleased(document.state))
                .chain(document -> database.readSql(
                                connection -> documents.requireOriginal(connection, id, document.revision))
                        .replaceWith(() -> new StoredContent(
                                document.title,
                                document.sourcePath,
                                document.documentType,
                                document.sizeBytes,
                                parts(document))));
    }

    private static void requireReleased(String state) {
        if (state.equals(DocumentState.QUARANTINED.wireName())) {
            throw ProblemException.conflict("The content is in quarantine; restore it first.");
        }
    }

    /** A document's bytes. */
    public record StoredContent(
            String title, @Nullable String sourcePath, String documentType, long sizeBytes, Multi<Buffer> parts) {}

    private Multi<Buffer> parts(Document document) {
        int count = (int) ((document.sizeBytes + Originals.PART_BYTES - 1) / Originals.PART_BYTES);
        return Multi.createFrom()
                .range(0, count)
                .onItem()
                .transformToUniAndConcatenate(part -> database.readSql(
                                connection -> originals.read(connection, document.id, document.revision, part))
                        .onItem()
                        .ifNull()
                        .failWith(() -> ProblemException.conflict("Newer content came while this one was sent.")))
                .map(Buffer::buffer);
    }

    public Uni<Void> delete(Caller caller, UUID id, @Nullable String ifMatch) {
        Reach reach = caller.writing();
        return database.writeSql(tx -> documents
                .requireForWriting(tx, reach, id)
                .invoke(stored -> ETags.requireMatch(ifMatch, stored.version()))
                .chain(stored -> files.remove(tx, stored)));
    }

    public Uni<DocumentView> reindex(Caller caller, UUID id) {
        Reach reach = caller.writing();
        return database.writeSql(tx -> documents
                        .requireForWriting(tx, reach, id)
                        .invoke(stored -> requireReleased(stored.state()))
                        .call(stored -> documents.requireOriginal(tx, id, stored.revision()))
                        .call(stored -> documents.queued(tx, id))
                        .chain(stored -> jobs.enqueueAgain(tx, id, stored.revision(), stored.within())))
                .invoke(jobs::announce)
                .chain(() -> view(reach, id));
    }

    /**
     * Queues documents to be indexed again, all in one transaction; those that are gone, in quarantine or without bytes are left.
     *
     * @return how many were queued
     */
    public Uni<Integer> reindex(Caller caller, List<UUID> ids, JobPriority priority) {
        Reach reach = caller.writing();
        return database.writeSql(tx -> Multi.createFrom()
                        .iterable(ids)
                        .onItem()
                        .transformToUniAndConcatenate(id -> documents
                                .requireForWriting(tx, reach, id)
                                .invoke(stored -> requireReleased(stored.state()))
                                .call(stored -> documents.requireOriginal(tx, id, stored.revision()))
                                .call(stored -> documents.queued(tx, id))
                                .chain(stored ->
                                        jobs.enqueueAgain(tx, id, stored.revision(), stored.within(), priority))
                                .replaceWith(1)
                                .onFailure(ProblemException.class)
                                .recoverWithItem(0))
                        .collect()
                        .with(Collectors.summingInt(queued -> queued)))
                .invoke(jobs::announce);
    }

    public Uni<DocumentView> move(Caller caller, UUID id, UUID targetId) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> documents
                        .requireForWriting(tx, reach, id)
                        .chain(stored -> collections
                                .requireForWriting(tx, reach, targetId)
                                .chain(target -> stored.collectionId().equals(targetId)
                                        ? Uni.createFrom().voidItem()
                                        : documents
                                                .assign(tx, id, targetId)
                                                .chain(() -> mover.move(
                                                        tx,
                                                        id,
                                                        stored.revision(),
                                                        stored.collectionId(),
                                                        stored.corpusNo(),
                                                        target)))))
                .invoke(jobs::announce)
                .chain(() -> view(reach, id));
    }

    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Cursor.invalid();
        }
    }

    private static int ordinal(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Cursor.invalid();
        }
    }

    private Map<String, Object> checked(@Nullable Map<String, Object> metadata) {
        if (metadata == null) {
            return Map.of();
        }
        PlainText.requireStorable("metadata", metadata);
        if (json(metadata).length() > MAX_METADATA_CHARS) {
            throw ProblemException.invalid("metadata", "must not be larger than " + MAX_METADATA_CHARS + " characters");
        }
        return metadata;
    }

    private String json(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
