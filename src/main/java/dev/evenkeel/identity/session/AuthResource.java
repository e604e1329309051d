package dev.evenkeel.identity.session;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Signing in and out. */
@Path("/api/v1/auth")
@Tag(name = "auth")
@Authenticated
public class AuthResource {
    private final SignInService signIns;
    private final SessionService sessions;
    private final PasswordResetService resets;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    AuthResource(
            SignInService signIns,
            SessionService sessions,
            PasswordResetService resets,
            CurrentCaller caller,
            CurrentOrigin origin) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.resets = resets;
        this.caller = caller;
        this.origin = origin;
    }

    /** Begins a session with a username or an e-mail address and a password. */
    @POST
    @Path("/login")
    @PermitAll
    @APIResponse(
            responseCode = "200",
            description = "Signed in",
            content = @Content(schema = @Schema(implementation = SessionTokens.class)))
    public Uni<Response> login(@NotNull @Valid SignIn wanted) {
        return signIns.signIn(wanted, origin.get()).map(AuthResource::answer);
    }

    /** Exchanges a refresh token for the next pair; each works once, and a second use ends the session. */
    @POST
    @Path("/refresh")
    @PermitAll
    @APIResponse(
            responseCode = "200",
            description = "Refreshed",
            content = @Content(schema = @Schema(implementation = SessionTokens.class)))
    public Uni<Response> refresh(@NotNull @Valid Refresh refresh) {
        return sessions.refresh(refresh.refreshToken(), origin.get()).map(AuthResource::answer);
    }

    /** Ends this session: none of its tokens is good from then on. */
    @POST
    @Path("/logout")
    public Uni<Void> logout() {
        return sessions.signOut(caller.get(), origin.get());
    }

    /** Ends all sessions of the user, this one too. */
    @POST
    @Path("/logout-all")
    public Uni<Void> logoutAll() {
        return sessions.signOutEverywhere(caller.get(), origin.get());
    }

    /** Sends a permission to set a new password, if an account has this address; the answer is the same if none has. */
    @POST
    @Path("/password-reset")
    @PermitAll
    @APIResponse(responseCode = "202", description = "It is on its way, if there is such an account")
    public Uni<Response> requestReset(@NotNull @Valid ResetRequest request) {
        resets.request(request.email(), origin.get());
        return Uni.createFrom().item(Response.accepted().build());
    }

    /** Sets a new password with a permission that was sent; ends all sessions. */
    @POST
    @Path("/password-reset/confirm")
    @PermitAll
    public Uni<Void> confirmReset(@NotNull @Valid PasswordReset reset) {
        return resets.confirm(reset, origin.get());
    }

    /** Tokens must not stay in a cache (RFC 6749, 5.1). */
    private static Response answer(SessionTokens tokens) {
        return Response.ok(tokens).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    /** A refresh token to be exchanged. */
    public record Refresh(@NotNull @Size(max = 100) String refreshToken) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Refresh[]";
        }
    }

    /** Whose password is forgotten. */
    public record ResetRequest(
            @NotNull @Size(min = 3, max = 254) String email) {}
}
