package dev.evenkeel.platform.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** A bearer token as it was sent. */
final class BearerTokenRequest extends BaseAuthenticationRequest {
    private final String token;

    BearerTokenRequest(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }
}
