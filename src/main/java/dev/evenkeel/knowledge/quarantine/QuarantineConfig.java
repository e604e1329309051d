package dev.evenkeel.knowledge.quarantine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Files that a safety rule refuses are kept apart, not read and not found, until they are restored or purged. */
@ConfigMapping(prefix = "evenkeel.knowledge.quarantine")
public interface QuarantineConfig {
    /** How long refused content is kept before it is purged by itself. */
    @WithDefault("30d")
    Duration retention();

    /** Time from one search for expired content to the next. */
    @WithDefault("10m")
    Duration purgeInterval();

    /** SHA-256 hashes, hexadecimal, of content that is never read. */
    Optional<Set<String>> deniedHashes();

    /** A text file with more such hashes, one a line; what follows a {@code #} is a comment. Read at start. */
    Optional<Path> deniedHashesFile();

    /** SHA-256 hashes, hexadecimal, of content to which no safety rule is applied; limits still are. */
    Optional<Set<String>> allowedHashes();

    /** A ClamAV daemon that looks at every document before it is read. */
    Scanner scanner();

    /** How the daemon is asked. */
    interface Scanner {
        /** Its host; without one nothing is scanned. */
        Optional<String> host();

        /** Its port ({@code TCPSocket} of clamd.conf). */
        @WithDefault("3310")
        int port();

        /** Longest scan of one document. */
        @WithDefault("1m")
        Duration timeout();

        /** Whether a document is read when the daemon cannot tell, for example because it is not there; if not, its job waits. */
        @WithDefault("true")
        boolean failOpen();
    }
}
