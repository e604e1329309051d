package dev.evenkeel.knowledge.facade;

import dev.evenkeel.platform.http.MatrixParameters;
import java.util.Set;

/** Which paths are rag-kb's. */
final class RagKbPaths {
    /** First segments; the empty one is the root itself. */
    static final Set<String> ROOTS =
            Set.of("", "query", "index", "indexing", "queue", "documents", "document", "repair-orphans", "database");

    private static final String MAINTENANCE = "/api/maintenance";
    private static final String SECURITY = "/api/security";

    private RagKbPaths() {}

    /** Whether a path is one of them, with or without matrix parameters, which the router passes over. */
    static boolean include(String path) {
        String plain = MatrixParameters.removed(path);
        return ROOTS.contains(plain.isEmpty() ? "" : plain.substring(1).split("/", 2)[0])
                || isBelow(plain, MAINTENANCE)
                || isBelow(plain, SECURITY);
    }

    private static boolean isBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }
}
