package dev.evenkeel.testing;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A configured database that a test may stop and start; the service knows it by its address only. */
public final class OwnDatabase implements QuarkusTestResourceLifecycleManager {
    private static final Path DIRECTORY = Path.of("target/own-postgres");
    private static final AtomicReference<@Nullable PostgresServer> SERVER = new AtomicReference<>();
    private static int port;

    /** Stops the server; open connections break. */
    public static void stopServer() {
        Objects.requireNonNull(SERVER.getAndSet(null)).close();
    }

    /** A connection that is none of the service's. */
    public static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + address(),
                PostgresServer.USER,
                Objects.requireNonNull(SERVER.get()).password());
    }

    /** Starts the server on the same port and data. */
    public static void startServer() {
        SERVER.set(PostgresServer.start(new ServerSettings(DIRECTORY, port, false)));
    }

    @Override
    public Map<String, String> start() {
        port = freePort();
        PostgresServer server = PostgresServer.start(new ServerSettings(DIRECTORY, port, false));
        SERVER.set(server);
        return Map.of(
                "quarkus.datasource.jdbc.url",
                "jdbc:" + address(),
                "quarkus.datasource.reactive.url",
                address(),
                "quarkus.datasource.username",
                PostgresServer.USER,
                "quarkus.datasource.password",
                server.password());
    }

    @Override
    public void stop() {
        PostgresServer server = SERVER.getAndSet(null);
        if (server != null) {
            server.close();
        }
    }

    private static String address() {
        return "postgresql://127.0.0.1:" + port + "/" + PostgresServer.DATABASE;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
