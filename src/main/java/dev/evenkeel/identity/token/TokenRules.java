package dev.evenkeel.identity.token;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Scope;
import dev.evenkeel.platform.http.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an access token may be. */
@Singleton
class TokenRules {
    private static final Set<Scope> USUAL = EnumSet.of(Scope.READ, Scope.WRITE);

    private final IdentityConfig.AccessToken config;

    TokenRules(IdentityConfig config) {
        this.config = config.accessToken();
    }

    /** A label without the white space around it. */
    static String label(String text) {
        String label = text.strip();
        if (label.isEmpty()) {
            throw ProblemException.invalid("label", "must not be blank");
        }
        if (label.codePoints().anyMatch(c -> Character.isISOControl(c) || isLoneSurrogate(c))) {
            throw ProblemException.invalid("label", "must not hold control characters");
        }
        return label;
    }

    /** The scopes of a personal token: no more than its user has. */
    static String[] personalScopes(@Nullable List<String> wanted, Caller caller) {
        Set<Scope> scopes = scopes(wanted);
        if (scopes.contains(Scope.ADMIN)) {
            caller.requireAdministrator();
        }
        return labels(scopes);
    }

    /** The scopes of a collection token: reading, or reading and writing. */
    static String[] collectionScopes(@Nullable List<String> wanted) {
        Set<Scope> scopes = scopes(wanted);
        if (scopes.contains(Scope.ADMIN) || !scopes.contains(Scope.READ)) {
            throw ProblemException.invalid("scopes", "are read, or read and write");
        }
        return labels(scopes);
    }

    /** When a token ends. */
    OffsetDateTime expiry(@Nullable Integer days) {
        Duration lifetime = days == null ? config.defaultLifetime() : Duration.ofDays(days);
        if (lifetime.compareTo(config.maxLifetime()) > 0) {
            throw ProblemException.invalid(
                    "expires_in_days",
                    "must not be more than " + config.maxLifetime().toDays());
        }
        return OffsetDateTime.now(ZoneOffset.UTC).plus(lifetime);
    }

    private static Set<Scope> scopes(@Nullable List<String> wanted) {
        if (wanted == null) {
            return USUAL;
        }
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String label : wanted) {
            scopes.add(Scope.ofLabel(label)
                    .orElseThrow(() -> ProblemException.invalid("scopes", "are of read, write and admin")));
        }
        return scopes;
    }

    private static String[] labels(Set<Scope> scopes) {
        return scopes.stream().map(Scope::label).toArray(String[]::new);
    }

    private static boolean isLoneSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
