package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.CollectionChange;
import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.CollectionView;
import dev.evenkeel.knowledge.NewCollection;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collections, which documents belong to. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class CollectionTools {
    private final CollectionService collections;
    private final StoredAnswers answers;
    private final CurrentCaller caller;

    CollectionTools(CollectionService collections, StoredAnswers answers, CurrentCaller caller) {
        this.collections = collections;
        this.answers = answers;
        this.caller = caller;
    }

    /** Creates a collection. */
    @Tool(
            name = "create_collection",
            title = "Create a collection",
            description = "Creates a collection to store documents in.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = false,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<CollectionView> create(
            @ToolArg(name = "name", description = "Unique among your collections, whatever its case.")
                    @NotBlank @Size(max = 255) String name,
            @ToolArg(name = "description", description = "What belongs here, for people and agents.", required = false)
                    @Size(max = 4000) @Nullable String description,
            @ToolArg(
                            name = "language",
                            description = "Language of the documents, for example english (default) or german; simple"
                                    + " keeps words as they are.",
                            required = false)
                    @Size(max = 63) @Nullable String language) {
        return collections
                .create(caller.get(), new NewCollection(name, description, language, null, null, null, null), null)
                .map(answer -> answers.read(answer, CollectionView.class));
    }

    /** Collections, newest first. */
    @Tool(
            name = "list_collections",
            title = "List collections",
            description = "Collections that you may read, newest first, with the number of their documents.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<CollectionList> list(
            @ToolArg(name = "limit", description = "Most collections to return.", defaultValue = "50", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor) {
        return collections.list(caller.get(), limit, cursor).map(CollectionList::of);
    }

    /** One collection. */
    @Tool(
            name = "get_collection",
            title = "Get a collection",
            description =
                    "A collection's name, description, language, embedding model and numbers of documents, passages and"
                            + " tokens.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<CollectionView> get(
            @ToolArg(name = "collection_id", description = "The collection.") UUID collectionId) {
        return collections.get(caller.get(), collectionId);
    }

    /** Gives a collection another name. */
    @Tool(
            name = "rename_collection",
            title = "Rename a collection",
            description = "Gives a collection another name; its documents stay where they are.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<CollectionView> rename(
            @ToolArg(name = "collection_id", description = "The collection.") UUID collectionId,
            @ToolArg(name = "name", description = "The new name, unique among your collections.")
                    @NotBlank @Size(max = 255) String name) {
        return collections.change(
                caller.get(), collectionId, new CollectionChange(name, null, null, null, null, null), null);
    }

    /** Deletes a collection. */
    @Tool(
            name = "delete_collection",
            title = "Delete a collection",
            description = "Deletes a collection with all its documents, for good.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Deleted> delete(@ToolArg(name = "collection_id", description = "The collection.") UUID collectionId) {
        return collections.delete(caller.get(), collectionId, null).replaceWith(() -> Deleted.of(collectionId));
    }
}
