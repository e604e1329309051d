package dev.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.bench.memory.history.HistoryChecker;
import dev.evenkeel.bench.memory.history.HistoryClients;
import dev.evenkeel.bench.memory.history.HistoryFile;
import dev.evenkeel.bench.memory.history.Operation;
import dev.evenkeel.bench.memory.history.Outcome;
import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.ServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients of the memory module over three replicas, one of which is killed and started again: whatever they were answered is what
 * one store would have answered that does each request at one moment, all of it or nothing. {@code -Devenkeel.history.seconds} sets
 * the length, {@code -Devenkeel.history.seed} repeats a choice of requests. {@code bench/run.sh memory-history} is the long form.
 */
class MemoryHistoryIT {
    private static final int REPLICAS = 3;
    private static final int CLIENTS = 20;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("evenkeel.history.seconds", 15));
    private static final long SEED = Long.getLong("evenkeel.history.seed", System.nanoTime());

    @TempDir
    private Path directory = Path.of(".");

    private final AtomicReferenceArray<ServiceProcess> replicas = new AtomicReferenceArray<>(REPLICAS);

    @Test
    void answersAsOneStoreWhileAReplicaIsKilled() throws Exception {
        System.out.println("evenkeel.history.seed=" + SEED);
        Path recorded = directory.resolve("history.jsonl");
        try (PostgresServer database = PostgresServer.start(ServerSettings.empty(directory.resolve("database")))) {
            try {
                // Given three replicas and clients that ask all of them
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.set(i, replica(database, i));
                }
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.get(i).awaitReady();
                }
                try (HistoryFile file = new HistoryFile(recorded)) {
                    HistoryClients clients = new HistoryClients(
                            REPLICAS,
                            number -> replicas.get(number).api(""),
                            ServiceProcess.TOKEN,
                            "history/short",
                            file);
                    long end = System.nanoTime() + LENGTH.toNanos();
                    try (HistoryClients running = clients.start(CLIENTS, SEED)) {
                        Thread.sleep(LENGTH.toMillis() / 3);
                        // When one is killed and started again
                        ServiceProcess victim = replicas.get(1);
                        victim.kill();
                        victim.wasNeverBlocked();
                        ServiceProcess again = replica(database, 1);
                        replicas.set(1, again);
                        again.awaitReady();
                        Thread.sleep(Math.max(1_000, (end - System.nanoTime()) / 1_000_000));
                        assertThat(running.outcomes().get(Outcome.DONE)).isGreaterThan(100L);
                    }
                    clients.readAll();
                }
                for (int i = 0; i < REPLICAS; i++) {
                    replicas.get(i).wasNeverBlocked();
                }
            } finally {
                for (int i = 0; i < REPLICAS; i++) {
                    if (replicas.get(i) != null) {
                        replicas.get(i).close();
                    }
                }
            }
        }
        // Then what they were answered has an explanation
        List<Operation> history = HistoryFile.read(recorded);
        assertThat(history).anyMatch(operation -> operation.outcome() == Outcome.REFUSED);
        assertThat(HistoryChecker.check(history)).isEmpty();
    }

    private ServiceProcess replica(PostgresServer database, int number) throws IOException {
        return ServiceProcess.in(directory.resolve("replica-" + number))
                .on(database)
                .with("EVENKEEL_HTTP_REQUESTS_PER_SECOND", "0")
                .with("EVENKEEL_HTTP_REQUESTS_PER_SECOND_AND_CALLER", "0")
                .start();
    }
}
