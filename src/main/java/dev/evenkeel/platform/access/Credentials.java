package dev.evenkeel.platform.access;

import io.quarkus.arc.All;
import io.quarkus.security.AuthenticationFailedException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;

/** Bearer tokens of every kind. */
@Singleton
public class Credentials {
    private final List<CredentialVerifier> verifiers;

    Credentials(@All List<CredentialVerifier> verifiers) {
        this.verifiers = verifiers;
    }

    /**
     * The caller behind a token.
     *
     * @throws AuthenticationFailedException (as failure) when it is not valid now
     */
    public Uni<Caller> verify(String token) {
        for (CredentialVerifier verifier : verifiers) {
            if (verifier.recognises(token)) {
                return verifier.verify(token);
            }
        }
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }
}
