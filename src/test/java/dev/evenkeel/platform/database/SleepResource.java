package dev.evenkeel.platform.database;

import dev.evenkeel.platform.access.Roles;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * For tests: holds a connection of a lane while the test holds {@link #HOLD}, and then for a while, by each of the ways to the
 * database.
 */
@Path("/test/sleep")
@RolesAllowed(Roles.ADMINISTRATOR)
public class SleepResource {
    /** An advisory lock. */
    static final int HOLD = 4711;

    private final Database database;

    SleepResource(Database database) {
        this.database = database;
    }

    @GET
    @Path("/read")
    public Uni<String> read(@RestQuery double seconds) {
        return database.read(() -> inSession(seconds));
    }

    @GET
    @Path("/write")
    public Uni<String> write(@RestQuery double seconds) {
        return database.write(() -> inSession(seconds));
    }

    @GET
    @Path("/read-sql")
    public Uni<String> readSql(@RestQuery double seconds) {
        return database.readSql(connection -> onConnection(connection, seconds));
    }

    @GET
    @Path("/write-sql")
    public Uni<String> writeSql(@RestQuery double seconds) {
        return database.writeSql(connection -> onConnection(connection, seconds));
    }

    @GET
    @Path("/bulk-sql")
    public Uni<String> bulkSql() {
        return database.bulkSql(
                connection -> connection.query("select 1").execute().replaceWith("done"));
    }

    private static Uni<String> inSession(double seconds) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(
                                "select concat(pg_advisory_xact_lock_shared(" + HOLD + "), pg_sleep(?1))", String.class)
                        .setParameter(1, seconds)
                        .getSingleResult())
                .replaceWith("slept");
    }

    private static Uni<String> onConnection(SqlConnection connection, double seconds) {
        return connection
                .preparedQuery("select pg_advisory_xact_lock_shared(" + HOLD + "), pg_sleep($1)")
                .execute(Tuple.of(seconds))
                .replaceWith("slept");
    }
}
