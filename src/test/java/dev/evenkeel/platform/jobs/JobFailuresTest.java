package dev.evenkeel.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.http.ProblemException;
import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobFailuresTest {
    private static PgException sqlState(String state) {
        return new PgException("insert into secret_table", "ERROR", state, "detail");
    }

    @ParameterizedTest
    @CsvSource({
        "53100, 30",
        "53300, 2",
        "57P01, 2",
        "57P03, 2",
        "08006, 2",
        "58030, 2",
        "40P01, 1",
        "40001, 1",
        "55P03, 1"
    })
    void theDatabasesTroublesAreWaitedOut(String state, long seconds) {
        RetryLater later = JobFailures.environmental(new CompletionException(sqlState(state)));
        assertThat(later).isNotNull().extracting(RetryLater::delay).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "22P02", "42601", "57014"})
    void aStatementThatIsAtFaultIsNot(String state) {
        assertThat(JobFailures.environmental(sqlState(state))).isNull();
    }

    @Test
    void aLostConnectionAndAFullLaneAreWaitedOut() {
        assertThat(JobFailures.environmental(new IllegalStateException(new ConnectException("refused"))))
                .isNotNull();
        assertThat(JobFailures.environmental(ProblemException.overloaded("full", Duration.ofSeconds(7))))
                .isNotNull()
                .extracting(RetryLater::delay)
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(JobFailures.environmental(ProblemException.conflict("no"))).isNull();
        assertThat(JobFailures.environmental(new IllegalStateException("boom"))).isNull();
    }

    @Test
    void whatIsShownTellsNoInternals() {
        assertThat(JobFailures.describe(sqlState("23505")))
                .isEqualTo("The database refused a statement (SQLSTATE 23505).");
        assertThat(JobFailures.describe(new IllegalStateException("page 7 is damaged")))
                .isEqualTo("page 7 is damaged");
        assertThat(JobFailures.describe(new NullPointerException("Cannot invoke \"String.length()\"")))
                .doesNotContain("String");
        assertThat(JobFailures.describe(new IllegalStateException("java.io.EOFException: end")))
                .doesNotContain("java.io");
        assertThat(JobFailures.describe(new IllegalStateException())).isNotBlank();
    }
}
