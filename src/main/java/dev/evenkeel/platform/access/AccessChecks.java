package dev.evenkeel.platform.access;

import dev.evenkeel.platform.StartupCheck;
import dev.evenkeel.platform.database.embedded.EmbeddedPostgres;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Open access is for one person on one machine; a guessable token is no token. */
@Singleton
public class AccessChecks implements StartupCheck {
    private static final Set<String> KNOWN =
            Set.of("change-this-secret-in-production", "changeme", "secret", "password");
    private static final int MIN_DIFFERENT_CHARACTERS = 10;

    private final AccessConfig config;
    private final String host;

    AccessChecks(AccessConfig config, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.config = config;
        this.host = host;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        if (config.mode() == AccessConfig.Mode.LOCAL) {
            if (!LoopbackHosts.isLoopback(host)) {
                findings.add("evenkeel.access.mode=local needs quarkus.http.host=127.0.0.1, not " + host);
            }
            if (!EmbeddedPostgres.inUse()) {
                findings.add("evenkeel.access.mode=local cannot be used with a configured database"
                        + " (quarkus.datasource.reactive.url)");
            }
        }
        config.bootstrapToken().ifPresent(token -> {
            if (token.length() < BootstrapToken.MIN_LENGTH) {
                findings.add(
                        "evenkeel.access.bootstrap-token needs at least " + BootstrapToken.MIN_LENGTH + " characters");
            } else if (KNOWN.contains(token) || token.chars().distinct().count() < MIN_DIFFERENT_CHARACTERS) {
                findings.add("evenkeel.access.bootstrap-token is a default or guessable value");
            }
        });
        return findings;
    }
}
