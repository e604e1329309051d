package dev.evenkeel.knowledge.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An archive is worked on once at a time, and to the end. */
@QuarkusTest
class HeldArchivesTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Inject
    HeldArchives archives;

    private String alone(UUID item) {
        return archives.alone(item, Uni.createFrom().item("done")).await().atMost(LIMIT);
    }

    private void beingWorkedOn(UUID item) {
        assertThatThrownBy(() -> alone(item))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem().status()).isEqualTo(409));
    }

    @Test
    void whatIsBegunGoesOnWithoutTheClientAndIsNotBegunTwice() {
        // Given work that takes its time
        UUID item = UUID.randomUUID();
        CompletableFuture<String> unpacked = new CompletableFuture<>();
        AtomicBoolean removed = new AtomicBoolean();
        Cancellable client = archives.alone(
                        item, Uni.createFrom().completionStage(unpacked).invoke(() -> removed.set(true)))
                .subscribe()
                .with(done -> {});

        // Then
        beingWorkedOn(item);
        assertThat(alone(UUID.randomUUID())).isEqualTo("done");

        // When the client leaves
        client.cancel();
        // Then it is worked on still
        beingWorkedOn(item);
        assertThat(unpacked).isNotCancelled();

        // When it comes to its end
        unpacked.complete("files");
        // Then all of it is done as soon as it has its lock, and it can be worked on again when that is given back
        Eventually.holds(() -> assertThat(removed).isTrue());
        Eventually.holds(() -> assertThatCode(() -> alone(item)).doesNotThrowAnyException());
    }

    @Test
    void whatHasFailedCanBeBegunAgain() {
        UUID item = UUID.randomUUID();
        assertThatThrownBy(() -> archives.alone(item, Uni.createFrom().failure(new IllegalStateException("broken")))
                        .await()
                        .atMost(LIMIT))
                .hasMessage("broken");
        assertThat(alone(item)).isEqualTo("done");
    }
}
