package dev.evenkeel.memory;

import dev.evenkeel.platform.http.ModuleRoutes;
import jakarta.inject.Singleton;
import java.util.Set;

/** The routes of this module. */
@Singleton
public class MemoryRoutes implements ModuleRoutes {
    @Override
    public String module() {
        return "memory";
    }

    @Override
    public Set<String> segments() {
        return Set.of("memory");
    }
}
