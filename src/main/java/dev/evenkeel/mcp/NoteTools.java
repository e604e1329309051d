package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.notes.Neighbourhood;
import dev.evenkeel.knowledge.notes.NoteService;
import dev.evenkeel.platform.access.Caller;
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
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What documents say of each other. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class NoteTools {
    private final NoteService notes;
    private final CurrentCaller caller;

    NoteTools(NoteService notes, CurrentCaller caller) {
        this.notes = notes;
        this.caller = caller;
    }

    /** Which way links are looked at. */
    public enum Direction {
        /** Those that stand in the document. */
        outgoing,
        /** Those that lead to it. */
        incoming
    }

    /** The links of a document. */
    @Tool(
            name = "get_document_links",
            title = "Get the links of a document",
            description =
                    "What a document refers to (direction outgoing: wikilinks, Markdown links, embeds, imports, each"
                            + " with the document that it leads to, if that is there) or what refers to it (incoming).",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<DocumentLinks> links(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(
                            name = "direction",
                            description = "outgoing or incoming.",
                            defaultValue = "outgoing",
                            required = false)
                    Direction direction,
            @ToolArg(name = "limit", description = "Most links to return.", defaultValue = "50", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor) {
        Caller who = caller.get();
        return (direction == Direction.outgoing
                        ? notes.links(who, documentId, limit, cursor)
                        : notes.backlinks(who, documentId, limit, cursor))
                .map(page -> DocumentLinks.of(direction.name(), page));
    }

    /** The documents around a document. */
    @Tool(
            name = "find_related_documents",
            title = "Find related documents",
            description =
                    "Documents that are linked with this one, directly or over others, in either direction, nearest"
                            + " first. Read them with get_document.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Neighbourhood> related(
            @ToolArg(name = "document_id", description = "The document.") UUID documentId,
            @ToolArg(
                            name = "hops",
                            description = "Most links between the two documents.",
                            defaultValue = "2",
                            required = false)
                    @Min(1) @Max(NoteService.MAX_HOPS) int hops,
            @ToolArg(
                            name = "kinds",
                            description =
                                    "Only links of these kinds, with commas between: wikilink, embed, link, image,"
                                            + " import.",
                            required = false)
                    @Size(max = 100) @Nullable String kinds,
            @ToolArg(name = "limit", description = "Most documents to return.", defaultValue = "20", required = false)
                    @Min(1) @Max(Page.MAX_LIMIT) int limit) {
        return notes.neighbours(caller.get(), documentId, hops, kinds, limit);
    }
}
