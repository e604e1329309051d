package dev.evenkeel.identity.session;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What a client holds of a session.
 *
 * @param accessToken to be sent with every request, as a bearer token
 * @param refreshToken to be exchanged, once, for the next two
 * @param tokenType always {@code Bearer}
 * @param expiresIn seconds for which the access token is good
 */
@RegisterForReflection
public record SessionTokens(String accessToken, String refreshToken, String tokenType, long expiresIn) {
    /** Without the tokens. */
    @Override
    public String toString() {
        return "SessionTokens[]";
    }
}
