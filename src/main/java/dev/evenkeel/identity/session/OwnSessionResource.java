package dev.evenkeel.identity.session;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** One's own sessions and password; for people who have signed in. */
@Path("/api/v1/users/me")
@Tag(name = "account")
@Authenticated
public class OwnSessionResource {
    private final SessionService sessions;
    private final PasswordService passwords;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    OwnSessionResource(SessionService sessions, PasswordService passwords, CurrentCaller caller, CurrentOrigin origin) {
        this.sessions = sessions;
        this.passwords = passwords;
        this.caller = caller;
        this.origin = origin;
    }

    /** Open sessions, newest first. */
    @GET
    @Path("/sessions")
    public Uni<Page<SessionView>> list(
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return sessions.list(caller.get(), limit, cursor);
    }

    /** Ends one session. */
    @DELETE
    @Path("/sessions/{id}")
    public Uni<Void> end(@PathParam("id") UUID id) {
        return sessions.end(caller.get(), id, origin.get());
    }

    /** Changes the password and ends all other sessions. */
    @PUT
    @Path("/password")
    public Uni<Void> changePassword(@NotNull @Valid PasswordChange change) {
        return passwords.change(change, caller.get(), origin.get());
    }
}
