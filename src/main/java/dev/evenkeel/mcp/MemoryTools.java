package dev.evenkeel.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.memory.EntryService;
import dev.evenkeel.memory.MemoryQuery;
import dev.evenkeel.memory.MemorySearchService;
import dev.evenkeel.memory.RichEntry;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an agent keeps for itself from one conversation to the next. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class MemoryTools {
    private static final String DEFAULT_NAMESPACE = "default";

    private static final String NAMESPACE =
            "Where memories are kept apart, for example agents/alice; default when absent.";

    private final EntryService entries;
    private final MemorySearchService search;
    private final ObjectMapper mapper;
    private final CurrentCaller caller;

    MemoryTools(EntryService entries, MemorySearchService search, ObjectMapper mapper, CurrentCaller caller) {
        this.entries = entries;
        this.search = search;
        this.mapper = mapper;
        this.caller = caller;
    }

    /** Stores a text to be found later. */
    @Tool(
            name = "remember",
            title = "Remember",
            description =
                    "Keeps a fact, a preference, a decision or an intermediate result beyond this conversation. Write"
                            + " one self-contained statement, so that it makes sense when search_memory returns it alone. With a"
                            + " key that is in use the memory is replaced; without one a new key is made.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = false,
                            idempotentHint = false,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Remembered> remember(
            @ToolArg(name = "text", description = "What is to be remembered.") @NotBlank @Size(max = 60_000) String text,
            @ToolArg(
                            name = "key",
                            description = "A name to recall or replace it by, for example user/name.",
                            required = false)
                    @Size(min = 1, max = 1024) @Nullable String key,
            @ToolArg(
                            name = "metadata",
                            description = "Any JSON object; search_memory can filter by its fields.",
                            required = false)
                    @Size(max = 200) @Nullable Map<String, Object> metadata,
            @ToolArg(
                            name = "ttl_s",
                            description = "Seconds until it is forgotten by itself; for ever when absent.",
                            required = false)
                    @Min(1) @Max(3_155_760_000L) @Nullable Long ttlS,
            @ToolArg(name = "namespace", description = NAMESPACE, defaultValue = DEFAULT_NAMESPACE, required = false)
                    @Size(min = 1, max = 256) String namespace) {
        return entries.create(caller.get(), namespace, RichEntry.remembered(key, text, metadata, ttlS))
                .map(written -> new Remembered(
                        namespace, written.key(), written.version(), !written.created(), written.expiresAt()));
    }

    /** One memory by its key. */
    @Tool(
            name = "recall",
            title = "Recall",
            description =
                    "The memory of a key that you know, from remember or list_memories; found is false when there is"
                            + " none (any more). Use search_memory when you do not know the key.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Recalled> recall(
            @ToolArg(name = "key", description = "The memory's key.") @Size(min = 1, max = 1024) String key,
            @ToolArg(name = "namespace", description = NAMESPACE, defaultValue = DEFAULT_NAMESPACE, required = false)
                    @Size(min = 1, max = 256) String namespace) {
        Caller who = caller.get();
        return entries.loadAll(who, namespace, List.of(key))
                .map(loaded -> loaded.found().isEmpty()
                        ? Recalled.NOTHING
                        : Recalled.of(Memory.of(namespace, loaded.found().get(0))));
    }

    /** Memories that answer a query. */
    @Tool(
            name = "search_memory",
            title = "Search memory",
            description =
                    "Finds what was remembered that is about a query, best first, by words and by meaning. Look here"
                            + " before you ask the user what they may have told you already. Scores only order results.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<FoundMemories> search(
            @ToolArg(name = "query", description = "Any text; words in double quotes must stand together.")
                    @NotBlank @Size(max = 20_000) String query,
            @ToolArg(
                            name = "max_results",
                            description = "Most memories to return.",
                            defaultValue = "5",
                            required = false)
                    @Min(1) @Max(50) int maxResults,
            @ToolArg(
                            name = "filter",
                            description =
                                    "Only memories whose metadata meet it, for example {\"topic\": {\"eq\": \"diet\"}}."
                                            + " Comparisons: eq, ne, gt, gte, lt, lte, in, exists; combine with and, or, not.",
                            required = false)
                    @Size(max = 64) @Nullable Map<String, Object> filter,
            @ToolArg(
                            name = "mode",
                            description = "hybrid (words and meaning), keyword (words) or vector (meaning).",
                            defaultValue = "hybrid",
                            required = false)
                    MemoryQuery.Mode mode,
            @ToolArg(
                            name = "namespace",
                            description = NAMESPACE + " Those below it are searched as well.",
                            defaultValue = DEFAULT_NAMESPACE,
                            required = false)
                    @Size(min = 1, max = 256) String namespace) {
        MemoryQuery wanted = new MemoryQuery(
                query, null, mode, maxResults, filter == null ? null : mapper.valueToTree(filter), null, true);
        return search.search(caller.get(), namespace, wanted).map(FoundMemories::of);
    }

    /** Removes a memory. */
    @Tool(
            name = "forget",
            title = "Forget",
            description = "Removes the memory of a key for good; deleted is false when there is none.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = false,
                            destructiveHint = true,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<Forgotten> forget(
            @ToolArg(name = "key", description = "The memory's key.") @Size(min = 1, max = 1024) String key,
            @ToolArg(name = "namespace", description = NAMESPACE, defaultValue = DEFAULT_NAMESPACE, required = false)
                    @Size(min = 1, max = 256) String namespace) {
        return entries.deleteAll(caller.get(), namespace, List.of(key))
                .map(done -> new Forgotten(namespace, key, done.deleted() > 0));
    }

    /** Memories by key. */
    @Tool(
            name = "list_memories",
            title = "List memories",
            description =
                    "The memories of a namespace by key, with their texts; to look through what is there, or to find a"
                            + " key. Use search_memory for a question.",
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    @ToolGuardrails(input = KnownArguments.class)
    public Uni<MemoryList> list(
            @ToolArg(name = "prefix", description = "Only keys that begin so.", required = false)
                    @Size(max = 1024) @Nullable String prefix,
            @ToolArg(name = "limit", description = "Most memories to return.", defaultValue = "20", required = false)
                    @Min(1) @Max(100) int limit,
            @ToolArg(name = "cursor", description = "next_cursor of the page before.", required = false) @Nullable String cursor,
            @ToolArg(name = "namespace", description = NAMESPACE, defaultValue = DEFAULT_NAMESPACE, required = false)
                    @Size(min = 1, max = 256) String namespace) {
        var selection = new EntryService.Selection(prefix == null ? "" : prefix, null, true);
        return entries.list(caller.get(), namespace, selection, limit, cursor)
                .map(page -> MemoryList.of(namespace, page));
    }
}
