package dev.evenkeel.identity.user;

import dev.evenkeel.identity.CurrentOrigin;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.ETags;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** One's own account. */
@Path("/api/v1/users/me")
@Tag(name = "account")
@Authenticated
public class AccountResource {
    private final UserService users;
    private final AccountService accounts;
    private final AccountExport export;
    private final CurrentCaller caller;
    private final CurrentOrigin origin;

    AccountResource(
            UserService users,
            AccountService accounts,
            AccountExport export,
            CurrentCaller caller,
            CurrentOrigin origin) {
        this.users = users;
        this.accounts = accounts;
        this.export = export;
        this.caller = caller;
        this.origin = origin;
    }

    /** The account whose session or personal token this is. */
    @GET
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    public Uni<Response> get() {
        return users.own(caller.get()).map(AccountResource::withETag);
    }

    /** Changes the username or the e-mail address. */
    @PATCH
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(schema = @Schema(implementation = UserView.class)))
    public Uni<Response> change(
            @NotNull @Valid ProfileChange change, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        return users.changeOwn(change, ifMatch, caller.get(), origin.get()).map(AccountResource::withETag);
    }

    /** Deletes the account and everything that belongs to it; the password confirms it. */
    @DELETE
    public Uni<Void> delete(@NotNull @Valid Confirmation confirmation) {
        return accounts.delete(confirmation.password(), caller.get(), origin.get());
    }

    /** Everything that is kept about the user and belongs to the user, one JSON object a line. */
    @GET
    @Path("/export")
    @Produces("application/x-ndjson")
    public RestMulti<Buffer> export() {
        Multi<Buffer> lines = export.lines(caller.get(), origin.get());
        return RestMulti.fromMultiData(lines)
                .header("Content-Disposition", "attachment; filename=\"evenkeel-export.ndjson\"")
                .build();
    }

    static Response withETag(UserView view) {
        return Response.ok(view)
                .header(HttpHeaders.ETAG, ETags.of(view.version()))
                .build();
    }

    /** The password of the account. */
    public record Confirmation(@NotNull @Size(max = 512) String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Confirmation[]";
        }
    }
}
