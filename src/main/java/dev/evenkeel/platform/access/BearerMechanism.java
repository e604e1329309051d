package dev.evenkeel.platform.access;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/** Authenticates by {@code Authorization: Bearer}; in local mode a request without that header is the local user's. */
@Singleton
public class BearerMechanism implements HttpAuthenticationMechanism {
    private static final String SCHEME = "Bearer ";

    private final boolean local;

    BearerMechanism(AccessConfig config) {
        this.local = config.mode() == AccessConfig.Mode.LOCAL;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        context.put(HttpAuthenticationMechanism.class.getName(), this);
        String header = context.request().getHeader("Authorization");
        if (header == null) {
            return local && LoopbackHosts.names(context.request().authority())
                    ? Uni.createFrom()
                            .item(BearerIdentityProvider.builder(Caller.installation("local"))
                                    .build())
                    : Uni.createFrom().nullItem();
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return providers.authenticate(
                new BearerTokenRequest(header.substring(SCHEME.length()).trim()));
    }

    /** Ends the response itself: handlers further down would leave it without a body, or open. */
    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        boolean sent = context.request().getHeader("Authorization") != null;
        context.response()
                .putHeader("WWW-Authenticate", sent ? "Bearer error=\"invalid_token\"" : "Bearer realm=\"evenkeel\"");
        ProblemWriter.write(
                context,
                Problem.of(ProblemType.UNAUTHENTICATED, sent ? "The token is not valid." : "Send a bearer token."));
        return Uni.createFrom().item(true);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer realm=\"evenkeel\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(BearerTokenRequest.class);
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom().item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer"));
    }
}
