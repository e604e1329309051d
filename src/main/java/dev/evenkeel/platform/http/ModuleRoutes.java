package dev.evenkeel.platform.http;

import java.util.Set;

/** The routes of a module, so that they can be switched off together. */
public interface ModuleRoutes {
    /** The module's name, as in {@code evenkeel.modules}. */
    String module();

    /** First path segments below {@code /api/v1/} that belong to the module. */
    Set<String> segments();

    /** First segments of paths outside of {@code /api/v1/} that belong to the module. */
    default Set<String> roots() {
        return Set.of();
    }
}
