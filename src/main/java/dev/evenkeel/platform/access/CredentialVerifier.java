package dev.evenkeel.platform.access;

import io.smallrye.mutiny.Uni;

/** Knows one kind of bearer token. */
public interface CredentialVerifier {
    /** Whether a token is of this kind, by its form; a token belongs to the first verifier that says so. */
    boolean recognises(String token);

    /**
     * The caller behind a token of this kind, as of now: what was revoked before this call is refused.
     *
     * @throws io.quarkus.security.AuthenticationFailedException (as failure) when it is not valid
     */
    Uni<Caller> verify(String token);
}
