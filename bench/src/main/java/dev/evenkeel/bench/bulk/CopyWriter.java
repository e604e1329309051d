package dev.evenkeel.bench.bulk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Writes batches with COPY, the fastest way into PostgreSQL. */
final class CopyWriter {

    private CopyWriter() {}

    /** All batches in one transaction, or each in its own as a queue of jobs would. Returns rows a second. */
    static double write(Connection connection, TableShape table, List<Batch> batches, boolean oneTransaction)
            throws SQLException, IOException {
        connection.setAutoCommit(false);
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        long start = System.nanoTime();
        long rows = 0;
        for (Batch batch : batches) {
            rows += copy.copyIn(table.copyStatement(), new ByteArrayInputStream(batch.copyLines()));
            if (!oneTransaction) {
                connection.commit();
            }
        }
        connection.commit();
        double seconds = (System.nanoTime() - start) / 1e9;
        connection.setAutoCommit(true);
        return rows / seconds;
    }
}
