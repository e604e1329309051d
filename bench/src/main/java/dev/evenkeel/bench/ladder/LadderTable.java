package dev.evenkeel.bench.ladder;

import dev.evenkeel.bench.report.MarkdownTable;
import java.util.List;
import java.util.Locale;

/** The ladder as a table, with the ratio of every rung to the baseline of its operation. */
public final class LadderTable {

    private LadderTable() {}

    public static MarkdownTable of(List<RungResult> results) {
        MarkdownTable table = new MarkdownTable(
                "operation",
                "server",
                "closed model: requests/s",
                "of bare Vert.x",
                "open model: rate/s",
                "p50 ms",
                "p99 ms",
                "max ms",
                "failures");
        for (RungResult result : results) {
            table.row(
                    result.rung().operationName(),
                    result.rung().server(),
                    MarkdownTable.number(result.medianPerSecond()),
                    ratio(result, results),
                    MarkdownTable.number(result.rung().operation().perSecond()),
                    MarkdownTable.number(result.open().p50Ms()),
                    MarkdownTable.number(result.open().p99Ms()),
                    MarkdownTable.number(result.open().maxMs()),
                    Long.toString(result.failures()));
        }
        return table;
    }

    private static String ratio(RungResult result, List<RungResult> all) {
        return all.stream()
                .filter(other -> other.rung().baseline()
                        && other.rung().operationName().equals(result.rung().operationName()))
                .findFirst()
                .map(base -> String.format(Locale.ROOT, "%.2f", result.medianPerSecond() / base.medianPerSecond()))
                .orElse("");
    }
}
