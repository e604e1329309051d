package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.corpus.QueryKind;
import dev.evenkeel.bench.embedding.EmbeddingServer;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.process.Sleep;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Search latency in the open model at a given number of chunks, by kind of query and search mode. */
public final class SearchLatency {

    private static final int QUERIES = 2000;
    private static final int CONNECTIONS = 32;
    private static final long PATIENCE_MILLIS = 10_000;

    private final Options options;

    private SearchLatency(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("search", "search latency by kind of query")
                .with("chunks", "100000", "chunks to load")
                .with("paragraphs", "20", "paragraphs of about 1.4 kB in each document")
                .with("modes", "keyword,hybrid", "search modes")
                .with("limit", "10", "results asked for")
                .with("rate", "20", "searches a second")
                .with("warm-up", "15", "seconds of each kind before it is measured")
                .with("seconds", "40", "measured seconds of each kind and mode");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new SearchLatency(options).run();
    }

    private void run() throws Exception {
        try (EmbeddingServer embedding = EmbeddingServer.start();
                ServiceUnderTest service = ServiceUnderTest.start(options, "search", embedding.settings());
                LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(30))) {
            Machine machine = Machine.describe(null);
            GeneratedCorpus corpus = GeneratedCorpus.load(
                    service.api(), "search", options.number("chunks"), options.number("paragraphs"));
            awaitEmbedded(service.api(), corpus);
            List<OperationResult> results = new ArrayList<>();
            for (String mode : options.text("modes").split(",")) {
                for (QueryKind kind : QueryKind.values()) {
                    results.add(measure(service.api(), generator, corpus, mode, kind));
                }
            }
            report(machine, corpus, results);
        }
    }

    /** Waits until every chunk has its vector, if the service has a model. */
    private static void awaitEmbedded(Evenkeel api, GeneratedCorpus corpus) throws IOException {
        long seen = -1;
        long embedded = 0;
        while (embedded < corpus.chunks() && embedded > seen) {
            seen = embedded;
            Sleep.millis(PATIENCE_MILLIS);
            embedded = api.get("/api/v1/collections/" + corpus.collectionId() + "/statistics")
                    .orThrow()
                    .path("embedded_chunks")
                    .asLong();
            System.out.printf("search: %,d of %,d chunks have vectors%n", embedded, corpus.chunks());
        }
    }

    private OperationResult measure(
            Evenkeel api, LoadGenerator generator, GeneratedCorpus corpus, String mode, QueryKind kind)
            throws InterruptedException {
        List<Operation> warmUp = List.of(searches(api, corpus, mode, kind, 1));
        generator.run(warmUp, CONNECTIONS, options.seconds("warm-up"));
        OperationResult result = generator
                .run(List.of(searches(api, corpus, mode, kind, 2)), CONNECTIONS, options.seconds("seconds"))
                .get(0);
        System.out.printf(
                "%-16s p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms, failures %d%n",
                result.name(), result.p50Ms(), result.p95Ms(), result.p99Ms(), result.maxMs(), result.failures());
        return result;
    }

    /** Warm-up and measurement use different queries, so that no answer is merely remembered. */
    private Operation searches(Evenkeel api, GeneratedCorpus corpus, String mode, QueryKind kind, long seed) {
        List<RequestSpec> requests = kind.queries(QUERIES, seed).stream()
                .map(text -> Evenkeel.query(text, corpus.collectionId(), mode, options.number("limit")))
                .map(json -> RequestSpec.postJson(api.target(), "/api/v1/search", api.token(), json.toString()))
                .toList();
        String name = mode + " " + kind.name().toLowerCase(Locale.ROOT);
        return Operation.cycling(name, api.target(), options.number("rate"), requests);
    }

    private void report(Machine machine, GeneratedCorpus corpus, List<OperationResult> results) {
        new Report("search", "Search latency", machine)
                .value("chunks", corpus.chunks())
                .value("load_chunks_per_second", corpus.chunksPerSecond())
                .value("results", results)
                .paragraph(
                        "%,d chunks of generated text (Zipf vocabulary), loaded as JSON documents at %,.0f chunks/s. Rare: two words of rank 10,000 to 30,000; mixed: one of the 15 most frequent words, two of rank 150 to 1,500, one rare; common: four of the 20 most frequent. Open model. Vectors of 384 dimensions come from an endpoint in the harness that answers at once."
                                .formatted(corpus.chunks(), corpus.chunksPerSecond()))
                .table(MarkdownTable.latencies(results))
                .write(options);
    }
}
