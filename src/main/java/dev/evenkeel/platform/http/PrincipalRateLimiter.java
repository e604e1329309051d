package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Bounds what one caller may ask of this replica in a second, from however many addresses. Counts are per replica and live in
 * memory.
 */
@Singleton
public class PrincipalRateLimiter {
    private final int limit;
    private final RequestCounts counts = new RequestCounts();

    PrincipalRateLimiter(HttpConfig config) {
        this.limit = config.requestsPerSecondAndCaller();
    }

    void register(@Observes Filters filters) {
        if (limit > 0) {
            filters.register(this::check, FilterPriorities.PRINCIPAL_RATE_LIMIT);
        }
    }

    private void check(RoutingContext context) {
        if (!(context.user() instanceof QuarkusHttpUser user)
                || user.getSecurityIdentity().isAnonymous()) {
            context.next();
            return;
        }
        int used = counts.count(user.getSecurityIdentity().getPrincipal().getName());
        context.response()
                .headers()
                .add("RateLimit-Policy", "\"caller\";q=" + limit + ";w=1")
                .add("RateLimit", "\"caller\";r=" + Math.max(0, limit - used) + ";t=1");
        if (used > limit) {
            context.response().putHeader("Retry-After", "1");
            ProblemWriter.write(
                    context,
                    Problem.of(ProblemType.RATE_LIMITED, "More than " + limit + " requests a second by one caller."));
        } else {
            context.next();
        }
    }
}
