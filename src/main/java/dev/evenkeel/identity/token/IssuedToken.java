package dev.evenkeel.identity.token;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new access token, the only time that it is seen.
 *
 * @param token to be sent as a bearer token
 */
@RegisterForReflection
public record IssuedToken(
        UUID id,
        String token,
        String label,
        String tokenStart,
        List<String> scopes,
        @Nullable UUID collectionId,
        @Nullable UUID userId,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant rotatedAt) {
    static IssuedToken of(TokenView view, String token) {
        return new IssuedToken(
                view.id(),
                token,
                view.label(),
                view.tokenStart(),
                view.scopes(),
                view.collectionId(),
                view.userId(),
                view.createdAt(),
                view.expiresAt(),
                view.rotatedAt());
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "IssuedToken[" + id + "]";
    }
}
