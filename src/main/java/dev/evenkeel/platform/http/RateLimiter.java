package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Bounds what one client address may ask of this replica in a second; probes and metrics are not counted. Counts are per
 * replica and live in memory.
 */
@Singleton
public class RateLimiter {
    private final int limit;
    private final RequestCounts counts = new RequestCounts();

    RateLimiter(HttpConfig config) {
        this.limit = config.requestsPerSecond();
    }

    void register(@Observes Filters filters) {
        if (limit > 0) {
            filters.register(this::check, FilterPriorities.RATE_LIMIT);
        }
    }

    private void check(RoutingContext context) {
        if (context.request().path().startsWith("/q/")
                || context.request().path().equals("/health")) {
            context.next();
            return;
        }
        int used = counts.count(address(context));
        context.response()
                .putHeader("RateLimit-Policy", "\"address\";q=" + limit + ";w=1")
                .putHeader("RateLimit", "\"address\";r=" + Math.max(0, limit - used) + ";t=1");
        if (used > limit) {
            context.response().putHeader("Retry-After", "1");
            ProblemWriter.write(
                    context,
                    Problem.of(
                            ProblemType.RATE_LIMITED, "More than " + limit + " requests a second from one address."));
        } else {
            context.next();
        }
    }

    private static String address(RoutingContext context) {
        SocketAddress remote = context.request().remoteAddress();
        return remote == null ? "unknown" : String.valueOf(remote.hostAddress());
    }
}
