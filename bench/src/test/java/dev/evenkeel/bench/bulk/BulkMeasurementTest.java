package dev.evenkeel.bench.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.bench.process.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkMeasurementTest {

    @Test
    void bothWaysStoreTheSameRows(@TempDir Path work) throws Exception {
        try (PostgresServer database = PostgresServer.start(work)) {
            // Given a table with every kind of column the service has
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table piece (no bigint primary key, id uuid not null, content text not null,"
                        + " path text[] not null default '{}', page int, data bytea, meta jsonb, at timestamptz)");
            }

            // When
            BulkResult result = new BulkMeasurement(database, 1).chunks("piece", 700);

            // Then
            assertThat(result.rows()).isEqualTo(700);
            assertThat(result.batches()).isEqualTo(3);
            assertThat(result.copyOneTransaction()).isPositive();
            assertThat(result.unnestBatches()).isPositive();
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select count(*), count(distinct no), min(length(content)), min(length(data)) from bench_piece")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(700);
                assertThat(rows.getInt(2)).isEqualTo(700);
                assertThat(rows.getInt(3)).isGreaterThanOrEqualTo(1450);
                assertThat(rows.getInt(4)).isEqualTo(48);
            }
        }
    }
}
