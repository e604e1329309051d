package dev.evenkeel.identity.audit;

import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.access.Roles;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The audit trail, for administrators. */
@Path("/api/v1/audit-events")
@Tag(name = "audit")
@RolesAllowed(Roles.ADMINISTRATOR)
public class AuditResource {
    private final AuditService audit;
    private final CurrentCaller caller;

    AuditResource(AuditService audit, CurrentCaller caller) {
        this.audit = audit;
        this.caller = caller;
    }

    /** What was done, newest first; times are ISO 8601, since inclusive, until exclusive. */
    @GET
    public Uni<Page<AuditView>> list(
            @QueryParam("actor_id") @Nullable UUID actorId,
            @QueryParam("subject_id") @Nullable UUID subjectId,
            @QueryParam("action") @Size(max = 60) @Nullable String action,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(Page.MAX_LIMIT) int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        AuditFilter filter =
                new AuditFilter(actorId, subjectId, action, instant("since", since), instant("until", until));
        return audit.list(caller.get(), filter, limit, cursor);
    }

    private static @Nullable Instant instant(String field, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            throw ProblemException.invalid(field, "must be a time such as 2026-01-31T12:00:00Z");
        }
    }
}
