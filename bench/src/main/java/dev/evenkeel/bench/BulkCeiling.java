package dev.evenkeel.bench;

import dev.evenkeel.bench.bulk.BulkMeasurement;
import dev.evenkeel.bench.bulk.BulkResult;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.process.PostgresServer;
import dev.evenkeel.bench.process.ServiceProcess;
import dev.evenkeel.bench.process.ServiceSettings;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import java.nio.file.Path;
import java.util.List;

/** PostgreSQL's own ceiling for bulk writing, into tables like the service's: COPY against unnest. */
public final class BulkCeiling {

    private BulkCeiling() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.of("bulk", "rows a second by COPY and by unnest")
                .with("chunk-table", "chunk", "the table of chunks")
                .with("posting-table", "lexical_posting", "the table of postings")
                .with("chunks", "60000", "chunk rows")
                .with("postings", "1000000", "posting rows")
                .with("rounds", "3", "rounds after one for warm-up; the median counts");
        ServiceSettings.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        Path work = WorkDirectory.fresh(options, "bulk");
        try (PostgresServer database = PostgresServer.start(work)) {
            // The service creates the tables, so their shape is always the one of this build.
            ServiceProcess.start("migrate", ServiceSettings.from(options), work, database.serviceEnvironment())
                    .awaitReady()
                    .close();
            Machine machine = Machine.describe(database);
            BulkMeasurement measurement = new BulkMeasurement(database, options.number("rounds"));
            List<BulkResult> results = List.of(
                    measurement.chunks(options.text("chunk-table"), options.number("chunks")),
                    measurement.postings(options.text("posting-table"), options.number("postings")));
            report(options, machine, results);
        }
    }

    private static void report(Options options, Machine machine, List<BulkResult> results) {
        MarkdownTable table = new MarkdownTable(
                "table like", "rows", "COPY, one transaction", "COPY, batches", "unnest, batches", "unnest of COPY");
        for (BulkResult r : results) {
            table.row(
                    r.table(),
                    String.format(java.util.Locale.ROOT, "%,d", r.rows()),
                    MarkdownTable.number(r.copyOneTransaction()),
                    MarkdownTable.number(r.copyBatches()),
                    MarkdownTable.number(r.unnestBatches()),
                    MarkdownTable.percent(r.unnestOfCopy()));
        }
        new Report("bulk", "Bulk writing: PostgreSQL's own ceiling", machine)
                .value("results", results)
                .paragraph(
                        "Rows a second on one connection, median of %d rounds, into empty copies of the service's tables with their indexes. COPY's lines are encoded before the clock starts, unnest's parameters are not."
                                .formatted(options.number("rounds")))
                .table(table)
                .write(options);
    }
}
