package dev.evenkeel.platform.search.vector;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What an operator is told of the index of vectors; the choice is that of the database of the tests. */
@QuarkusTest
class VectorResourceTest {
    @Inject
    PgVector pgVector;

    @Inject
    Sql sql;

    @Test
    void tellsWhatWasChosenAtTheStartAndWhy() {
        // Given
        boolean installed = sql.number("select count(*) from pg_extension where extname = 'vector'") > 0;

        // When, then
        assertThat(pgVector.used()).isEqualTo(installed);
        given().get("/api/v1/operations/vectors")
                .then()
                .statusCode(200)
                .body("kind", equalTo(installed ? "pgvector" : "resident"))
                .body("reason", equalTo(pgVector.choice().reason()))
                .body("extension_version", equalTo(pgVector.choice().version()))
                .body("resident_bytes", greaterThanOrEqualTo(0));
    }
}
