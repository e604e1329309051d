package dev.evenkeel.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.corpus.CorpusLoader;
import dev.evenkeel.bench.ladder.LadderRunner;
import dev.evenkeel.bench.ladder.LadderTable;
import dev.evenkeel.bench.ladder.Rung;
import dev.evenkeel.bench.ladder.RungResult;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import dev.evenkeel.bench.process.BareProcess;
import dev.evenkeel.bench.process.PeerProcess;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.Report;
import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The ladder: bare HTTP, bare Vert.x with the PostgreSQL client, Evenkeel and, when it is there, the FastAPI peer; the same
 * operations on the same database in one run.
 */
public final class Ladder {

    private static final int PEER_ROWS = 10_000;
    private static final String CHUNKS = "50 chunks of a document";
    private static final int CHUNK_TOKENS = 128;
    private static final int CHUNK_CHARACTERS = 400;

    private final Options options;
    private final Path work;
    private final List<Rung> rungs = new ArrayList<>();

    private Ladder(Options options, Path work) {
        this.options = options;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("ladder", "throughput and latency against baseline and peer")
                .with("seconds", "10", "measured seconds of each cell and round")
                .with("warm-up", "5", "seconds of a warm-up window; repeated until throughput grows no more")
                .with("rounds", "3", "rounds of the closed model; the median counts")
                .with("connections", "32", "connections of the closed model")
                .with("documents", "5000", "documents in the collection that is read")
                .with("rate-probe", "1000", "open model: probes a second")
                .with("rate-read", "500", "open model: reads by id a second")
                .with("rate-list", "200", "open model: lists of 50 a second")
                .with("rate-search", "100", "open model: searches a second")
                .with("operation", "", "only this one, such as \"list of 50\"")
                .with("peer", "", "the peer's Python file; without it the peer is left out")
                .with("python", "/usr/bin/python3", "interpreter that has the peer's packages");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new Ladder(options, WorkDirectory.fresh(options, "ladder")).run();
    }

    private void run() throws IOException, InterruptedException {
        ServiceSettings settings = ServiceSettings.from(options);
        List<AutoCloseable> peers = new ArrayList<>();
        try (PostgresServer database = PostgresServer.start(work);
                ServiceProcess service = ServiceProcess.start("Evenkeel", settings, work, environment(database))
                        .awaitReady();
                BareProcess bare = BareProcess.start(settings.jvmOptions(), work, database);
                LoadGenerator generator = new LoadGenerator(2, Duration.ofSeconds(30))) {
            Machine machine = Machine.describe(database);
            addRungs(service, bare);
            if (options.isSet("peer")) {
                addPeer(1, database, peers);
                addPeer(2, database, peers);
            }
            List<RungResult> results = new LadderRunner(
                            generator,
                            options.number("connections"),
                            options.number("rounds"),
                            options.seconds("warm-up"),
                            options.seconds("seconds"))
                    .run(chosen());
            report(machine, results);
        } finally {
            for (AutoCloseable peer : peers) {
                close(peer);
            }
        }
    }

    private List<Rung> chosen() {
        String only = options.text("operation");
        return only.isEmpty()
                ? rungs
                : rungs.stream().filter(r -> r.operationName().equals(only)).toList();
    }

    /** Without the limits that would refuse a single client which asks as fast as it can. */
    private static Map<String, String> environment(PostgresServer database) {
        Map<String, String> environment = new HashMap<>(database.serviceEnvironment());
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND", "0");
        environment.put("EVENKEEL_HTTP_REQUESTS_PER_SECOND_AND_CALLER", "0");
        return environment;
    }

    private void addRungs(ServiceProcess service, BareProcess bare) throws IOException {
        Evenkeel api = new Evenkeel(service.target(), service.token()).withTokenOfNewUser("reader");
        String collection = api.createCollection("ladder", "simple");
        int documents = options.number("documents");
        List<String> ids = new CorpusLoader(api, collection, 4).load(documents, Ladder::document);
        Target ours = service.target();
        String token = api.token();
        rung("hello", options.number("rate-probe"), true, bare.target(), List.of("/hello"), null);
        for (Target target : List.of(bare.target(), ours)) {
            boolean baseline = !target.equals(ours);
            Target probed = baseline ? target : service.management();
            rung("liveness", options.number("rate-probe"), baseline, probed, List.of("/q/health/live"), null);
            List<String> paths = ids.stream()
                    .limit(1000)
                    .map(id -> "/api/v1/documents/" + id)
                    .toList();
            rung("read by id", options.number("rate-read"), baseline, target, paths, token);
            String list = "/api/v1/documents?collection_id=" + collection + "&limit=50";
            rung("list of 50", options.number("rate-list"), baseline, target, List.of(list), token);
        }
        rung(
                CHUNKS,
                options.number("rate-list"),
                false,
                ours,
                List.of("/api/v1/documents/" + longDocument(api) + "/chunks?limit=50"),
                token);
        rungs.add(new Rung(searches(ours, token, collection), false));
    }

    /** The id of a document with more than fifty chunks of about the peer's 400 characters. */
    private static String longDocument(Evenkeel api) throws IOException {
        String collection = api.createCollection("ladder, cut small", "simple", CHUNK_TOKENS);
        ObjectNode document = Evenkeel.JSON
                .createObjectNode()
                .put("title", "A long document")
                .put("document_type", "text")
                .put("content", new ZipfText(20_000, 1).document(1, 100 * CHUNK_CHARACTERS));
        String id = api.addDocument(collection, document).orThrow().get("id").asText();
        int chunks = api.get("/api/v1/documents/" + id + "/chunks?limit=50")
                .orThrow()
                .get("items")
                .size();
        if (chunks < 50) {
            throw new IllegalStateException("the long document has " + chunks + " chunks only");
        }
        return id;
    }

    private static ObjectNode document(int number) {
        String text = new ZipfText(20_000, number).document(1, 1400);
        return Evenkeel.JSON
                .createObjectNode()
                .put("title", "Document " + number)
                .put("source_path", "ladder/" + number + ".txt")
                .put("document_type", "text")
                .put("content", text);
    }

    private Operation searches(Target target, String token, String collection) {
        ZipfText words = new ZipfText(20_000, 7);
        List<RequestSpec> requests = IntStream.range(0, 500)
                .mapToObj(i -> words.wordBetween(100, 2000) + " " + words.wordBetween(100, 2000))
                .map(text -> Evenkeel.query(text, collection, "keyword", 10).toString())
                .map(json -> RequestSpec.postJson(target, "/api/v1/search", token, json))
                .toList();
        return Operation.cycling("search", target, options.number("rate-search"), requests);
    }

    private void addPeer(int workers, PostgresServer database, List<AutoCloseable> peers) {
        PeerProcess peer = PeerProcess.start(options.path("peer"), options.text("python"), workers, work, database);
        peers.add(peer);
        rung("liveness", options.number("rate-probe"), false, peer.target(), List.of("/health"), null);
        List<String> paths = IntStream.range(0, 1000)
                .mapToObj(i -> "/chunks/" + (i * 7) % PEER_ROWS)
                .toList();
        rung("read by id", options.number("rate-read"), false, peer.target(), paths, null);
        for (String list : List.of("list of 50", CHUNKS)) {
            rung(list, options.number("rate-list"), false, peer.target(), List.of("/chunks?limit=50"), null);
        }
    }

    private void rung(
            String name,
            double rate,
            boolean baseline,
            Target target,
            List<String> paths,
            @org.jspecify.annotations.Nullable String token) {
        List<RequestSpec> requests =
                paths.stream().map(path -> RequestSpec.get(target, path, token)).toList();
        rungs.add(new Rung(Operation.cycling(name, target, rate, requests), baseline));
    }

    private void report(Machine machine, List<RungResult> results) {
        List<RungResult> sorted = results.stream()
                .sorted(java.util.Comparator.comparingInt(r -> order(r.rung().operationName())))
                .toList();
        new Report("ladder", "Ladder: reads against the baseline and a peer", machine)
                .value("results", sorted)
                .paragraph(
                        "Closed model: %d connections, median of %d rounds of %s s in which the servers take turns. Open model:"
                                        .formatted(
                                                options.number("connections"),
                                                options.number("rounds"),
                                                options.text("seconds"))
                                + " fixed rate, latency from the intended send time. Bare Vert.x runs the service's statements on the"
                                + " service's tables, the look-up of the personal token included. Limits of requests are switched off.")
                .table(LadderTable.of(sorted))
                .write(options);
    }

    private static int order(String operation) {
        return List.of("hello", "liveness", "read by id", "list of 50", CHUNKS, "search")
                .indexOf(operation);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            System.err.println("could not close " + closeable + ": " + e);
        }
    }
}
