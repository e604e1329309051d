package dev.evenkeel.mcp;

import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolInputGuardrail;
import io.quarkiverse.mcp.server.ToolManager.ToolArgument;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Refuses arguments that a tool does not have: a misspelt one would be dropped in silence, a filter for example. */
@Singleton
public class KnownArguments implements ToolInputGuardrail {
    @Override
    public void apply(ToolInputContext context) {
        Set<String> known = context.getTool().arguments().stream()
                .map(ToolArgument::name)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String given : context.getArguments().fieldNames()) {
            if (!known.contains(given)) {
                throw new ToolCallException("There is no argument \"" + given + "\". Arguments of "
                        + context.getTool().name() + ": " + String.join(", ", known) + ".");
            }
        }
    }
}
