package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.ingest.Backlog;
import dev.evenkeel.bench.ingest.EventLoopLag;
import dev.evenkeel.bench.ingest.IngestRates;
import dev.evenkeel.bench.ingest.IngestWriter;
import dev.evenkeel.bench.ingest.ReadLoad;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.LoadRun;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.process.BareProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Probes and reads in the open model, first while the service is idle, then while ingestion takes all it can get. */
public final class Ingest {

    private static final int CONNECTIONS = 32;

    private final Options options;

    private Ingest(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("ingest", "probes, reads and search while ingestion saturates")
                .with("seconds", "60", "measured seconds under saturation (600 for the long run)")
                .with("idle-seconds", "30", "measured seconds while nothing is written")
                .with("alone-seconds", "30", "seconds of writing that nobody disturbs")
                .with("warm-up", "20", "seconds of reads before anything is measured")
                .with("chunks", "20000", "chunks in the collection that is read and searched")
                .with("paragraphs", "4", "paragraphs of about 1.4 kB in each written document")
                .with("documents-each", "40", "documents in one upload request")
                .with("writers", "3", "upload requests in flight")
                .with("backlog", "1000", "accepted documents waiting, above which the writer pauses");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        new Ingest(options).run();
    }

    private void run() throws IOException, InterruptedException {
        Path work = options.path("work").resolve("ingest-control").toAbsolutePath();
        Files.createDirectories(work);
        try (ServiceUnderTest service = ServiceUnderTest.start(options, "ingest");
                BareProcess control =
                        BareProcess.start(ServiceSettings.from(options).jvmOptions(), work, null);
                LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(30))) {
            Machine machine = Machine.describe(null);
            Evenkeel api = service.api().withTokenOfNewUser("reader");
            GeneratedCorpus corpus = GeneratedCorpus.load(api, "read", options.number("chunks"), 20);
            List<Operation> load = ReadLoad.of(api, service.management(), control.target(), corpus);
            generator.run(load, CONNECTIONS, options.seconds("warm-up"));
            List<OperationResult> idle = generator.run(load, CONNECTIONS, options.seconds("idle-seconds"));
            System.out.println("\nidle\n" + MarkdownTable.latencies(idle));
            saturate(service, generator, load, machine, idle);
        }
    }

    private void saturate(
            ServiceUnderTest service,
            LoadGenerator generator,
            List<Operation> load,
            Machine machine,
            List<OperationResult> idle)
            throws IOException, InterruptedException {
        Evenkeel api = service.api();
        String collection = api.createCollection("written", "simple");
        int paragraphs = options.number("paragraphs");
        try (Backlog backlog = new Backlog(api, collection, paragraphs, options.number("backlog"));
                IngestWriter writer =
                        new IngestWriter(api, collection, paragraphs, options.number("documents-each"), backlog)) {
            writer.start(options.number("writers"));
            // Compilation of the extraction and indexing code is not part of the rate.
            Thread.sleep(10_000);
            double alone = rate(backlog, options.seconds("alone-seconds"));
            System.out.printf("written alone: %,.0f chunks/s%n", alone);
            EventLoopLag.Counts before = EventLoopLag.count(service.management());
            LoadRun run = generator.start(load, CONNECTIONS);
            double underLoad = rate(backlog, options.seconds("seconds"));
            List<OperationResult> saturated = run.finish();
            EventLoopLag lag = EventLoopLag.since(before, service.management());
            report(service, machine, idle, saturated, lag, rates(api, collection, writer, alone, underLoad));
        }
    }

    private static double rate(Backlog backlog, Duration duration) throws InterruptedException {
        long before = backlog.chunks();
        long start = System.nanoTime();
        Thread.sleep(duration.toMillis());
        return (backlog.chunks() - before) / ((System.nanoTime() - start) / 1e9);
    }

    private static IngestRates rates(
            Evenkeel api, String collection, IngestWriter writer, double alone, double underLoad) throws IOException {
        long[] bytesAndChunks = new long[2];
        api.get("/api/v1/documents?state=completed&limit=200&collection_id=" + collection)
                .orThrow()
                .path("items")
                .forEach(document -> {
                    if (document.path("chunk_count").asLong() > 0) {
                        bytesAndChunks[0] += document.path("size_bytes").asLong();
                        bytesAndChunks[1] += document.path("chunk_count").asLong();
                    }
                });
        double chunkBytes = (double) bytesAndChunks[0] / Math.max(1, bytesAndChunks[1]);
        return new IngestRates(alone, underLoad, chunkBytes, writer.accepted(), writer.rejected(), writer.failures());
    }

    private void report(
            ServiceUnderTest service,
            Machine machine,
            List<OperationResult> idle,
            List<OperationResult> saturated,
            EventLoopLag lag,
            IngestRates rates) {
        MarkdownTable table = new MarkdownTable(
                "operation",
                "rate/s",
                "idle p50",
                "p99",
                "max ms",
                "saturated p50",
                "p95",
                "p99",
                "max ms",
                "p99 to idle",
                "requests",
                "failures");
        for (int i = 0; i < idle.size(); i++) {
            table.row(row(idle.get(i), saturated.get(i)));
        }
        new Report("ingest", "Probes and reads while ingestion saturates", machine)
                .value("idle", idle)
                .value("saturated", saturated)
                .value("ingestion", rates)
                .value("event_loop_lag", lag)
                .value("blocked_event_loop_warnings", service.blockedWarnings())
                .paragraph(
                        "Ingestion: %,.0f chunks/s alone, %,.0f chunks/s (%s) under the probes and reads below; %,.0f bytes of text in a chunk; %,d documents accepted, %,d rejected, failed uploads %s. Saturated for %s s. The control probe is a bare Vert.x server in the same run. Event-loop lag while saturated: p50 %s ms, p99 %s ms; warnings of a blocked event loop: %d."
                                .formatted(
                                        rates.alone(),
                                        rates.underLoad(),
                                        MarkdownTable.percent(rates.underLoad() / rates.alone()),
                                        rates.chunkBytes(),
                                        rates.accepted(),
                                        rates.rejected(),
                                        rates.failures(),
                                        options.text("seconds"),
                                        MarkdownTable.number(lag.p50Ms()),
                                        MarkdownTable.number(lag.p99Ms()),
                                        service.blockedWarnings()))
                .table(table)
                .write(options);
    }

    private static String[] row(OperationResult idle, OperationResult saturated) {
        return new String[] {
            idle.name(),
            MarkdownTable.number(saturated.perSecond()),
            MarkdownTable.number(idle.p50Ms()),
            MarkdownTable.number(idle.p99Ms()),
            MarkdownTable.number(idle.maxMs()),
            MarkdownTable.number(saturated.p50Ms()),
            MarkdownTable.number(saturated.p95Ms()),
            saturated.hasP99() ? MarkdownTable.number(saturated.p99Ms()) : "too few samples",
            MarkdownTable.number(saturated.maxMs()),
            String.format(Locale.ROOT, "%.1f", saturated.p99Ms() / idle.p99Ms()),
            Long.toString(saturated.count()),
            Long.toString(idle.failures() + saturated.failures())
        };
    }
}
