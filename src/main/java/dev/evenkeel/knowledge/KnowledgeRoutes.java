package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ModuleRoutes;
import jakarta.inject.Singleton;
import java.util.Set;

/** The routes of this module. */
@Singleton
public class KnowledgeRoutes implements ModuleRoutes {
    @Override
    public String module() {
        return "knowledge";
    }

    @Override
    public Set<String> segments() {
        return Set.of("collections", "documents", "search", "collection-access-tokens", "embedding-models");
    }
}
