package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.folder.FolderState;
import dev.evenkeel.bench.folder.FolderState.Indexed;
import dev.evenkeel.bench.folder.MixedFiles;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of mixed files that a collection follows: indexed, then much changed, moved and deleted at once, each time with a SIGKILL
 * in the middle. Afterwards the index must equal the folder, and what was moved must be the same documents with the same chunks.
 */
public final class Folder {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private record Phase(String name, double seconds, int documents, int refused, int problems) {}

    private final Options options;
    private final Path work;
    private final List<String> problems = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();

    private Folder(Options options, Path work) {
        this.options = options;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("folder", "a folder that a collection follows, through changes and kill -9")
                .with("files", "5000", "files of the folder")
                .with("real", "src", "where real files are copied from")
                .with("real-files", "800", "most real files")
                .with("changed", "500", "files that get other content at once")
                .with("moved", "200", "files that are moved at the same time")
                .with("deleted", "100", "files that are deleted at the same time")
                .with("kill-after", "4000", "milliseconds from the start of a phase to the kill; 0 for none")
                .with("seed", "1", "seed of files and changes");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        boolean sound = new Folder(options, WorkDirectory.fresh(options, "folder")).run();
        System.exit(sound ? 0 : 1);
    }

    private boolean run() throws Exception {
        Path root = Files.createDirectories(work.resolve("kb"));
        MixedFiles files = new MixedFiles(root, options.number("seed"));
        files.create(options.path("real").toAbsolutePath(), (int) options.number("real-files"), (int)
                options.number("files"));
        Map<String, String> settings = Map.of(
                "EVENKEEL_KNOWLEDGE_FOLDERS_ALLOWED_ROOTS", root.toString(),
                "EVENKEEL_EMBEDDING_KIND", "lexical-hash",
                "EVENKEEL_JOBS_LEASE", "5s");
        try (ServiceProcess service = ServiceProcess.start("Evenkeel", ServiceSettings.from(options), work, settings)
                .awaitReady()) {
            Machine machine = Machine.describe(null);
            Evenkeel api = new Evenkeel(service.target(), service.token());
            String collection = api.createCollection("folder", "english");
            FolderState state = FolderState.follow(api, collection, root);
            long start = System.nanoTime();
            killLater(service);
            Map<String, Indexed> before = settled("first scan", state, start);

            Map<String, List<String>> chunks = new HashMap<>();
            for (Indexed document : before.values()) {
                chunks.put(document.id(), state.chunkIds(document.id()));
            }
            List<MixedFiles.Move> moves = disturb(files);
            start = System.nanoTime();
            killLater(service);
            Map<String, Indexed> after = settled("changes", state, start);
            int kept = checkMoves(state, moves, before, after, chunks);
            report(machine, state, moves.size(), kept);
        }
        return problems.isEmpty();
    }

    private List<MixedFiles.Move> disturb(MixedFiles files) throws IOException {
        return files.disturb(
                (int) options.number("changed"), (int) options.number("moved"), (int) options.number("deleted"));
    }

    private void killLater(ServiceProcess service) throws InterruptedException {
        long delay = options.number("kill-after");
        if (delay > 0) {
            Thread.sleep(delay);
            service.kill();
            service.restart();
        }
    }

    private Map<String, Indexed> settled(String name, FolderState state, long start) throws Exception {
        state.awaitCurrent(LIMIT);
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Indexed> documents = state.documents();
        Map<String, String> failures = state.failures();
        List<String> differences = state.differences(documents, failures);
        differences.stream().limit(20).forEach(System.out::println);
        problems.addAll(differences);
        phases.add(new Phase(name, seconds, documents.size(), failures.size(), differences.size()));
        System.out.printf(
                "%s: %.1f s, %d documents, %d files refused, %d differences%n",
                name, seconds, documents.size(), failures.size(), differences.size());
        return documents;
    }

    /** How many of the moved files are the same document, read once, with the same chunks. */
    private int checkMoves(
            FolderState state,
            List<MixedFiles.Move> moves,
            Map<String, Indexed> before,
            Map<String, Indexed> after,
            Map<String, List<String>> chunks)
            throws IOException {
        int kept = 0;
        for (MixedFiles.Move move : moves) {
            Indexed old = before.get(move.from());
            if (old == null) {
                continue;
            }
            Indexed now = after.get(move.to());
            boolean same = now != null
                    && now.id().equals(old.id())
                    && now.revision() == old.revision()
                    && now.indexedAt().equals(old.indexedAt())
                    && state.chunkIds(now.id()).equals(chunks.get(now.id()));
            if (same) {
                kept++;
            } else {
                problems.add(move + " was made anew");
                System.out.println(move + " was made anew");
            }
        }
        return kept;
    }

    private void report(Machine machine, FolderState state, int moves, int kept) throws IOException {
        MarkdownTable table = new MarkdownTable("phase", "seconds", "documents", "files refused", "differences");
        phases.forEach(phase -> table.row(
                phase.name,
                MarkdownTable.number(phase.seconds),
                Integer.toString(phase.documents),
                Integer.toString(phase.refused),
                Integer.toString(phase.problems)));
        new Report("folder", "A folder that is followed", machine)
                .value("phases", phases)
                .value("moved", moves)
                .value("kept", kept)
                .value("last_scan", state.view().path("last_scan"))
                .value("problems", problems)
                .paragraph(
                        "%d files, then %d changed, %d moved and %d deleted at once; `kill -9` %d ms after the start of each phase. Seconds include the restart. %d of %d moved files are the same documents, with the same chunks, not read or embedded again."
                                .formatted(
                                        options.number("files"),
                                        options.number("changed"),
                                        options.number("moved"),
                                        options.number("deleted"),
                                        options.number("kill-after"),
                                        kept,
                                        moves))
                .table(table)
                .write(options);
    }
}
