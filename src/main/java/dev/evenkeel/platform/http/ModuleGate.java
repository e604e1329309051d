package dev.evenkeel.platform.http;

import dev.evenkeel.platform.ReplicaConfig;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Closes the routes of modules that are switched off, and of the whole API on a replica that only runs jobs. */
@Singleton
public class ModuleGate {
    private static final String API = "/api/v1/";

    private final boolean servesApi;
    private final Map<String, String> closedSegments;

    ModuleGate(ReplicaConfig replica, @All List<ModuleRoutes> modules) {
        this.servesApi = replica.servesApi();
        this.closedSegments = modules.stream()
                .filter(module -> !replica.modules().contains(module.module()))
                .flatMap(module -> module.segments().stream().map(segment -> Map.entry(segment, module.module())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    void register(@Observes Filters filters) {
        if (!servesApi || !closedSegments.isEmpty()) {
            filters.register(this::check, FilterPriorities.MODULES);
        }
    }

    private void check(RoutingContext context) {
        String path = context.normalizedPath();
        if (!path.startsWith(API)) {
            context.next();
            return;
        }
        String segment = path.substring(API.length()).split("[/;]", 2)[0];
        if (!servesApi) {
            closed(context, "This replica runs jobs and serves no API.");
        } else if (closedSegments.containsKey(segment)) {
            closed(context, "The module " + closedSegments.get(segment) + " is switched off here.");
        } else {
            context.next();
        }
    }

    private static void closed(RoutingContext context, String detail) {
        ProblemWriter.write(context, Problem.of(ProblemType.MODULE_DISABLED, detail));
    }
}
