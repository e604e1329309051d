package dev.evenkeel.platform.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The handlers of this replica, by kind. */
@ApplicationScoped
class JobHandlers {
    private static final int DEFAULT_MAX_ATTEMPTS = 5;

    private final Map<String, JobHandler> byKind = new TreeMap<>();

    JobHandlers(Instance<JobHandler> handlers) {
        for (JobHandler handler : handlers) {
            JobHandler other = byKind.put(handler.kind(), handler);
            if (other != null) {
                throw new IllegalStateException("Two handlers for jobs of kind " + handler.kind());
            }
        }
    }

    @Nullable JobHandler find(String kind) {
        return byKind.get(kind);
    }

    Collection<String> kinds() {
        return Collections.unmodifiableSet(byKind.keySet());
    }

    /** The handlers of the kinds that this replica runs. */
    Collection<JobHandler> active() {
        return byKind.values().stream().filter(JobHandler::active).toList();
    }

    /** The stages of a kind in order; none when no handler of it is here. */
    List<String> stages(String kind) {
        JobHandler handler = byKind.get(kind);
        return handler == null ? List.of() : handler.stages();
    }

    int maxAttempts(String kind) {
        JobHandler handler = byKind.get(kind);
        return handler == null ? DEFAULT_MAX_ATTEMPTS : handler.maxAttempts();
    }
}
