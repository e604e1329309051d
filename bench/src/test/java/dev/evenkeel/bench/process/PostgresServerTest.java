package dev.evenkeel.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

    @Test
    void keepsWhatWasCommittedWhenItIsKilled(@TempDir Path work) throws Exception {
        try (PostgresServer server = PostgresServer.start(work)) {
            // Given
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table kept as select generate_series(1, 100) as n");
            }

            // When
            server.kill();
            server.restart();

            // Then
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*) from kept")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(100);
            }
        }
    }
}
