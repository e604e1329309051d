package dev.evenkeel.platform.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Who may call. */
@ConfigMapping(prefix = "evenkeel.access")
public interface AccessConfig {
    /** {@code token}: every request needs a bearer token; {@code local}: none is needed, on loopback only. */
    @WithDefault("token")
    Mode mode();

    /** The bearer token of the first administrator, 32 characters or more; generated and printed once when absent. */
    Optional<String> bootstrapToken();

    /** How callers are told apart. */
    enum Mode {
        TOKEN,
        LOCAL
    }
}
