package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkus.security.ForbiddenException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Failures say what was wrong and what to do, and nothing of the inside. */
class FailureTextTest {
    private static String text(Throwable failure) {
        return Objects.requireNonNull(FailureText.of(failure), "a defect").message();
    }

    @Test
    void overloadSaysWhenToTryAgain() {
        assertThat(text(ProblemException.overloaded("Too much is waiting.", Duration.ofSeconds(3))))
                .isEqualTo("Too much is waiting. Try again in 3 s.");
        assertThat(text(new ConnectionPoolTooBusyException("pool")))
                .isEqualTo("Too much is waiting for the database. Try again in 2 s.");
        assertThat(text(new PgException("canceling statement", "ERROR", "57014", "")))
                .isEqualTo("The database took too long. Try again in 2 s.");
    }

    @Test
    void everyFieldIsNamed() {
        assertThat(text(ProblemException.invalid("name", "must not be blank"))).isEqualTo("name: must not be blank");
        assertThat(text(new ProblemException(
                        Problem.invalid(List.of(
                                new Problem.FieldError("a", "is bad"), new Problem.FieldError("b", "is worse"))),
                        null)))
                .isEqualTo("2 fields are not valid. a: is bad b: is worse");
    }

    @Test
    void permissionsAndVersionsAreToldWithoutTheInside() {
        assertThat(text(new ForbiddenException("inside"))).isEqualTo("This needs a permission that you do not have.");
        assertThat(text(new OptimisticLockException("inside")))
                .isEqualTo("It was changed by somebody else meanwhile; call again.");
    }

    @Test
    void aDefectIsNotExplained() {
        assertThat(FailureText.of(new IllegalStateException("inside"))).isNull();
        assertThat(FailureText.internal("17").message())
                .contains("request id 17")
                .doesNotContain("inside");
    }
}
