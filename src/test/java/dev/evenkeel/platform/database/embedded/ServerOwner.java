package dev.evenkeel.platform.database.embedded;

import dev.evenkeel.testing.ServerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** A process that owns a server with a table, until it is killed. */
final class ServerOwner {
    static final String READY = "ready to be killed";

    private ServerOwner() {}

    public static void main(String[] arguments) throws Exception {
        PostgresServer server = PostgresServer.start(ServerSettings.durable(Path.of(arguments[0])));
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + PostgresServer.DATABASE;
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create table kept as select 17 as number");
        }
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
