package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.access.Roles;
import dev.evenkeel.platform.search.vector.VectorSearchStatus.VectorsView;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** By what vectors are searched, for whoever operates this replica. */
@Path("/api/v1/operations")
@Tag(name = "operations")
@RolesAllowed(Roles.ADMINISTRATOR)
public class VectorResource {
    private final VectorSearchStatus status;

    VectorResource(VectorSearchStatus status) {
        this.status = status;
    }

    /** What this replica chose at its start, the memory of its sign bits, and the indexes in the database. */
    @GET
    @Path("/vectors")
    public Uni<VectorsView> vectors() {
        return status.current();
    }
}
