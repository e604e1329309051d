package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what one client address may ask of this replica in a second; probes and metrics are not counted. Counts are per
 * replica and live in memory.
 */
@Singleton
public class RateLimiter {
    private static final int MAX_ADDRESSES = 100_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int limit;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final AtomicLong second = new AtomicLong();

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
        int used = count(address(context));
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

    private int count(String address) {
        long now = System.nanoTime() / NANOS_PER_SECOND;
        if (second.getAndSet(now) != now) {
            counts.clear();
        }
        if (counts.size() > MAX_ADDRESSES) {
            Iterator<String> oldest = counts.keySet().iterator();
            counts.remove(oldest.next());
        }
        return counts.computeIfAbsent(address, unused -> new AtomicInteger()).incrementAndGet();
    }

    private static String address(RoutingContext context) {
        SocketAddress remote = context.request().remoteAddress();
        return remote == null ? "unknown" : String.valueOf(remote.hostAddress());
    }
}
