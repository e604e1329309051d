package dev.evenkeel.mcp;

import dev.evenkeel.platform.http.ModuleRoutes;
import jakarta.inject.Singleton;
import java.util.Set;

/** The routes of this module. */
@Singleton
public class McpRoutes implements ModuleRoutes {
    static final String MODULE = "mcp";

    @Override
    public String module() {
        return MODULE;
    }

    @Override
    public Set<String> segments() {
        return Set.of();
    }

    @Override
    public Set<String> roots() {
        return Set.of("mcp");
    }
}
