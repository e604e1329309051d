package dev.evenkeel.testing;

import dev.evenkeel.platform.database.Database;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Looks at the database directly, for what no answer of the service shows, and brings about what no request can. */
@Singleton
public class Sql {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Database database;

    Sql(Database database) {
        this.database = database;
    }

    public RowSet<Row> rows(String query, Object... arguments) {
        return database.readSql(connection -> connection.preparedQuery(query).execute(Tuple.from(List.of(arguments))))
                .await()
                .atMost(LIMIT);
    }

    /** The number in the first column of the first row. */
    public long number(String query, Object... arguments) {
        return rows(query, arguments).iterator().next().getLong(0);
    }

    /** Runs a statement that changes something, in a transaction of its own. */
    public void change(String statement, Object... arguments) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.from(List.of(arguments))))
                .await()
                .atMost(LIMIT);
    }
}
