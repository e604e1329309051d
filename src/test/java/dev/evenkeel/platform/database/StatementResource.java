package dev.evenkeel.platform.database;

import dev.evenkeel.platform.access.Roles;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestQuery;

/** For tests: sends as many statements as it is told, one after the other. */
@Path("/test/statements")
@RolesAllowed(Roles.ADMINISTRATOR)
public class StatementResource {
    private final Database database;

    StatementResource(Database database) {
        this.database = database;
    }

    @GET
    @Path("/session")
    public Uni<String> session(@RestQuery int count) {
        return database.read(() -> Multi.createFrom()
                .range(0, count)
                .onItem()
                .transformToUniAndConcatenate(i -> Panache.getSession()
                        .chain(session -> session.createNativeQuery("select ?1 + 0", Integer.class)
                                .setParameter(1, i)
                                .getSingleResult()))
                .collect()
                .last()
                .map(String::valueOf));
    }

    @GET
    @Path("/plain")
    public Uni<String> plain(@RestQuery int count) {
        return database.readSql(connection -> Multi.createFrom()
                .range(0, count)
                .onItem()
                .transformToUniAndConcatenate(
                        i -> connection.preparedQuery("select $1::int").execute(Tuple.of(i)))
                .collect()
                .last()
                .replaceWith("done"));
    }

    @GET
    @Path("/batch")
    public Uni<String> batch(@RestQuery int count) {
        return database.writeSql(connection -> connection
                .preparedQuery("select * from unnest($1::int[])")
                .execute(Tuple.of(new Integer[count]))
                .replaceWith("done"));
    }
}
