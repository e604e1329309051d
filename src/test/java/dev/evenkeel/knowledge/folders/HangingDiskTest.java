package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.testing.Eventually;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not answer costs a thread, and nobody else's folder anything. */
class HangingDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PATIENTLY = Duration.ofSeconds(20);

    @TempDir
    private Path directory = Path.of("");

    private final Vertx vertx = Vertx.vertx();
    private final DiskWorkers disks = new DiskWorkers(vertx, new OneRoot(directory, LIMIT));
    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void close() {
        answer.countDown();
        disks.stop(new ShutdownEvent());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static <T> T result(Uni<T> uni) {
        return uni.await().atMost(PATIENTLY);
    }

    private void notAnswering(Uni<?> uni) {
        assertThatThrownBy(() -> result(uni))
                .isInstanceOfSatisfying(
                        FolderUnavailable.class,
                        unavailable -> assertThat(unavailable.code()).isEqualTo("not_answering"));
    }

    @Test
    void nobodyWaitsForAHangingCallAndNoSecondOneIsMadeUntilItReturns() {
        // Given
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean closed = new AtomicBoolean();
        Uni<AutoCloseable> hanging = disks.run("a", () -> {
            calls.incrementAndGet();
            answer.await();
            return () -> closed.set(true);
        });

        // When
        notAnswering(hanging);
        for (int i = 0; i < 50; i++) {
            notAnswering(hanging);
        }

        // Then
        assertThat(calls).hasValue(1);
        assertThat(disks.hanging()).containsExactly("a");
        assertThat(result(disks.run("b", () -> "answer"))).isEqualTo("answer");

        // When it answers after all
        answer.countDown();
        // Then what nobody waits for any more is closed, and the disk is asked again
        Eventually.holds(() -> assertThat(disks.hanging()).isEmpty());
        assertThat(closed).isTrue();
        result(hanging);
        assertThat(calls).hasValue(2);
    }

    @Test
    void whatTakesLongAndGivesSignsOfLifeIsWaitedFor() {
        assertThat(result(disks.run("a", () -> {
                    long until = System.nanoTime() + LIMIT.multipliedBy(2).toNanos();
                    while (System.nanoTime() < until) {
                        DiskWorkers.signOfLife();
                        Thread.onSpinWait();
                    }
                    return "done";
                })))
                .isEqualTo("done");
    }

    @Test
    void whenEveryThreadHangsWhatWaitsForOneIsToldSoAndNeverBegins() {
        // Given
        for (int i = 0; i < 16; i++) {
            Uni<Boolean> hanging = disks.run(i, () -> {
                answer.await();
                return true;
            });
            hanging.subscribe().with(done -> {}, failure -> {});
        }
        AtomicBoolean begun = new AtomicBoolean();
        // When
        notAnswering(disks.run("waiting", () -> {
            begun.set(true);
            return true;
        }));
        answer.countDown();
        // Then
        Eventually.holds(() -> assertThat(disks.hanging()).isEmpty());
        assertThat(begun).isFalse();
    }

    @Test
    void failuresArePassedOn() {
        assertThatThrownBy(() -> result(disks.run("a", () -> {
                    throw new IOException("broken");
                })))
                .hasRootCauseMessage("broken");
        assertThat(disks.hanging()).isEmpty();
    }

    @Test
    void theOtherFoldersAreWatchedAndThoseOfTheHangingDiskWhenItAnswers() throws IOException {
        // Given three folders, one of them on a disk that hangs
        Path real = directory.toRealPath();
        List<Folder> all = List.of(
                OneRoot.folder(Files.createDirectories(real.resolve("one"))),
                OneRoot.folder(Files.createDirectories(real.resolve("hanging"))),
                OneRoot.folder(Files.createDirectories(real.resolve("other"))));
        Folder one = all.get(0);
        Folder hanging = all.get(1);
        Folder other = all.get(2);
        AtomicInteger asked = new AtomicInteger();
        FolderRoots roots = new FolderRoots(new OneRoot(real)) {
            @Override
            FolderRoot opened(String root) {
                if (root.equals(hanging.root())) {
                    asked.incrementAndGet();
                    await();
                }
                return super.opened(root);
            }
        };
        AnsweringWatches watches = new AnsweringWatches(disks, () -> new DirectoryWatches(roots, 100));

        // When
        notAnswering(watches.watch(all));
        List<UUID> watched = result(watches.watch(all));

        // Then
        assertThat(watched).containsExactly(one.id(), other.id());
        assertThat(watches.hanging()).containsExactly(hanging.id());
        assertThat(asked).hasValue(1);
        assertThat(result(watches.changed())).containsExactlyInAnyOrder(one.id(), other.id());
        Files.move(
                Files.writeString(real.resolve("a.md"), "a"),
                Path.of(other.root()).resolve("a.md"));
        Eventually.holds(() -> assertThat(result(watches.changed())).containsExactly(other.id()));

        // When it answers
        answer.countDown();
        Eventually.holds(() -> assertThat(watches.hanging()).isEmpty());
        // Then
        assertThat(result(watches.watch(all))).containsExactly(one.id(), hanging.id(), other.id());
        assertThat(result(watches.changed())).containsExactly(hanging.id());
        watches.close();
    }

    private void await() {
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
