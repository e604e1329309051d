package dev.evenkeel.bench.report;

import dev.evenkeel.bench.load.OperationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table, built row by row. */
public final class MarkdownTable {

    private final List<String> lines = new ArrayList<>();
    private final int columns;

    public MarkdownTable(String... header) {
        this.columns = header.length;
        lines.add("| " + String.join(" | ", header) + " |");
        lines.add("|" + "---|".repeat(header.length));
    }

    public MarkdownTable row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns + " columns");
        }
        lines.add("| " + String.join(" | ", cells) + " |");
        return this;
    }

    /** The usual latency table. */
    public static MarkdownTable latencies(List<OperationResult> results) {
        MarkdownTable table = new MarkdownTable(
                "operation", "server", "requests", "per second", "p50 ms", "p95 ms", "p99 ms", "max ms", "failures");
        for (OperationResult r : results) {
            table.row(
                    r.name(),
                    r.target(),
                    Long.toString(r.count()),
                    number(r.perSecond()),
                    number(r.p50Ms()),
                    number(r.p95Ms()),
                    r.hasP99() ? number(r.p99Ms()) : "(" + r.count() + " samples)",
                    number(r.maxMs()),
                    Long.toString(r.failures()));
        }
        return table;
    }

    /** A figure with three significant digits below 100, whole above. */
    public static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** A share as a percentage. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
