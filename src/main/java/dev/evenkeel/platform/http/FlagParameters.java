package dev.evenkeel.platform.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Parameters of queries that are true or false. What else they are given, also nothing, is refused: the framework would take the one for
 * false and the other for not given, and so do the opposite of what was meant.
 */
public class FlagParameters {
    /** Of all resources; no other parameter has one of these names. */
    static final Set<String> NAMES = Set.of("all", "dry_run", "force", "sliding", "values");

    /** Looks at the requests of all resources. */
    @ServerRequestFilter
    public void check(HttpServerRequest request, UriInfo uri) {
        String query = request.query();
        if (query == null || query.indexOf('%') < 0 && NAMES.stream().noneMatch(query::contains)) {
            return;
        }
        for (String name : NAMES) {
            for (String value : uri.getQueryParameters().getOrDefault(name, List.of())) {
                if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                    throw ProblemException.invalid(name, "is true or false");
                }
            }
        }
    }
}
