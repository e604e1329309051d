package dev.evenkeel.platform.access;

import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** The caller of the request in whose context this is asked. */
@Singleton
public class CurrentCaller {
    private final SecurityIdentity identity;
    private final Credentials credentials;

    CurrentCaller(SecurityIdentity identity, Credentials credentials) {
        this.identity = identity;
        this.credentials = credentials;
    }

    public Caller get() {
        return (Caller) identity.getPrincipal();
    }

    /**
     * Verifies again, at any later time, what the caller showed with this request; for streams, which outlive the check at
     * their beginning.
     */
    public Supplier<Uni<Caller>> recheck() {
        TokenCredential shown = identity.getCredential(TokenCredential.class);
        Caller caller = get();
        return shown == null ? () -> Uni.createFrom().item(caller) : () -> credentials.verify(shown.getToken());
    }
}
