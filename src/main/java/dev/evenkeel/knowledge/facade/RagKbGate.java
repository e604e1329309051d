package dev.evenkeel.knowledge.facade;

import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.http.FilterPriorities;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemForm;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;

/** Closes the paths of rag-kb where they are switched off, and tells problems in its form where they are on. */
@Singleton
public class RagKbGate {
    /** First segments of its paths outside of {@code /api}; the empty one is the root itself. */
    public static final Set<String> ROOTS = RagKbPaths.ROOTS;

    private final boolean enabled;
    private final ProblemForm form = new RagKbProblems();

    RagKbGate(RagKbConfig config, ReplicaConfig replica) {
        this.enabled =
                config.enabled() && replica.servesApi() && replica.modules().contains("knowledge");
    }

    void register(@Observes Filters filters) {
        if (enabled) {
            filters.register(this::useForm, FilterPriorities.PROBLEM_FORM);
        } else {
            filters.register(RagKbGate::close, FilterPriorities.MODULES);
        }
    }

    private void useForm(RoutingContext context) {
        if (RagKbPaths.include(context.normalizedPath())) {
            ProblemForm.use(context, form);
        }
        context.next();
    }

    private static void close(RoutingContext context) {
        if (RagKbPaths.include(context.normalizedPath())) {
            ProblemWriter.write(
                    context, Problem.of(ProblemType.MODULE_DISABLED, "The API of rag-kb is switched off here."));
        } else {
            context.next();
        }
    }
}
