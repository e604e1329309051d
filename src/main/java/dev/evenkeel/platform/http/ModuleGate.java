package dev.evenkeel.platform.http;

import dev.evenkeel.platform.ReplicaConfig;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Closes the routes of modules that are switched off, and of the whole API on a replica that only runs jobs. */
@Singleton
public class ModuleGate {
    private static final String API = "/api/v1/";

    private final boolean servesApi;
    private final Map<String, String> closedSegments;
    private final Map<String, String> closedRoots;
    private final Set<String> roots;

    ModuleGate(ReplicaConfig replica, @All List<ModuleRoutes> modules) {
        this.servesApi = replica.servesApi();
        this.closedSegments = closed(replica, modules, ModuleRoutes::segments);
        this.closedRoots = closed(replica, modules, ModuleRoutes::roots);
        this.roots =
                modules.stream().flatMap(module -> module.roots().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, String> closed(
            ReplicaConfig replica, List<ModuleRoutes> modules, Function<ModuleRoutes, Set<String>> paths) {
        return modules.stream()
                .filter(module -> !replica.modules().contains(module.module()))
                .flatMap(module -> paths.apply(module).stream().map(path -> Map.entry(path, module.module())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    void register(@Observes Filters filters) {
        if (!servesApi || !closedSegments.isEmpty() || !closedRoots.isEmpty()) {
            filters.register(this::check, FilterPriorities.MODULES);
        }
    }

    private void check(RoutingContext context) {
        String path = MatrixParameters.removed(context.normalizedPath());
        boolean api = path.startsWith(API);
        String segment = path.substring(api ? API.length() : 1).split("/", 2)[0];
        String off = (api ? closedSegments : closedRoots).get(segment);
        if (!servesApi && (api || roots.contains(segment))) {
            refuse(context, "This replica runs jobs and serves no API.");
        } else if (off != null) {
            refuse(context, "The module " + off + " is switched off here.");
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context, String detail) {
        ProblemWriter.write(context, Problem.of(ProblemType.MODULE_DISABLED, detail));
    }
}
