package dev.evenkeel.platform.database;

import dev.evenkeel.platform.access.Roles;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** For whoever operates this replica. */
@Path("/api/v1/operations")
@Tag(name = "operations")
@RolesAllowed(Roles.ADMINISTRATOR)
public class LaneResource {
    private final Database database;

    LaneResource(Database database) {
        this.database = database;
    }

    /** What holds and what awaits a connection on this replica at this moment. */
    @GET
    @Path("/lanes")
    public Uni<LanesView> lanes() {
        return Uni.createFrom().item(() -> new LanesView(database.lanes()));
    }

    /** The lanes of one replica. */
    public record LanesView(List<LaneStatus> lanes) {}
}
