package dev.evenkeel.bench;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.fuzz.FuzzResult;
import dev.evenkeel.bench.fuzz.FuzzRun;
import dev.evenkeel.bench.fuzz.Violation;
import dev.evenkeel.bench.process.HttpProbe;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Thousands of bad requests: from the OpenAPI document and at random. No 5xx but 503, only problem documents, flat memory. */
public final class Fuzz {

    private static final double ALLOWED_GROWTH = 0.2;

    private Fuzz() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.of("fuzz", "bad requests and the rules every answer must keep")
                .with("requests", "6000", "bad requests")
                .with("threads", "4", "connections at a time")
                .with("seed", "1", "seed; the same requests for the same seed");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        Path work = WorkDirectory.fresh(options, "fuzz");
        try (ServiceProcess service = ServiceProcess.start("Evenkeel", ServiceSettings.from(options), work, Map.of())
                .awaitReady()) {
            Machine machine = Machine.describe(null);
            Evenkeel api = new Evenkeel(service.target(), service.token());
            FuzzResult result = new FuzzRun(
                            api, service.management(), options.number("threads"), options.number("seed"))
                    .run(options.number("requests"), () -> service.process().residentBytes());
            boolean healthy = HttpProbe.status(service.management(), "/q/health/ready") == 200;
            boolean sound = healthy && result.violations().isEmpty() && result.memoryGrowth() <= ALLOWED_GROWTH;
            report(options, machine, result, healthy);
            System.exit(sound ? 0 : 1);
        }
    }

    private static void report(Options options, Machine machine, FuzzResult result, boolean healthy) {
        MarkdownTable table = new MarkdownTable("status", "answers");
        result.statuses()
                .forEach((status, count) -> table.row(status == 0 ? "closed" : status.toString(), count.toString()));
        MarkdownTable violations = new MarkdownTable("violation", "answers", "for example request");
        byRule(result).forEach((rule, group) -> {
            Violation first = group.get(0);
            violations.row(rule, Integer.toString(group.size()), first.number() + ": `" + first.line() + "`");
        });
        new Report("fuzz", "Bad requests", machine)
                .value("result", result)
                .paragraph(
                        "%,d bad requests (seed %s), %d violations; resident memory %,d MB after the first third, %,d MB at the end; the service is %s afterwards."
                                .formatted(
                                        result.requests(),
                                        options.text("seed"),
                                        result.violations().size(),
                                        result.residentAfterThird() >> 20,
                                        result.residentAtEnd() >> 20,
                                        healthy ? "ready" : "NOT ready"))
                .table(table)
                .table(violations)
                .write(options);
    }

    private static Map<String, List<Violation>> byRule(FuzzResult result) {
        return result.violations().stream()
                .collect(Collectors.groupingBy(v -> v.kind() + ": " + v.rule(), TreeMap::new, Collectors.toList()));
    }
}
