package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.api.UploadFile;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.folder.FolderState;
import dev.evenkeel.bench.folder.Interventions;
import dev.evenkeel.bench.folder.PeakMemory;
import dev.evenkeel.bench.ingest.ReadLoad;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.LoadRun;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.process.BareProcess;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A folder of many megabytes is indexed under probes: the most resident memory, the probes' times, and how soon a pause and a
 * cancellation are obeyed.
 */
public final class LargeFolder {

    private static final int CONNECTIONS = 8;
    private static final int KIBIBYTE = 1024;
    private static final String LARGEST = "aaa-largest.md";
    private static final int[] CANCELLED_AFTER_S = {1, 4, 8, 12};
    private static final Duration LIMIT = Duration.ofHours(2);

    private final Options options;
    private final Path root;

    private LargeFolder(Options options, Path root) {
        this.options = options;
        this.root = root;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of(
                        "large-folder", "memory, probes, pause and cancellation while a large folder is indexed")
                .with("megabytes", "500", "size of the folder in MiB")
                .with("file-kib", "256", "size of a file in KiB")
                .with("largest-mib", "20", "size in MiB of one more file, and of those whose jobs are cancelled")
                .with("warm-up", "20", "seconds of indexing before the probes are counted");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        Path root = Files.createDirectories(
                WorkDirectory.fresh(options, "large-folder-files").resolve("kb").toAbsolutePath());
        new LargeFolder(options, root).run();
    }

    private void run() throws Exception {
        long bytes = generate();
        System.out.printf("%,d MiB in %s%n", bytes / KIBIBYTE / KIBIBYTE, root);
        Map<String, String> settings = Map.of(
                "EVENKEEL_KNOWLEDGE_FOLDERS_ALLOWED_ROOTS", root.toString(), "EVENKEEL_EMBEDDING_KIND", "lexical-hash");
        Path control = Files.createDirectories(root.resolveSibling("control"));
        try (ServiceUnderTest service = ServiceUnderTest.start(options, "large-folder", settings);
                BareProcess bare = BareProcess.start(List.of("-Xmx128m"), control, null);
                LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(30));
                PeakMemory memory = new PeakMemory(service)) {
            Machine machine = Machine.describe(null);
            Evenkeel api = service.api();
            String collection = api.createCollection("large folder", "english");
            long start = System.nanoTime();
            FolderState folder = FolderState.follow(api, collection, root);
            Interventions interventions = new Interventions(api);
            Thread.sleep(options.seconds("warm-up").toMillis());
            LoadRun run = generator.start(ReadLoad.probes(service.management(), bare.target()), CONNECTIONS);
            Interventions.Pause pause = interventions.pause();
            System.out.println(pause);
            List<Interventions.Cancellation> cancellations = cancel(api, interventions);
            interventions.awaitIdle(LIMIT);
            List<OperationResult> probes = run.finish();
            double seconds = (System.nanoTime() - start) / 1e9;
            report(machine, service, bytes, seconds, memory.mebibytes(), pause, cancellations, probes, folder);
        }
    }

    private long generate() throws IOException {
        ZipfText text = new ZipfText(20_000, 1);
        int fileBytes = options.number("file-kib") * KIBIBYTE;
        int count = (int) ((long) options.number("megabytes") * KIBIBYTE * KIBIBYTE / fileBytes);
        long bytes = write(root.resolve(LARGEST), text, options.number("largest-mib") * KIBIBYTE * KIBIBYTE);
        for (int number = 0; number < count; number++) {
            Path file = root.resolve(number % 50 + "/file" + number + ".md");
            Files.createDirectories(file.getParent());
            bytes += write(file, text, fileBytes);
        }
        return bytes;
    }

    private static long write(Path file, ZipfText text, int bytes) throws IOException {
        StringBuilder content = new StringBuilder(bytes + 2 * KIBIBYTE);
        for (int part = 0; content.length() < bytes; part++) {
            content.append("## Part ")
                    .append(part)
                    .append("\n\n")
                    .append(text.document(3, 1200))
                    .append('\n');
        }
        Files.writeString(file, content);
        return content.length();
    }

    /** The large file again, once for each moment, in a collection of its own. */
    private List<Interventions.Cancellation> cancel(Evenkeel api, Interventions interventions) throws IOException {
        String collection = api.createCollection("cancelled", "english");
        byte[] content = Files.readAllBytes(root.resolve(LARGEST));
        List<Interventions.Cancellation> cancellations = new ArrayList<>();
        for (int after : CANCELLED_AFTER_S) {
            // Another name is another document, and other bytes are read anew.
            content[content.length - 1]++;
            String name = "cancelled-" + after + ".md";
            String jobId = api.upload(collection, List.of(new UploadFile.InMemory(name, content)))
                    .orThrow()
                    .path("items")
                    .path(0)
                    .path("job_id")
                    .asText();
            Interventions.Cancellation cancellation = interventions.cancel(jobId, after);
            System.out.println(cancellation);
            cancellations.add(cancellation);
        }
        return cancellations;
    }

    private void report(
            Machine machine,
            ServiceUnderTest service,
            long bytes,
            double seconds,
            double mebibytes,
            Interventions.Pause pause,
            List<Interventions.Cancellation> cancellations,
            List<OperationResult> probes,
            FolderState folder)
            throws IOException {
        new Report("large-folder", "A large folder is indexed", machine)
                .value("bytes", bytes)
                .value("seconds", seconds)
                .value("peak_resident_mebibytes", mebibytes)
                .value("pause", pause)
                .value("cancellations", cancellations)
                .value("probes", probes)
                .value("last_scan", folder.view().path("last_scan"))
                .value("blocked_event_loop_warnings", service.blockedWarnings())
                .paragraph(
                        "%,d MiB of Markdown indexed in %,.0f s; most resident memory of the service %,.0f MiB (%s). A pause: %d files were being read, and nothing ran after %,.0f ms. Cancellations of a file of %s MiB: %s. Warnings of a blocked event loop: %d."
                                .formatted(
                                        bytes / KIBIBYTE / KIBIBYTE,
                                        seconds,
                                        mebibytes,
                                        options.text("service-jvm"),
                                        pause.running(),
                                        pause.milliseconds(),
                                        options.text("largest-mib"),
                                        cancellations.stream()
                                                .map(Interventions.Cancellation::toString)
                                                .collect(Collectors.joining(", ")),
                                        service.blockedWarnings()))
                .table(MarkdownTable.latencies(probes))
                .write(options);
    }
}
