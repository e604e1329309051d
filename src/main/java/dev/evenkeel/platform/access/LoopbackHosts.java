package dev.evenkeel.platform.access;

import io.vertx.core.net.HostAndPort;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of this machine as seen from itself; another name in a Host header is a page that was rebound to loopback. */
public final class LoopbackHosts {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private LoopbackHosts() {}

    /** Whether a Host header names this machine. */
    public static boolean names(@Nullable HostAndPort authority) {
        return authority != null && isLoopback(authority.host());
    }

    /** Whether a host name or address is this machine's own. */
    public static boolean isLoopback(String host) {
        return NAMES.contains(host);
    }
}
