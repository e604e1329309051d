package dev.evenkeel.mcp;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The endpoint for agents at {@code /mcp}. */
@ConfigMapping(prefix = "evenkeel.mcp")
public interface McpConfig {
    /** Origins of web pages that may call, such as {@code https://chat.example.org}; pages on loopback may call a loopback address. */
    Optional<Set<String>> allowedOrigins();

    /** Host names by which requests may arrive over loopback, for a proxy on the same machine; names of this machine may always. */
    Optional<Set<String>> allowedHosts();

    /** Longest time that a call may take as a whole. */
    @WithDefault("30s")
    Duration callTimeout();

    /** Largest message, in bytes; larger text is uploaded over REST. */
    @WithDefault("1M")
    MemorySize maxMessage();
}
