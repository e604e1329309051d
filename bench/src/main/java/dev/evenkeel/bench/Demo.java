package dev.evenkeel.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.ApiException;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.demo.CollectionState;
import dev.evenkeel.bench.demo.ContentQueries;
import dev.evenkeel.bench.demo.ContentQueries.ContentQuery;
import dev.evenkeel.bench.demo.DemoPrinter;
import dev.evenkeel.bench.demo.DemoProbes;
import dev.evenkeel.bench.demo.FolderFiles;
import dev.evenkeel.bench.demo.FolderUpload;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.Target;
import dev.evenkeel.bench.process.HttpProbe;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The client of {@code demo.sh}: ingests a folder into a running service, measures it meanwhile, and searches. */
public final class Demo {

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final int QUERIES = 3;
    private static final int HITS = 3;

    private final Evenkeel api;
    private final Target management;
    private final Path folder;
    private final DemoPrinter printer = new DemoPrinter(System.out);

    private Demo(Evenkeel api, Target management, Path folder) {
        this.api = api;
        this.management = management;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("demo", "ingest a folder, measure meanwhile, search")
                .with("port", "8080", "port of the service on 127.0.0.1")
                .with("management-port", "9000", "port of its probes, when they are not on the first")
                .with("token-file", "data/demo-token", "file that holds the access token")
                .with("folder", ".", "folder to ingest")
                .with("query", "", "own query instead of queries taken from the content; several: separate by |")
                .parse(args);
        Target target = Target.local("service", options.number("port"));
        Target management = readyTarget(target, Target.local("service", options.number("management-port")));
        String token = Files.readString(options.path("token-file")).strip();
        Path folder = options.path("folder").toRealPath();
        try {
            new Demo(new Evenkeel(target, token), management, folder).run(options.text("query"));
        } catch (ApiException e) {
            System.err.println("The service refused a request: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Waits until the service is ready; where its probes answer. */
    private static Target readyTarget(Target target, Target separate) {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            for (Target candidate : List.of(separate, target)) {
                if (HttpProbe.status(candidate, "/q/health/ready") == 200) {
                    return candidate;
                }
            }
            Sleep.millis(100);
        }
        throw new IllegalStateException("the service did not become ready within " + READY_LIMIT.toSeconds() + " s");
    }

    private void run(String ownQueries) throws IOException, InterruptedException {
        List<Path> files = FolderFiles.in(folder);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("nothing to ingest in " + folder);
        }
        System.out.printf("Ingesting %,d files of %s%n", files.size(), folder);
        String collection = CollectionState.findOrCreate(api, "demo " + folder.getFileName());
        List<ContentQuery> queries = queries(ownQueries, files);
        ingest(collection, files, queries);
        for (ContentQuery query : queries) {
            search(collection, query);
        }
    }

    private static List<ContentQuery> queries(String own, List<Path> files) throws IOException {
        return own.isEmpty()
                ? ContentQueries.from(files, QUERIES)
                : Stream.of(own.split("\\|"))
                        .map(text -> new ContentQuery(text.strip(), Path.of("")))
                        .toList();
    }

    private void ingest(String collection, List<Path> files, List<ContentQuery> queries)
            throws IOException, InterruptedException {
        List<String> texts = queries.isEmpty()
                ? List.of("evenkeel")
                : queries.stream().map(ContentQuery::text).toList();
        warmUp(collection, texts);
        CollectionState before = CollectionState.read(api, collection);
        try (DemoProbes probes = new DemoProbes(api, management, collection, texts)) {
            FolderUpload upload = new FolderUpload(api, collection, folder, files);
            long start = System.nanoTime();
            Thread thread = new Thread(upload, "upload");
            thread.start();
            CollectionState state = follow(collection, upload, files.size(), before, start);
            double seconds = (System.nanoTime() - start) / 1e9;
            thread.join();
            while (probes.seconds() < DemoProbes.SECONDS_FOR_P99) {
                Sleep.millis(100);
            }
            double probed = probes.seconds();
            List<OperationResult> latencies = probes.finish();
            printer.ingestion(state, upload, state.chunks() - before.chunks(), seconds);
            printer.latencies(latencies, seconds, probed);
        }
    }

    /** Both virtual machines have just started: without this the first seconds would measure their compilers. */
    private void warmUp(String collection, List<String> texts) throws InterruptedException {
        System.out.printf("Warming up for %d s with the requests that are measured afterwards%n", WARM_UP.toSeconds());
        try (DemoProbes probes = new DemoProbes(api, management, collection, texts)) {
            Sleep.millis(WARM_UP.toMillis());
            probes.finish();
        }
    }

    /** Prints a line a second until everything that was accepted has been dealt with. */
    private CollectionState follow(
            String collection, FolderUpload upload, int files, CollectionState before, long startNanos)
            throws IOException {
        long nextLine = startNanos;
        while (true) {
            boolean uploaded = upload.isDone();
            CollectionState state = CollectionState.read(api, collection);
            long now = System.nanoTime();
            if (now >= nextLine || uploaded && !state.busy()) {
                double seconds = (now - startNanos) / 1e9;
                long chunks = state.chunks() - before.chunks();
                System.out.printf(
                        "  %5.1f s  uploaded %,d of %,d files, %,d chunks searchable, %,.0f chunks/s%n",
                        seconds, upload.answered(), files, chunks, chunks / Math.max(seconds, 0.001));
                nextLine = now + 1_000_000_000L;
            }
            if (uploaded && !state.busy()) {
                return state;
            }
            Sleep.millis(50);
        }
    }

    private void search(String collection, ContentQuery query) throws IOException {
        JsonNode answer = api.search(Evenkeel.query(query.text(), collection, "hybrid", HITS))
                .orThrow();
        String source = query.source().toString();
        String origin = source.isEmpty() ? "" : "  (words from " + folder.relativize(query.source()) + ")";
        printer.hits(query.text(), origin, answer);
    }
}
