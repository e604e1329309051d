package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.ledger.Ledger;
import dev.evenkeel.bench.ledger.LedgerCheck;
import dev.evenkeel.bench.ledger.LedgerWriter;
import dev.evenkeel.bench.process.BearerToken;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Three services on one database: they start at the same moment, share the jobs, and one is killed in the middle of them. */
public final class Replicas {

    private static final int REPLICAS = 3;
    private static final Duration DONE_LIMIT = Duration.ofMinutes(10);
    private static final Duration BUSY_LIMIT = Duration.ofMinutes(2);
    private static final String RUNNERS =
            "select coalesce(runner::text, '-') || ' ' || outcome, count(*) from job_attempt group by 1 order by 1";
    private static final String RUNNING = "select 'runners', count(distinct runner) from job where state = 'running'";
    private static final String DOUBLES =
            "select 'jobs', count(*) from (select job_id from job_attempt where outcome = 'succeeded'"
                    + " group by job_id having count(*) > 1) doubles";

    private final Options options;
    private final Path work;
    private final Ledger ledger = new Ledger();
    private final List<ServiceProcess> replicas = new ArrayList<>();

    private Replicas(Options options, Path work) {
        this.options = options;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("replicas", "three services on one database, one killed in the middle of its jobs")
                .with("uploads", "30", "upload requests of 8 documents each")
                .with("paragraphs", "100", "paragraphs of 0.9 kB in each document");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        boolean sound = new Replicas(options, WorkDirectory.fresh(options, "replicas")).run();
        System.exit(sound ? 0 : 1);
    }

    private boolean run() throws Exception {
        try (PostgresServer database = PostgresServer.start(work)) {
            Machine machine = Machine.describe(database);
            startTogether(database);
            Evenkeel api =
                    new Evenkeel(replicas.get(0).target(), replicas.get(0).token());
            String collection = api.createCollection("replicas", "simple");
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> upload(api, collection));
            double killedAfter = killOneInTheMiddle(database);
            upload.join();
            LedgerCheck check = new LedgerCheck(api, collection, ledger);
            Map<String, Integer> states = check.awaitDone(DONE_LIMIT);
            List<String> problems = new ArrayList<>(check.presence());
            problems.addAll(check.contents());
            Map<String, Long> runners = query(database, RUNNERS);
            long doubles = query(database, DOUBLES).getOrDefault("jobs", 0L);
            report(machine, states, problems, runners, doubles, killedAfter);
            return problems.isEmpty() && doubles == 0;
        } finally {
            replicas.forEach(ServiceProcess::close);
        }
    }

    private void startTogether(PostgresServer database) {
        Map<String, String> environment = new HashMap<>(database.serviceEnvironment());
        environment.put("EVENKEEL_ACCESS_BOOTSTRAP_TOKEN", BearerToken.random());
        for (int i = 1; i <= REPLICAS; i++) {
            replicas.add(ServiceProcess.start("replica-" + i, ServiceSettings.from(options), work, environment));
        }
        replicas.forEach(ServiceProcess::awaitReady);
        long migrated = replicas.stream()
                .filter(replica -> replica.process().logText().contains("Successfully applied"))
                .count();
        System.out.printf("%d replicas ready, %d migrated%n", replicas.size(), migrated);
        if (migrated != 1) {
            throw new IllegalStateException(migrated + " replicas say that they migrated the schema");
        }
    }

    private void upload(Evenkeel api, String collection) {
        LedgerWriter writer = new LedgerWriter(api, collection, ledger, new AtomicLong(), options.number("paragraphs"));
        for (int i = 0; i < options.number("uploads"); i++) {
            if (!writer.uploadMany()) {
                throw new IllegalStateException("an upload was refused");
            }
        }
        System.out.printf("%d documents acknowledged%n", ledger.acknowledged().size());
    }

    /** Kills the last replica while every one of them runs a job; the seconds since the upload began. */
    private double killOneInTheMiddle(PostgresServer database) throws Exception {
        long start = System.nanoTime();
        while (query(database, RUNNING).getOrDefault("runners", 0L) < REPLICAS) {
            if (System.nanoTime() - start > BUSY_LIMIT.toNanos()) {
                throw new IllegalStateException("the replicas never all ran jobs at the same time");
            }
            Thread.sleep(2);
        }
        ServiceProcess victim = replicas.get(REPLICAS - 1);
        victim.kill();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("killed %s after %.2f s%n", victim.target().name(), seconds);
        return seconds;
    }

    private static Map<String, Long> query(PostgresServer database, String sql) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    private void report(
            Machine machine,
            Map<String, Integer> states,
            List<String> problems,
            Map<String, Long> runners,
            long doubles,
            double killedAfter) {
        problems.forEach(System.out::println);
        MarkdownTable table = new MarkdownTable("replica and outcome of the attempt", "attempts");
        runners.forEach((runner, count) -> table.row(runner, Long.toString(count)));
        new Report("replicas", "Three replicas, one killed", machine)
                .value("states", states)
                .value("problems", problems)
                .value("attempts", runners)
                .value("jobs_done_twice", doubles)
                .paragraph(
                        "Three replicas started together on an empty database; one migrated. %d documents acknowledged; one replica killed %.1f s into the upload, while all three ran jobs. States at the end %s; %d problems; %d jobs finished twice."
                                .formatted(ledger.acknowledged().size(), killedAfter, states, problems.size(), doubles))
                .table(table)
                .write(options);
    }
}
