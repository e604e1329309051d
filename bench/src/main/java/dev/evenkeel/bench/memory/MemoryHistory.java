package dev.evenkeel.bench.memory;

import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.memory.history.HistoryChecker;
import dev.evenkeel.bench.memory.history.HistoryClients;
import dev.evenkeel.bench.memory.history.HistoryFile;
import dev.evenkeel.bench.memory.history.Operation;
import dev.evenkeel.bench.memory.history.Outcome;
import dev.evenkeel.bench.process.BearerToken;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Clients write and read the same few keys of the memory module over three replicas while replicas, and now and then PostgreSQL, are
 * killed and started again; then the recorded history is checked. {@code --check FILE} checks a history that was recorded before.
 */
public final class MemoryHistory {

    private static final int REPLICAS = 3;
    /** Every fourth crash is one of the database. */
    private static final int DATABASE_EVERY = 4;

    private static final Duration BETWEEN_START_AND_CRASH = Duration.ofSeconds(2);

    private record Crash(String victim, double atSeconds, double backAfterSeconds) {}

    private final Options options;
    private final Path work;
    private final Random random;
    private final List<ServiceProcess> replicas = new ArrayList<>();
    private final List<Crash> crashes = new ArrayList<>();

    private MemoryHistory(Options options, Path work) {
        this.options = options;
        this.work = work;
        this.random = new Random(options.number("seed"));
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of(
                        "memory-history", "linearisability and atomicity of the memory module under kill -9")
                .with("seconds", "120", "seconds of requests")
                .with("clients", "20", "clients with one request in flight each")
                .with("longest", "6000", "longest time between two crashes, in milliseconds")
                .with("seed", "1", "seed of the clients and of the crashes")
                .with("check", "", "check this file and do nothing else");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        if (options.isSet("check")) {
            List<String> problems = HistoryChecker.check(HistoryFile.read(options.path("check")));
            problems.forEach(System.out::println);
            System.out.println(problems.size() + " problems");
            System.exit(problems.isEmpty() ? 0 : 1);
        }
        boolean sound = new MemoryHistory(options, WorkDirectory.fresh(options, "memory-history")).run();
        System.exit(sound ? 0 : 1);
    }

    private boolean run() throws Exception {
        Path history = work.resolve("history.jsonl");
        Machine machine;
        try (PostgresServer database = PostgresServer.start(work)) {
            machine = Machine.describe(database);
            start(database);
            record(database, history);
        } finally {
            replicas.forEach(ServiceProcess::close);
        }
        long begin = System.nanoTime();
        List<Operation> operations = HistoryFile.read(history);
        List<String> problems = HistoryChecker.check(operations);
        report(machine, operations, problems, (System.nanoTime() - begin) / 1e9);
        return problems.isEmpty();
    }

    private void start(PostgresServer database) {
        Map<String, String> environment = new HashMap<>(database.serviceEnvironment());
        environment.put("EVENKEEL_ACCESS_BOOTSTRAP_TOKEN", BearerToken.random());
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND", "0");
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND_AND_CALLER", "0");
        for (int i = 1; i <= REPLICAS; i++) {
            replicas.add(ServiceProcess.start("replica-" + i, ServiceSettings.from(options), work, environment));
        }
        replicas.forEach(ServiceProcess::awaitReady);
    }

    private void record(PostgresServer database, Path history) throws IOException, InterruptedException {
        try (HistoryFile file = new HistoryFile(history)) {
            HistoryClients clients = new HistoryClients(
                    REPLICAS,
                    number -> URI.create(replicas.get(number).target().url("")),
                    replicas.get(0).token(),
                    "history/" + options.text("seed"),
                    file);
            long begin = System.nanoTime();
            try (HistoryClients running = clients.start(options.number("clients"), options.number("seed"))) {
                while (seconds(begin) < options.number("seconds")) {
                    Thread.sleep(BETWEEN_START_AND_CRASH.toMillis()
                            + random.nextInt(Math.max(1, options.number("longest"))));
                    crash(database, begin);
                    System.out.println(crashes.get(crashes.size() - 1) + " " + running.outcomes());
                }
            }
            clients.readAll();
        }
    }

    private void crash(PostgresServer database, long begin) throws InterruptedException {
        double at = seconds(begin);
        if (crashes.size() % DATABASE_EVERY == DATABASE_EVERY - 1) {
            database.kill();
            database.restart();
            replicas.forEach(ServiceProcess::awaitReady);
            crashes.add(new Crash("postgresql", at, seconds(begin) - at));
            return;
        }
        ServiceProcess victim = replicas.get(random.nextInt(REPLICAS));
        victim.kill();
        Thread.sleep(random.nextInt(500));
        victim.restart();
        crashes.add(new Crash(victim.target().name(), at, seconds(begin) - at));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void report(Machine machine, List<Operation> operations, List<String> problems, double checkSeconds) {
        problems.forEach(System.out::println);
        Map<String, Map<Outcome, Long>> kinds = new java.util.TreeMap<>();
        for (Operation operation : operations) {
            kinds.computeIfAbsent(kind(operation), k -> new HashMap<>()).merge(operation.outcome(), 1L, Long::sum);
        }
        MarkdownTable table = new MarkdownTable("request", "done", "refused", "no answer");
        kinds.forEach((kind, outcomes) -> table.row(
                kind,
                Long.toString(outcomes.getOrDefault(Outcome.DONE, 0L)),
                Long.toString(outcomes.getOrDefault(Outcome.REFUSED, 0L)),
                Long.toString(outcomes.getOrDefault(Outcome.UNKNOWN, 0L))));
        Map<String, Long> victims = crashes.stream()
                .collect(Collectors.groupingBy(Crash::victim, java.util.TreeMap::new, Collectors.counting()));
        new Report("memory-history", "Linearisability and atomicity under kill -9", machine)
                .value("crashes", crashes)
                .value("requests", kinds)
                .value("problems", problems)
                .paragraph(
                        "%s clients over three replicas on one database for %s s, seed %s; killed meanwhile %s. %,d requests, checked in %.1f s: %d problems (a lost update, a stale read, a batch in part, a refusal without reason, a value from nowhere)."
                                .formatted(
                                        options.text("clients"),
                                        options.text("seconds"),
                                        options.text("seed"),
                                        victims,
                                        operations.size(),
                                        checkSeconds,
                                        problems.size()))
                .table(table)
                .write(options);
    }

    private static String kind(Operation operation) {
        String first = operation.request().replaceFirst(" .*", "");
        return operation.request().contains(" if ") ? first + " if" : first;
    }
}
