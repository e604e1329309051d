package dev.evenkeel.platform.access;

import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Makes a caller known to the framework. */
@Singleton
public class BearerIdentityProvider implements IdentityProvider<BearerTokenRequest> {
    private final Credentials credentials;

    BearerIdentityProvider(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Class<BearerTokenRequest> getRequestType() {
        return BearerTokenRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(BearerTokenRequest request, AuthenticationRequestContext context) {
        return credentials
                .verify(request.token())
                .map(caller -> builder(caller)
                        .addCredential(new TokenCredential(request.token(), "bearer"))
                        .build());
    }

    static QuarkusSecurityIdentity.Builder builder(Caller caller) {
        QuarkusSecurityIdentity.Builder builder =
                QuarkusSecurityIdentity.builder().setPrincipal(caller);
        if (caller.isAdministrator()) {
            builder.addRole(Roles.ADMINISTRATOR);
        }
        return builder;
    }
}
