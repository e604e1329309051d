package dev.evenkeel.bench.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.ingest.Backlog;
import dev.evenkeel.bench.ingest.EventLoopLag;
import dev.evenkeel.bench.ingest.IngestWriter;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.LoadRun;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The memory module over HTTP: batches against single requests one after the other, large batches beside small reads, and puts and gets
 * at a fixed rate, first with nothing else to do, against the same statement from a bare client, then while ingestion saturates.
 */
public final class Memory {

    private static final String NAMESPACE = "bench/http";
    private static final String PATH = "/api/v1/memory/bench%2Fhttp/";
    private static final int KEYS = 20_000;
    private static final int BATCH = 1000;
    private static final int LARGE_BATCH = 10_000;
    private static final int CONNECTIONS = 64;
    private static final int WRITE_CONNECTIONS = 6;
    private static final int PARAGRAPHS = 4;
    private static final int DOCUMENTS_EACH = 40;
    private static final int WRITERS = 3;
    private static final int BACKLOG = 1000;

    private record Batches(OperationResult put, OperationResult get, OperationResult store, OperationResult load) {}

    private record Large(OperationResult store, OperationResult load, List<OperationResult> beside, long warnings) {}

    private record Round(OperationResult bare, List<OperationResult> service) {}

    private final Options options;
    private final String value = "{\"text\":\"" + "remember this ".repeat(10) + "\",\"turn\":7}";

    private Memory(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("memory", "batches, and puts and gets at a fixed rate, over HTTP")
                .with("seconds", "12", "measured seconds of each window")
                .with("warm-up", "8", "seconds of everything before anything is measured")
                .with("rounds", "3", "rounds of the fixed rate, service and bare client in turns; the median counts")
                .with("rate", "500", "requests a second, half of them puts")
                .with("saturated-seconds", "30", "measured seconds while ingestion saturates");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new Memory(options).run();
    }

    private void run() throws Exception {
        var work = WorkDirectory.fresh(options, "memory");
        try (PostgresServer database = PostgresServer.start(work);
                ServiceProcess service = ServiceProcess.start(
                                "Evenkeel", ServiceSettings.from(options), work, environment(database))
                        .awaitReady();
                LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(30))) {
            Machine machine = Machine.describe(database);
            Evenkeel administrator = new Evenkeel(service.target(), service.token());
            Evenkeel api = administrator.withTokenOfNewUser("agent");
            warmUp(generator, api);
            Batches batches = batches(generator, api);
            Large large = large(generator, api, service);
            List<Round> rounds = new ArrayList<>();
            try (BareEntries bare = new BareEntries(
                    database.port(), WRITE_CONNECTIONS, owner(database), NAMESPACE, keys("bare"), value)) {
                bare.run(halfRate(), options.seconds("warm-up"));
                for (int i = 0; i < options.number("rounds"); i++) {
                    OperationResult inserts = bare.run(halfRate(), options.seconds("seconds"));
                    rounds.add(new Round(
                            inserts, generator.run(putsAndGets(api), CONNECTIONS, options.seconds("seconds"))));
                }
            }
            EventLoopLag.Counts before = EventLoopLag.count(service.management());
            List<OperationResult> saturated = saturated(generator, administrator, api);
            EventLoopLag lag = EventLoopLag.since(before, service.management());
            report(machine, batches, large, rounds, saturated, lag, service);
        }
    }

    private static Map<String, String> environment(PostgresServer database) {
        Map<String, String> environment = new HashMap<>(database.serviceEnvironment());
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND", "0");
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND_AND_CALLER", "0");
        return environment;
    }

    private double halfRate() {
        return options.number("rate") / 2.0;
    }

    private static String[] keys(String kind) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> String.format(Locale.ROOT, "%s-%05d", kind, i))
                .toArray(String[]::new);
    }

    private Operation puts(Evenkeel api) {
        List<RequestSpec> requests = new ArrayList<>();
        for (String key : keys("key")) {
            requests.add(RequestSpec.putJson(api.target(), PATH + "entries/" + key, api.token(), value));
        }
        return Operation.cycling("put", api.target(), halfRate(), requests);
    }

    private Operation gets(Evenkeel api) {
        List<RequestSpec> requests = new ArrayList<>();
        for (String key : keys("key")) {
            requests.add(RequestSpec.get(api.target(), PATH + "entries/" + key, api.token()));
        }
        return Operation.cycling("get", api.target(), halfRate(), requests);
    }

    private List<Operation> putsAndGets(Evenkeel api) {
        return List.of(puts(api), gets(api));
    }

    private Operation stores(Evenkeel api, int size) throws IOException {
        List<RequestSpec> requests = new ArrayList<>();
        String[] keys = keys("key");
        for (int first = 0; first < KEYS; first += size) {
            ObjectNode body = Evenkeel.JSON.createObjectNode();
            ArrayNode items = body.putArray("items");
            for (int i = first; i < first + size; i++) {
                items.addObject().put("key", keys[i]).set("value", Evenkeel.JSON.readTree(value));
            }
            requests.add(RequestSpec.postJson(api.target(), PATH + "batch-store", api.token(), body.toString()));
        }
        return Operation.cycling(name("store", size), api.target(), 1, requests);
    }

    private Operation loads(Evenkeel api, int size) {
        List<RequestSpec> requests = new ArrayList<>();
        String[] keys = keys("key");
        for (int first = 0; first < KEYS; first += size) {
            ObjectNode body = Evenkeel.JSON.createObjectNode();
            ArrayNode names = body.putArray("keys");
            for (int i = first; i < first + size; i++) {
                names.add(keys[i]);
            }
            requests.add(RequestSpec.postJson(api.target(), PATH + "batch-load", api.token(), body.toString()));
        }
        return Operation.cycling(name("load", size), api.target(), 1, requests);
    }

    private static String name(String what, int size) {
        return String.format(Locale.ROOT, "batch-%s of %,d", what, size);
    }

    private void warmUp(LoadGenerator generator, Evenkeel api) throws IOException, InterruptedException {
        Duration each = options.seconds("warm-up").dividedBy(2);
        for (Operation operation : List.of(stores(api, BATCH), puts(api), gets(api), loads(api, BATCH))) {
            sound(generator.saturate(operation, 4, each));
        }
    }

    /** One connection with one request in flight: what a client gets that asks one thing after the other. */
    private Batches batches(LoadGenerator generator, Evenkeel api) throws IOException, InterruptedException {
        Duration window = options.seconds("seconds").dividedBy(2);
        OperationResult put = sound(generator.saturate(puts(api), 1, window));
        OperationResult store = sound(generator.saturate(stores(api, BATCH), 1, window));
        OperationResult get = sound(generator.saturate(gets(api), 1, window));
        OperationResult load = sound(generator.saturate(loads(api, BATCH), 1, window));
        return new Batches(put, get, store, load);
    }

    private Large large(LoadGenerator generator, Evenkeel api, ServiceProcess service)
            throws IOException, InterruptedException {
        long before = service.blockedWarnings();
        Operation reads = Operation.cycling(
                "get beside it",
                api.target(),
                50,
                IntStream.range(0, 10)
                        .mapToObj(i -> RequestSpec.get(api.target(), PATH + "entries/key-0000" + i, api.token()))
                        .toList());
        Operation probes = Operation.of(
                "liveness beside it",
                service.management(),
                50,
                RequestSpec.get(service.management(), "/q/health/live", null));
        LoadRun beside = generator.start(List.of(reads, probes), CONNECTIONS);
        Duration window = options.seconds("seconds");
        OperationResult store = sound(generator.saturate(stores(api, LARGE_BATCH), 1, window));
        OperationResult load = sound(generator.saturate(loads(api, LARGE_BATCH), 1, window));
        return new Large(store, load, beside.finish(), service.blockedWarnings() - before);
    }

    private static OperationResult sound(OperationResult result) {
        if (result.failures() > 0) {
            throw new IllegalStateException(result.name() + " failed: " + result.statuses() + " " + result.errors());
        }
        return result;
    }

    private static UUID owner(PostgresServer database) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "select owner_id from memory_namespace where name = ? and deleted_at is null")) {
            statement.setString(1, NAMESPACE);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getObject(1, UUID.class);
            }
        }
    }

    private List<OperationResult> saturated(LoadGenerator generator, Evenkeel administrator, Evenkeel api)
            throws IOException, InterruptedException {
        String collection = administrator.createCollection("written", "simple");
        try (Backlog backlog = new Backlog(administrator, collection, PARAGRAPHS, BACKLOG);
                IngestWriter writer =
                        new IngestWriter(administrator, collection, PARAGRAPHS, DOCUMENTS_EACH, backlog)) {
            writer.start(WRITERS);
            // Compilation of the extraction and indexing code is not what is asked about.
            Thread.sleep(10_000);
            long before = backlog.chunks();
            List<OperationResult> results =
                    generator.run(putsAndGets(api), CONNECTIONS, options.seconds("saturated-seconds"));
            if (backlog.chunks() == before) {
                throw new IllegalStateException("nothing was ingested meanwhile: " + writer.failures());
            }
            return results;
        }
    }

    private void report(
            Machine machine,
            Batches batches,
            Large large,
            List<Round> rounds,
            List<OperationResult> saturated,
            EventLoopLag lag,
            ServiceProcess service) {
        double storeRatio = batches.store.perSecond() * BATCH / batches.put.perSecond();
        double loadRatio = batches.load.perSecond() * BATCH / batches.get.perSecond();
        OperationResult bare = median(rounds.stream().map(Round::bare).toList());
        OperationResult put =
                median(rounds.stream().map(round -> round.service.get(0)).toList());
        OperationResult get =
                median(rounds.stream().map(round -> round.service.get(1)).toList());
        new Report("memory", "Memory over HTTP", machine)
                .value("single_and_batch", batches)
                .value("large_batches", large)
                .value("fixed_rate", rounds)
                .value("saturated", saturated)
                .value("event_loop_lag", lag)
                .paragraph(
                        "One connection with one request in flight: batch-store of 1,000 stores %,.0f entries/s, %.0f times the %,.0f puts/s; batch-load of 1,000 loads %,.0f entries/s, %.0f times the %,.0f gets/s."
                                .formatted(
                                        batches.store.perSecond() * BATCH,
                                        storeRatio,
                                        batches.put.perSecond(),
                                        batches.load.perSecond() * BATCH,
                                        loadRatio,
                                        batches.get.perSecond()))
                .table(MarkdownTable.latencies(List.of(batches.put, batches.store, batches.get, batches.load)))
                .paragraph(
                        "Batches of 10,000 one after the other, with small requests beside them; warnings of a blocked event loop meanwhile: %d."
                                .formatted(large.warnings))
                .table(MarkdownTable.latencies(
                        List.of(large.store, large.load, large.beside.get(0), large.beside.get(1))))
                .paragraph(
                        "Open model, %s requests/s, half of them puts, %s rounds in turns with a bare client that executes the service's statement at the rate of the puts (medians): p99 of a put is %.1f times that of the bare client. Then the same while ingestion saturates. Event-loop lag meanwhile: p50 %s ms, p99 %s ms; warnings of a blocked event loop in all: %d."
                                .formatted(
                                        options.text("rate"),
                                        options.text("rounds"),
                                        put.p99Ms() / bare.p99Ms(),
                                        MarkdownTable.number(lag.p50Ms()),
                                        MarkdownTable.number(lag.p99Ms()),
                                        service.blockedWarnings()))
                .table(MarkdownTable.latencies(
                        List.of(bare, put, get, named(saturated.get(0)), named(saturated.get(1)))))
                .write(options);
    }

    private static OperationResult named(OperationResult saturated) {
        return new OperationResult(
                saturated.name() + " while ingestion saturates",
                saturated.target(),
                saturated.count(),
                saturated.failures(),
                saturated.seconds(),
                saturated.perSecond(),
                saturated.meanMs(),
                saturated.p50Ms(),
                saturated.p95Ms(),
                saturated.p99Ms(),
                saturated.maxMs(),
                saturated.statuses(),
                saturated.errors());
    }

    /** The round with the median 99th percentile. */
    private static OperationResult median(List<OperationResult> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(OperationResult::p99Ms))
                .skip((rounds.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }
}
