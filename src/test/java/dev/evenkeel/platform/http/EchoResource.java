package dev.evenkeel.platform.http;

import dev.evenkeel.platform.access.Roles;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** For tests: gives back what it was sent, or fails as it is told. */
@Path("/test/echo")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class EchoResource {
    @POST
    public Uni<Note> echo(@Valid @NotNull Note note) {
        return Uni.createFrom().item(note);
    }

    @GET
    public Uni<Number> query(@RestQuery @DefaultValue("10") @Min(1) @Max(200) int pageSize) {
        return Uni.createFrom().item(new Number(pageSize));
    }

    @GET
    @Path("/{id}")
    public Uni<Id> path(@RestPath UUID id) {
        return Uni.createFrom().item(new Id(id));
    }

    @POST
    @Path("/files")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public Uni<Number> files(@RestForm("file") List<FileUpload> files) {
        return Uni.createFrom().item(new Number(files.size()));
    }

    @GET
    @Path("/defect")
    public Uni<Number> defect() {
        return Uni.createFrom()
                .failure(new IllegalStateException("select secret from dev.evenkeel.Vault", new RuntimeException()));
    }

    @GET
    @Path("/thrown-defect")
    public Uni<Number> thrownDefect() {
        throw new IllegalStateException("select secret from dev.evenkeel.Vault");
    }

    @GET
    @Path("/forbidden")
    @RolesAllowed("nobody-" + Roles.ADMINISTRATOR)
    public Uni<Number> forbidden() {
        return query(1);
    }

    @GET
    @Path("/conflict")
    public Uni<Number> conflict() {
        return Uni.createFrom().failure(ProblemException.conflict("It is already there."));
    }

    /** A body with a bit of everything that can be wrong. */
    public record Note(
            @NotBlank @Size(max = 20) String noteTitle,
            @Nullable @Min(0) Integer count,
            @Nullable @Valid Detail detail) {
        /** A nested object. */
        public record Detail(@Size(max = 3) List<@NotBlank String> someTags) {}
    }

    /** A number. */
    public record Number(int value) {}

    /** An id. */
    public record Id(UUID id) {}
}
