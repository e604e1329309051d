package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.facade.RagKbConfig;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Scope;
import io.quarkiverse.mcp.server.FilterContext;
import io.quarkiverse.mcp.server.PromptFilter;
import io.quarkiverse.mcp.server.PromptManager.PromptInfo;
import io.quarkiverse.mcp.server.ResourceFilter;
import io.quarkiverse.mcp.server.ResourceManager.ResourceInfo;
import io.quarkiverse.mcp.server.ResourceTemplateFilter;
import io.quarkiverse.mcp.server.ResourceTemplateManager.ResourceTemplateInfo;
import io.quarkiverse.mcp.server.ToolFilter;
import io.quarkiverse.mcp.server.ToolManager.ToolAnnotations;
import io.quarkiverse.mcp.server.ToolManager.ToolInfo;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Shows a caller the tools that their credential can use; the others can neither be seen nor called. Services check
 * again.
 */
@Singleton
public class ToolVisibility implements ToolFilter, ResourceFilter, ResourceTemplateFilter, PromptFilter {
    private static final Logger LOG = Logger.getLogger(ToolVisibility.class);

    /** Tools that reach beyond the inside of one collection. */
    private static final Set<String> MANAGING =
            Set.of("create_collection", "rename_collection", "delete_collection", "move_document");

    private static final Set<String> MEMORY = Set.of("remember", "recall", "search_memory", "forget", "list_memories");

    private static final Set<String> RAG_KB = Set.of("query_knowledge_base", "list_indexed_documents", "get_kb_stats");

    private static final String SHARING = "_collection_access_token";

    private final CurrentCaller caller;
    private final boolean knowledge;
    private final boolean identity;
    private final boolean memory;
    private final boolean ragKb;

    ToolVisibility(CurrentCaller caller, ReplicaConfig replica, RagKbConfig ragKb) {
        this.caller = caller;
        this.knowledge = replica.modules().contains("knowledge");
        this.identity = replica.modules().contains("identity");
        this.memory = replica.modules().contains("memory");
        this.ragKb = knowledge && ragKb.enabled();
    }

    /** A filter that throws would be passed over, so this one never does. */
    @Override
    public boolean test(ToolInfo tool, FilterContext context) {
        try {
            return isOn(tool) && isFor(caller.get(), tool);
        } catch (RuntimeException failure) {
            LOG.errorf(failure, "The tool %s was hidden: its caller is not known", tool.name());
            return false;
        }
    }

    @Override
    public boolean test(ResourceInfo resource, FilterContext context) {
        return knowledge;
    }

    @Override
    public boolean test(ResourceTemplateInfo template, FilterContext context) {
        return knowledge;
    }

    @Override
    public boolean test(PromptInfo prompt, FilterContext context) {
        return knowledge;
    }

    private boolean isOn(ToolInfo tool) {
        if (MEMORY.contains(tool.name())) {
            return memory;
        }
        if (RAG_KB.contains(tool.name())) {
            return ragKb;
        }
        return tool.name().startsWith("job_")
                || knowledge && (identity || !tool.name().contains(SHARING));
    }

    private static boolean isFor(Caller caller, ToolInfo tool) {
        boolean readOnly = tool.annotations().map(ToolAnnotations::readOnlyHint).orElse(false);
        boolean manages = MANAGING.contains(tool.name()) || tool.name().contains(SHARING);
        return caller.scopes().contains(readOnly && !manages ? Scope.READ : Scope.WRITE)
                && (caller.collectionId() == null || !manages && !MEMORY.contains(tool.name()));
    }
}
