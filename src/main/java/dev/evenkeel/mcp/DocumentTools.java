package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.AcceptedDocument;
import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.DocumentFilter;
import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.NewDocument;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolGuardrails;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents, one by one. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class DocumentTools {
    private static final int SMALLEST_BUDGET = 1_000;
    private static final int LARGEST_BUDGET = 50_000;

    private final DocumentService documents;
    private final CollectionService collections;
    private final DocumentUpdate update;
    private final StoredAnswers answers;
    private final CurrentCaller caller;

    DocumentTools(
            DocumentService documents,
            CollectionService collections,
            DocumentUpdate update,
            StoredAnswers answers,
            CurrentCaller caller) {
        this.documents = documents;
        this.collections = collections;
        this.update = update;
        this.answers = answers;
        this.caller = caller;
    }

    /** Stores a text. */
    @Tool(
            name = "store_document",
            title = "Store a document",
            description = "Stores a text so that searches find it. Text up to some 256 kB is searchable when this"
                    + " returns; for more a job_id is returned (see job_status). The same content again is recognised"
                    + " (duplicate: true) and stored once.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<AcceptedDocument> store(
            @ToolArg(name = "content", description = "The whole text.") @NotBlank String content,
            @ToolArg(name = "title", description = "For people; taken from the text when absent.", required = false)
                    @Size(min = 1, max = 500) @Nullable String title,
            @ToolArg(
                            name = "document_type",
                            description = "What the text is, for example markdown (default), text, python, java, json.",
                            required = false)
                    @Size(min = 1, max = 40) @Nullable String documentType,
            @ToolArg(name = "metadata", description = "Any JSON object, kept with the document.", required = false)
                    @Size(max = 200) @Nullable Map<String, Object> metadata,
            @ToolArg(
                            name = "source_path",
                            description = "Where the text comes from, such as notes/2026/plan.md. A document of the"
                                    + " same path in the collection is replaced.",
                            required = false)
                    @Size(min = 1, max = 1024) @Nullable String sourcePath,
            @ToolArg(
                            name = "collection_id",
                            description = "The collection to store it in; needed only when you can use more than one.",
                            required = false)
                    @Nullable UUID collectionId) {
        Caller who = caller.get();
        NewDocument wanted = new NewDocument(title, content, sourcePath, documentType, metadata);
        Uni<UUID> target =
                collectionId == null ? onlyCollection(who) : Uni.createFrom().item(collectionId);
        return target.chain(collection -> documents.create(who, collection, wanted, null))
                .map(answer -> answers.read(answer, AcceptedDocument.class));
    }

    private Uni<UUID> onlyCollection(Caller who) {
        return collections.list(who, 1, null).map(page -> {
            if (page.items().isEmpty()) {
                throw ProblemException.invalid(
                        "collection_id", "there is no collection yet; make one with create_collection");
            }
            if (page.nextCursor() != null) {
                throw ProblemException.invalid(
                        "collection_id", "you have several collections; name one of list_collections");
            }
            return page.items().get(0).id();
        });
    }

    /** A document and its text. */
    @Tool(
            name = "get_document",
            title = "Get a document",
            description =
                    "The description of a document and its indexed text, up to max_tokens. When truncated is true,"
                            + " call again with cursor set to next_cursor for the text that follows.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<DocumentText> get(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(
                            name = "max_tokens",
                            description = "Most tokens of text to return.",
                            defaultValue = "8000",
                            required = false)
                    @Min(SMALLEST_BUDGET) @Max(LARGEST_BUDGET) int maxTokens,
            @ToolArg(name = "cursor", description = "next_cursor of the call before.", required = false) @Nullable String cursor) {
        Caller who = caller.get();
        return documents
                .get(who, documentId)
                .chain(document -> documents
                        .chunks(who, documentId, Page.MAX_LIMIT, cursor)
                        .map(page -> DocumentText.of(document, page, maxTokens)));
    }

    /** Documents, newest first. */
    @Tool(
            name = "list_documents",
            title = "List documents",
            description = "Documents that you may read, newest first, without their text.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<DocumentList> list(
            @ToolArg(name = "collection_id", description = "Only documents of this collection.", required = false)
                    @Nullable UUID collectionId,
            @ToolArg(
                            name = "name",
                            description = "Part of the title or path; with * or ? a pattern for the whole of it.",
                            required = false)
                    @Size(max = 255) @Nullable String name,
            @ToolArg(name = "document_type", description = "Only documents of this type.", required = false)
                    @Size(max = 40) @Nullable String documentType,
            @ToolArg(
                            name = "state",
                            description = "Only documents in this state: queued, processing, searchable, completed,"
                                    + " failed, rejected or cancelled.",
                            required = false)
                    @Nullable String state,
            @ToolArg(name = "limit", description = "Most documents to return.", defaultValue = "20", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor) {
        DocumentFilter filter = new DocumentFilter(collectionId, name, documentType, state);
        return documents.list(caller.get(), filter, limit, cursor).map(DocumentList::of);
    }

    /** Changes a document. */
    @Tool(
            name = "update_document",
            title = "Update a document",
            description = "Changes title, content, type or metadata of a document; what is absent stays. New content is"
                    + " searchable when this returns, or by the job named in job_id; until then the old one is found.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<DocumentView> update(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(name = "title", description = "The new title.", required = false)
                    @Size(min = 1, max = 500) @Nullable String title,
            @ToolArg(name = "content", description = "The whole new text.", required = false) @Size(min = 1) @Nullable String content,
            @ToolArg(
                            name = "document_type",
                            description = "What the text is; without content the present text is read anew.",
                            required = false)
                    @Size(min = 1, max = 40) @Nullable String documentType,
            @ToolArg(name = "metadata", description = "Replaces the present metadata.", required = false)
                    @Size(max = 200) @Nullable Map<String, Object> metadata) {
        return update.apply(
                caller.get(), documentId, new DocumentUpdate.Wanted(title, content, documentType, metadata));
    }

    /** Deletes a document. */
    @Tool(
            name = "delete_document",
            title = "Delete a document",
            description = "Deletes a document and everything that was made from it, for good.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Deleted> delete(@ToolArg(name = "document_id", description = "The document.") UUID documentId) {
        return documents.delete(caller.get(), documentId, null).replaceWith(() -> Deleted.of(documentId));
    }

    /** Moves a document. */
    @Tool(
            name = "move_document",
            title = "Move a document",
            description = "Moves a document to another collection, in which it is found from then on.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<DocumentView> move(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(name = "target_collection_id", description = "Where it is to go.") UUID targetCollectionId) {
        Caller who = caller.get();
        return documents.move(who, documentId, targetCollectionId).chain(() -> documents.get(who, documentId));
    }
}
