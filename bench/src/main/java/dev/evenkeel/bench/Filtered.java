package dev.evenkeel.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.corpus.CorpusLoader;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.embedding.EmbeddingServer;
import dev.evenkeel.bench.filtered.ChunkVectors;
import dev.evenkeel.bench.filtered.Selectivity;
import dev.evenkeel.bench.filtered.TextSource;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.process.Sleep;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Recall against comparing everything, and latency, of searches by vector that a filter restricts. */
public final class Filtered {
    private static final int CONNECTIONS = 32;
    private static final int LATENCY_QUERIES = 1_000;
    private static final int LOADERS = 4;
    private static final long PATIENCE_MILLIS = 5_000;
    private static final int PATIENCE_ROUNDS = 6;
    private static final int INDEX_PATIENCE_ROUNDS = 1_200;
    private static final String RESIDENT_BYTES = "evenkeel_search_vector_resident_bytes";

    private final Options options;

    private Filtered(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("filtered", "recall and latency of searches by vector with a metadata filter")
                .with("chunks", "100000", "chunks to load")
                .with("paragraphs", "20", "paragraphs of about 1.4 kB in each document")
                .with(
                        "text",
                        "",
                        "a folder whose files are cut into documents; without it, or beyond it, text is generated")
                .with("queries", "200", "queries of each selectivity whose answers are compared")
                .with("limit", "10", "results asked for")
                .with("modes", "vector,hybrid", "search modes whose latency is measured")
                .with("rate", "20", "searches a second")
                .with("warm-up", "40", "seconds of each selectivity before it is measured")
                .with("seconds", "30", "measured seconds of each selectivity and mode");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new Filtered(options).run();
    }

    /** What was found at one selectivity. */
    private record Found(String selectivity, int queries, double recall) {}

    private void run() throws Exception {
        try (EmbeddingServer embedding = EmbeddingServer.start();
                ServiceUnderTest service = ServiceUnderTest.start(options, "filtered", embedding.settings());
                LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(30))) {
            Machine machine = Machine.describe(null);
            int paragraphs = options.number("paragraphs");
            int documents = Math.max(1, options.number("chunks") / paragraphs);
            TextSource text =
                    new TextSource(options.isSet("text") ? options.path("text") : null, paragraphs, documents);
            String collection = createCollection(service.api());
            List<String> ids = load(service.api(), collection, text, documents);
            awaitEmbedded(service.api(), collection);
            ChunkVectors truth = ChunkVectors.read(service.api(), ids);
            awaitLoaded(service.api(), collection, text.query(0, 0));
            VectorIndex index = awaitIndexed(service.api());
            System.out.printf(
                    Locale.ROOT,
                    "filtered: searched by %s, %.0f bytes of index a chunk%n",
                    index.kind(),
                    index.bytes() / (double) truth.size());

            List<Found> found = new ArrayList<>();
            List<OperationResult> latencies = new ArrayList<>();
            for (Selectivity selectivity : Selectivity.ALL) {
                found.add(recall(service.api(), collection, text, ids.size(), truth, selectivity));
            }
            for (String mode : options.text("modes").split(",")) {
                latencies.add(measure(service.api(), generator, collection, text, ids.size(), mode, Selectivity.NONE));
                for (Selectivity selectivity : Selectivity.ALL) {
                    latencies.add(measure(service.api(), generator, collection, text, ids.size(), mode, selectivity));
                }
            }
            double residentBytes = metric(service.management(), RESIDENT_BYTES) / truth.size();
            System.out.printf(Locale.ROOT, "filtered: %.1f bytes of resident bits a chunk%n", residentBytes);
            report(machine, truth, text, ids.size(), index, residentBytes, found, latencies);
        }
    }

    /** What is embedded is the passage alone, so that it can be embedded here too. */
    private static String createCollection(Evenkeel api) throws IOException {
        ObjectNode wanted = Evenkeel.JSON
                .createObjectNode()
                .put("name", "filtered")
                .put("language", "english")
                .put("contextual_header", false);
        return api.post("/api/v1/collections", wanted).orThrow().get("id").asText();
    }

    private static List<String> load(Evenkeel api, String collection, TextSource text, int documents) {
        List<String> ids = new CorpusLoader(api, collection, LOADERS).load(documents, number -> {
            ObjectNode document = Evenkeel.JSON
                    .createObjectNode()
                    .put("title", "filtered " + number)
                    .put("source_path", "filtered/" + number + ".txt")
                    .put("document_type", "text")
                    .put("content", text.document(number));
            Selectivity.describe(document.putObject("metadata"), number);
            return document;
        });
        System.out.printf("filtered: %,d documents%n", ids.size());
        return ids;
    }

    /** Waits until every document is complete, and gives up when nothing goes on any more. */
    private static void awaitEmbedded(Evenkeel api, String collection) throws IOException {
        long seen = -1;
        int idle = 0;
        while (idle < PATIENCE_ROUNDS) {
            JsonNode statistics =
                    api.get("/api/v1/collections/" + collection + "/statistics").orThrow();
            long embedded = statistics.path("embedded_chunks").asLong();
            long chunks = GeneratedCorpus.chunkCount(api, collection);
            System.out.printf("filtered: %,d of %,d chunks have vectors%n", embedded, chunks);
            if (chunks > 0 && embedded == chunks) {
                return;
            }
            idle = embedded > seen ? 0 : idle + 1;
            seen = embedded;
            Sleep.millis(PATIENCE_MILLIS);
        }
        throw new IllegalStateException("chunks are left without a vector");
    }

    /** The sign bits of a large corpus are loaded in the background; until then a search says that it is degraded. */
    private static void awaitLoaded(Evenkeel api, String collection, String query) throws IOException {
        for (int round = 0; round < PATIENCE_ROUNDS * 10; round++) {
            JsonNode answer =
                    api.search(Evenkeel.query(query, collection, "vector", 1)).orThrow();
            if (answer.path("degraded").isMissingNode()) {
                return;
            }
            Sleep.millis(PATIENCE_MILLIS / 10);
        }
        throw new IllegalStateException("the vectors were not loaded in time");
    }

    /** How the service searches vectors. */
    private record VectorIndex(String kind, long bytes) {
        boolean inDatabase() {
            return kind.equals("pgvector");
        }
    }

    /** Where pgvector is used its index is built by a job; until then searches find by sign bits, which is not what is measured. */
    private static VectorIndex awaitIndexed(Evenkeel api) throws IOException {
        for (int round = 0; round < INDEX_PATIENCE_ROUNDS; round++) {
            JsonNode state = api.get("/api/v1/operations/vectors").orThrow();
            VectorIndex index = new VectorIndex(
                    state.path("kind").asText(),
                    state.path("indexes").path(0).path("bytes").asLong());
            if (!index.inDatabase()
                    || state.path("indexes").path(0).path("ready").asBoolean()) {
                return index;
            }
            Sleep.millis(PATIENCE_MILLIS / 10);
        }
        throw new IllegalStateException("the index was not built in time");
    }

    /** A figure of the service's own. */
    private static double metric(Target management, String name) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(management.url("/q/metrics"))).build();
        String all = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return all.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the service does not tell " + name));
    }

    private Found recall(
            Evenkeel api,
            String collection,
            TextSource text,
            int documents,
            ChunkVectors truth,
            Selectivity selectivity)
            throws IOException {
        int queries = options.number("queries");
        int limit = options.number("limit");
        long hits = 0;
        for (int i = 0; i < queries; i++) {
            String query = text.query(i * 31 % documents, i);
            float[] vector = EmbeddingServer.vector(query);
            JsonNode results = api.search(question(collection, query, "vector", selectivity, i))
                    .orThrow()
                    .path("results");
            double last = truth.cosineOfLast(vector, selectivity, i, limit);
            hits += truth.hits(results, vector, selectivity, i, last);
        }
        Found found = new Found(selectivity.percent(), queries, (double) hits / ((long) queries * limit));
        System.out.printf("%-8s recall@%d %.4f%n", found.selectivity(), limit, found.recall());
        return found;
    }

    private ObjectNode question(String collection, String query, String mode, Selectivity selectivity, int number) {
        ObjectNode question = Evenkeel.query(query, collection, mode, options.number("limit"));
        selectivity.restrict(question, number);
        return question;
    }

    private OperationResult measure(
            Evenkeel api,
            LoadGenerator generator,
            String collection,
            TextSource text,
            int documents,
            String mode,
            Selectivity selectivity)
            throws InterruptedException {
        // Warm-up and measurement ask other questions, so that no answer is merely remembered.
        List<RequestSpec> warmUp = new ArrayList<>();
        List<RequestSpec> measured = new ArrayList<>();
        for (int i = 0; i < LATENCY_QUERIES; i++) {
            String query = text.query(i * 17 % documents, i + 1);
            ObjectNode question = question(collection, query, mode, selectivity, i);
            (i % 4 == 0 ? warmUp : measured)
                    .add(RequestSpec.postJson(api.target(), "/api/v1/search", api.token(), question.toString()));
        }
        String name = mode + " " + selectivity.percent();
        double rate = options.number("rate");
        generator.run(
                List.of(Operation.cycling(name, api.target(), rate, warmUp)), CONNECTIONS, options.seconds("warm-up"));
        OperationResult result = generator
                .run(
                        List.of(Operation.cycling(name, api.target(), rate, measured)),
                        CONNECTIONS,
                        options.seconds("seconds"))
                .get(0);
        System.out.printf(
                "%-16s p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms, failures %d%n",
                result.name(), result.p50Ms(), result.p95Ms(), result.p99Ms(), result.maxMs(), result.failures());
        return result;
    }

    private void report(
            Machine machine,
            ChunkVectors truth,
            TextSource text,
            int documents,
            VectorIndex index,
            double residentBytes,
            List<Found> found,
            List<OperationResult> latencies) {
        MarkdownTable recalls =
                new MarkdownTable("documents that match", "queries", "recall@" + options.number("limit"));
        found.forEach(each -> recalls.row(
                each.selectivity(),
                Integer.toString(each.queries()),
                String.format(Locale.ROOT, "%.4f", each.recall())));
        boolean inDatabase = index.inDatabase();
        new Report(
                        inDatabase ? "filtered-pgvector" : "filtered",
                        inDatabase ? "Filtered search with pgvector" : "Filtered search",
                        machine)
                .value("index", index)
                .value("chunks", truth.size())
                .value("documents", documents)
                .value("real_documents", text.real())
                .value("resident_bytes_per_chunk", residentBytes)
                .value("recall", found)
                .value("results", latencies)
                .paragraph(
                        "%,d chunks of %,d documents (%,d cut from files, the others generated), vectors of %d dimensions from an endpoint in the harness: the sum of a random unit for each word. A filter on metadata leaves the share of documents that is named; queries are eight consecutive words of a document and take turns in the value they ask for; at 100 %% there is no filter. Recall is counted against comparing every vector here. %s Open model."
                                .formatted(
                                        truth.size(),
                                        documents,
                                        text.real(),
                                        EmbeddingServer.DIMENSION,
                                        memory(index, residentBytes, truth.size())))
                .table(recalls)
                .table(MarkdownTable.latencies(latencies))
                .write(options);
    }

    private static String memory(VectorIndex index, double residentBytes, int chunks) {
        return index.inDatabase()
                ? "Candidates from an HNSW index of pgvector, %.0f bytes a chunk in the database; resident sign bits take %.1f bytes a chunk."
                        .formatted(index.bytes() / (double) chunks, residentBytes)
                : "Resident sign bits take %.1f bytes a chunk.".formatted(residentBytes);
    }
}
