package dev.evenkeel.testing;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The counter sees every statement, whichever way it goes. */
@QuarkusTest
class StatementCounterTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40})
    void countsStatementsOfSessions(int count) {
        assertThat(StatementCounter.during(() -> get("/test/statements/session?count=" + count)))
                .isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40})
    void countsStatementsOfThePlainClient(int count) {
        assertThat(StatementCounter.during(() -> get("/test/statements/plain?count=" + count)))
                .isEqualTo(count);
    }

    @Test
    void aBatchIsOneStatementAfterTheOneThatSetsTheTimeLimit() {
        assertThat(StatementCounter.during(() -> get("/test/statements/batch?count=500")))
                .isEqualTo(2);
    }

    @Test
    void aRequestWithoutTheDatabaseCountsNothing() {
        assertThat(StatementCounter.during(() -> get("/api/v1/operations/lanes")))
                .isZero();
    }

    private static void get(String path) {
        given().get(path).then().statusCode(200);
    }
}
