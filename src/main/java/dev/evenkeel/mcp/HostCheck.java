package dev.evenkeel.mcp;

import dev.evenkeel.platform.access.LoopbackHosts;
import dev.evenkeel.platform.http.FilterPriorities;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out: a page may only call from an origin that is allowed, and a name that was rebound to this machine's
 * loopback address is no name of it.
 */
@Singleton
public class HostCheck {
    private static final String LOOPBACK_V6 = "0:0:0:0:0:0:0:1";

    private final Set<String> origins;
    private final Set<String> hosts;

    HostCheck(McpConfig config) {
        this.origins = config.allowedOrigins().orElse(Set.of());
        this.hosts = config.allowedHosts().orElse(Set.of());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterPriorities.HOST_CHECK);
    }

    private void check(RoutingContext context) {
        if (!McpMessages.isMcp(context)) {
            context.next();
            return;
        }
        HttpServerRequest request = context.request();
        HostAndPort host = request.authority();
        String origin = request.getHeader("Origin");
        if (arrivedOverLoopback(request) && !LoopbackHosts.names(host) && !isAllowed(host)) {
            refuse(context, "This name is not one of this machine; see evenkeel.mcp.allowed-hosts.");
        } else if (origin != null && !isAllowed(origin, LoopbackHosts.names(host))) {
            refuse(context, "This origin may not call; see evenkeel.mcp.allowed-origins.");
        } else {
            context.next();
        }
    }

    private boolean isAllowed(@Nullable HostAndPort host) {
        return host != null && hosts.contains(host.host());
    }

    private boolean isAllowed(String origin, boolean calledOnLoopback) {
        return origins.contains(origin) || calledOnLoopback && isLoopback(origin);
    }

    private static boolean isLoopback(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && LoopbackHosts.isLoopback(host);
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }

    private static boolean arrivedOverLoopback(HttpServerRequest request) {
        SocketAddress local = request.localAddress();
        String address = local == null ? null : local.hostAddress();
        return address != null
                && (address.startsWith("127.") || address.startsWith(LOOPBACK_V6) || LoopbackHosts.isLoopback(address));
    }

    private static void refuse(RoutingContext context, String detail) {
        ProblemWriter.write(context, Problem.of(ProblemType.FORBIDDEN, detail));
    }
}
