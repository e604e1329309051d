package dev.evenkeel.knowledge.facade;

import java.util.Set;

/** Which paths are rag-kb's. */
final class RagKbPaths {
    /** First segments; the empty one is the root itself. */
    static final Set<String> ROOTS =
            Set.of("", "query", "index", "indexing", "queue", "documents", "document", "repair-orphans", "database");

    private static final String MAINTENANCE = "/api/maintenance";
    private static final String SECURITY = "/api/security";

    private RagKbPaths() {}

    static boolean include(String path) {
        return ROOTS.contains(path.isEmpty() ? "" : path.substring(1).split("[/;]", 2)[0])
                || isBelow(path, MAINTENANCE)
                || isBelow(path, SECURITY);
    }

    private static boolean isBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
