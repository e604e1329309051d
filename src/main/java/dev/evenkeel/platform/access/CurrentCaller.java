package dev.evenkeel.platform.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** The caller of the request in whose context this is asked. */
@Singleton
public class CurrentCaller {
    private final SecurityIdentity identity;

    CurrentCaller(SecurityIdentity identity) {
        this.identity = identity;
    }

    public Caller get() {
        return (Caller) identity.getPrincipal();
    }
}
