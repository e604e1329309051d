package dev.evenkeel.bench.memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.memory.client.ClientProcess;
import dev.evenkeel.bench.memory.client.OperationFigures;
import dev.evenkeel.bench.memory.client.SideFigures;
import dev.evenkeel.bench.memory.client.Workload;
import dev.evenkeel.bench.process.ChildProcess;
import dev.evenkeel.bench.process.JavaCommand;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Blocking against reactive, like for like: the same statements on the same table of the same server, through as many connections, each
 * side in its own process at each number of callers. The sides take turns, so that what else the machine does meets both.
 */
public final class MemoryClient {

    private static final int CHILD_LIMIT_SECONDS = 300;
    private static final double MEBIBYTE = 1024.0 * 1024;
    private static final List<String> SIDES = List.of("blocking", "reactive");

    private final Options options;
    private final Path work;

    private MemoryClient(Options options, Path work) {
        this.options = options;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("memory-client", "an entry store through JDBC and through the reactive client")
                .with("callers", "1,5,10,20,100", "numbers of callers, each with one operation in flight")
                .with("connections", "20", "connections of each side")
                .with("rounds", "3", "processes of each side at each number of callers; the median counts")
                .with("millis", "900", "measured milliseconds of each of the six operations")
                .with(
                        "warm-up-millis",
                        "3000",
                        "milliseconds of each operation before anything is measured, enough for the compiler to be done")
                .with("client-jvm", "-Xms32m -Xmx128m", "JVM options of both sides");
        Report.declare(WorkDirectory.declare(options)).parse(args);
        new MemoryClient(options, WorkDirectory.fresh(options, "memory-client")).run();
    }

    private void run() throws IOException, SQLException {
        List<Integer> callers = Arrays.stream(options.text("callers").split(","))
                .map(Integer::parseInt)
                .toList();
        try (PostgresServer database = PostgresServer.start(work)) {
            Machine machine = Machine.describe(database);
            try (Connection connection = database.connect()) {
                new Workload()
                        .fill(connection, callers.stream().max(Integer::compare).orElseThrow());
            }
            List<SideFigures> results = new ArrayList<>();
            for (int count : callers) {
                List<List<SideFigures>> rounds = List.of(new ArrayList<>(), new ArrayList<>());
                for (int round = 0; round < options.number("rounds"); round++) {
                    for (int turn = 0; turn < SIDES.size(); turn++) {
                        // Who goes first changes from round to round.
                        int side = (turn + round) % SIDES.size();
                        rounds.get(side).add(measure(database, SIDES.get(side), count));
                    }
                }
                rounds.forEach(side -> results.add(SideFigures.median(side)));
                System.out.println(count + " callers measured");
            }
            report(machine, results);
        }
    }

    private SideFigures measure(PostgresServer database, String side, int callers) throws IOException {
        Path out = work.resolve(side + "-" + callers + ".json");
        List<String> arguments = new ArrayList<>(List.of("--side", side, "--callers", Integer.toString(callers)));
        arguments.addAll(List.of("--port", Integer.toString(database.port()), "--out", out.toString()));
        for (String name : List.of("connections", "millis", "warm-up-millis")) {
            arguments.addAll(List.of("--" + name, options.text(name)));
        }
        List<String> jvm = List.of(options.text("client-jvm").strip().split("\\s+"));
        ChildProcess.run(
                side,
                JavaCommand.main(jvm, ClientProcess.class, arguments),
                work.resolve(side + ".log"),
                CHILD_LIMIT_SECONDS);
        return new ObjectMapper().readValue(out.toFile(), SideFigures.class);
    }

    private void report(Machine machine, List<SideFigures> results) {
        MarkdownTable speed = new MarkdownTable(
                "operation",
                "callers",
                "blocking/s",
                "reactive/s",
                "reactive to blocking",
                "blocking p50",
                "p95",
                "p99 ms",
                "reactive p50",
                "p95",
                "p99 ms");
        MarkdownTable footprint = new MarkdownTable(
                "callers",
                "blocking threads",
                "resident MiB",
                "heap MiB",
                "reactive threads",
                "resident MiB",
                "heap MiB");
        for (int operation = 0; operation < results.get(0).operations().size(); operation++) {
            for (int i = 0; i < results.size(); i += SIDES.size()) {
                int callers = results.get(i).callers();
                speed.row(row(
                        callers,
                        results.get(i).operations().get(operation),
                        results.get(i + 1).operations().get(operation)));
            }
        }
        for (int i = 0; i < results.size(); i += SIDES.size()) {
            footprint.row(row(results.get(i), results.get(i + 1)));
        }
        new Report("memory-client", "Entries through a blocking and a reactive client", machine)
                .value("results", results)
                .paragraph(
                        "The same statements on one table through %s connections: pgjdbc and HikariCP with a thread for each caller, the Vert.x client with two event loops. Each caller has one operation in flight, in a namespace of its own. Every side and number of callers is a process of its own (%s), %s ms of each operation to warm up and %s ms measured; medians of %s processes."
                                .formatted(
                                        options.text("connections"),
                                        options.text("client-jvm"),
                                        options.text("warm-up-millis"),
                                        options.text("millis"),
                                        options.text("rounds")))
                .table(speed)
                .paragraph(
                        "Most threads and most resident memory of the process, and heap in use after a full collection:")
                .table(footprint)
                .write(options);
    }

    private static String[] row(int callers, OperationFigures blocking, OperationFigures reactive) {
        return new String[] {
            blocking.operation(),
            Integer.toString(callers),
            MarkdownTable.number(blocking.perSecond()),
            MarkdownTable.number(reactive.perSecond()),
            String.format(Locale.ROOT, "%.2f", reactive.perSecond() / blocking.perSecond()),
            MarkdownTable.number(blocking.p50Ms()),
            MarkdownTable.number(blocking.p95Ms()),
            MarkdownTable.number(blocking.p99Ms()),
            MarkdownTable.number(reactive.p50Ms()),
            MarkdownTable.number(reactive.p95Ms()),
            MarkdownTable.number(reactive.p99Ms())
        };
    }

    private static String[] row(SideFigures blocking, SideFigures reactive) {
        return new String[] {
            Integer.toString(blocking.callers()),
            Long.toString(blocking.peakThreads()),
            MarkdownTable.number(blocking.peakResidentBytes() / MEBIBYTE),
            MarkdownTable.number(blocking.heapBytes() / MEBIBYTE),
            Long.toString(reactive.peakThreads()),
            MarkdownTable.number(reactive.peakResidentBytes() / MEBIBYTE),
            MarkdownTable.number(reactive.heapBytes() / MEBIBYTE)
        };
    }
}
