package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.ledger.Ledger;
import dev.evenkeel.bench.ledger.LedgerCheck;
import dev.evenkeel.bench.ledger.LedgerWriter;
import dev.evenkeel.bench.process.EmbeddedDatabase;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Crashes during ingestion: SIGKILL to the service, to PostgreSQL, to both, at random moments. Afterwards every acknowledged document
 * must be there exactly once, complete or still under way, and at the end complete.
 */
public final class Crash {

    private static final int WRITERS = 3;
    private static final int PARAGRAPHS = 6;
    private static final int DOCUMENTS_BEFORE_CRASH = 20;
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(10);
    private static final Duration DONE_LIMIT = Duration.ofMinutes(10);

    private enum Victim {
        SERVICE,
        POSTGRESQL,
        BOTH
    }

    private record Round(int number, Victim victim, double afterSeconds, double recoverySeconds, int problems) {}

    private final Options options;
    private final Path work;
    private final Random random;
    private final Ledger ledger = new Ledger();
    private final AtomicLong numbers = new AtomicLong();
    private final List<String> problems = new ArrayList<>();

    private Crash(Options options, Path work) {
        this.options = options;
        this.work = work;
        this.random = new Random(options.number("seed"));
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("crash", "kill -9 of the service and of PostgreSQL during ingestion")
                .with("rounds", "20", "crashes")
                .with("longest", "4000", "longest time before a crash, in milliseconds")
                .with("seed", "1", "seed of the random moments");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        boolean sound = new Crash(options, WorkDirectory.fresh(options, "crash")).run();
        System.exit(sound ? 0 : 1);
    }

    private boolean run() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("Evenkeel", ServiceSettings.from(options), work, Map.of())
                .awaitReady()) {
            Machine machine = Machine.describe(null);
            Evenkeel api = new Evenkeel(service.target(), service.token());
            String collection = api.createCollection("crash", "simple");
            LedgerCheck check = new LedgerCheck(api, collection, ledger);
            EmbeddedDatabase database = new EmbeddedDatabase(work.resolve("data"));
            List<Round> rounds = new ArrayList<>();
            for (int number = 1; number <= options.number("rounds"); number++) {
                rounds.add(round(number, service, database, api, collection, check));
            }
            double afterTermination = terminate(service, database);
            Map<String, Integer> states = check.awaitDone(DONE_LIMIT);
            note(check.presence());
            note(check.contents());
            report(machine, rounds, states, afterTermination);
        }
        return problems.isEmpty();
    }

    private Round round(
            int number,
            ServiceProcess service,
            EmbeddedDatabase database,
            Evenkeel api,
            String collection,
            LedgerCheck check)
            throws Exception {
        Victim victim = Victim.values()[(number - 1) % Victim.values().length];
        long delay = 200 + random.nextInt(options.number("longest") - 200);
        long crash;
        try (LedgerWriter writer = new LedgerWriter(api, collection, ledger, numbers, PARAGRAPHS).start(WRITERS)) {
            awaitAcknowledged(DOCUMENTS_BEFORE_CRASH);
            Thread.sleep(delay);
            crash = System.nanoTime();
            kill(victim, service, database);
        }
        if (victim != Victim.POSTGRESQL) {
            service.restart();
        }
        awaitReads(service, api);
        double recovery = (System.nanoTime() - crash) / 1e9;
        List<String> found = check.presence();
        note(found);
        System.out.printf(
                "round %d: %s after %d ms, ready again after %.1f s, %d documents acknowledged, %d problems%n",
                number, victim, delay, recovery, ledger.acknowledged().size(), found.size());
        return new Round(number, victim, delay / 1000.0, recovery, found.size());
    }

    private static void kill(Victim victim, ServiceProcess service, EmbeddedDatabase database) throws Exception {
        if (victim != Victim.SERVICE) {
            database.kill();
        }
        if (victim != Victim.POSTGRESQL) {
            service.kill();
        }
    }

    /** Ends all database connections; the seconds until the service reads again, without a restart. */
    private double terminate(ServiceProcess service, EmbeddedDatabase database) throws Exception {
        Evenkeel api = new Evenkeel(service.target(), service.token());
        int ended = database.terminateConnections();
        long start = System.nanoTime();
        awaitReads(service, api);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (seconds > RECOVERY_LIMIT.toSeconds()) {
            problems.add("reads failed for " + seconds + " s after the connections were ended");
        }
        System.out.printf("%d connections ended, reads again after %.2f s%n", ended, seconds);
        return seconds;
    }

    /** Waits until the service is ready and reads from its database again. */
    private static void awaitReads(ServiceProcess service, Evenkeel api) throws Exception {
        long deadline = System.nanoTime() + DONE_LIMIT.toNanos();
        while (!reads(api)) {
            if (System.nanoTime() > deadline || !service.process().isAlive()) {
                throw new IllegalStateException(
                        "the service did not recover, see " + service.process().log());
            }
            Thread.sleep(50);
        }
        service.awaitReady();
    }

    private static boolean reads(Evenkeel api) {
        try {
            return api.get("/api/v1/documents?limit=1").isSuccess();
        } catch (IOException noAnswer) {
            return false;
        }
    }

    /** A cold service acknowledges nothing in its first seconds; a crash then would show nothing. */
    private void awaitAcknowledged(int documents) throws InterruptedException {
        int before = ledger.acknowledged().size();
        long deadline = System.nanoTime() + DONE_LIMIT.toNanos();
        while (ledger.acknowledged().size() < before + documents) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the service acknowledges nothing");
            }
            Thread.sleep(20);
        }
    }

    private void note(List<String> found) {
        found.forEach(System.out::println);
        problems.addAll(found);
    }

    private void report(Machine machine, List<Round> rounds, Map<String, Integer> states, double afterTermination) {
        MarkdownTable table = new MarkdownTable("round", "killed", "after s", "ready again after s", "problems");
        rounds.forEach(r -> table.row(
                Integer.toString(r.number),
                r.victim.name().toLowerCase(Locale.ROOT),
                MarkdownTable.number(r.afterSeconds),
                MarkdownTable.number(r.recoverySeconds),
                Integer.toString(r.problems)));
        new Report("crash", "Crashes during ingestion", machine)
                .value("rounds", rounds)
                .value("acknowledged", ledger.acknowledged().size())
                .value("unanswered", ledger.unknownPaths().size())
                .value("states", states)
                .value("problems", problems)
                .paragraph(
                        "%d documents acknowledged, %d requests never answered; states at the end %s; %d problems (an acknowledged document missing, doubled, failed or incomplete). After `pg_terminate_backend` on all connections reads worked again within %.2f s."
                                .formatted(
                                        ledger.acknowledged().size(),
                                        ledger.unknownPaths().size(),
                                        states,
                                        problems.size(),
                                        afterTermination))
                .table(table)
                .write(options);
    }
}
