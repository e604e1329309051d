package dev.evenkeel.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A statement is parsed once for each connection. */
@QuarkusTest
class PreparedStatementsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String KEPT = "select count(*) from pg_prepared_statements where statement = $1";

    @Inject
    Database database;

    @Test
    void aLongStatementIsKeptToo() {
        // Given a statement longer than any of ours
        String statement = "select $1::int /* " + "long ".repeat(2_000) + "*/";

        // When it has run
        long kept = database.bulkSql(tx -> tx.preparedQuery(statement)
                        .execute(Tuple.of(1))
                        .chain(() -> tx.preparedQuery(KEPT).execute(Tuple.of(statement)))
                        .map(rows -> rows.iterator().next().getLong(0)))
                .await()
                .atMost(LIMIT);

        // Then the server keeps it for the next run on that connection
        assertThat(kept).isEqualTo(1);
    }
}
