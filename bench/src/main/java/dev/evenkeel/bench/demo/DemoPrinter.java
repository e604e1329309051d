package dev.evenkeel.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.report.MarkdownTable;
import java.io.PrintStream;
import java.util.List;

/** The demo's tables and hits as plain text. */
public final class DemoPrinter {

    private static final int SNIPPET_CHARACTERS = 220;
    private static final int REJECTED_SHOWN = 8;

    private final PrintStream out;

    public DemoPrinter(PrintStream out) {
        this.out = out;
    }

    public void ingestion(CollectionState state, FolderUpload upload, double chunks, double seconds) {
        out.println();
        out.printf("  documents in the collection  %,d%n", state.documents());
        out.printf("  chunks in the collection     %,d%n", state.chunks());
        if (upload.accepted() > 0) {
            out.printf(
                    "  ingested now                 %,d files, %,.0f chunks in %.1f s: %,.0f chunks/s%n",
                    upload.accepted(), chunks, seconds, chunks / seconds);
        }
        if (upload.duplicates() > 0) {
            out.printf(
                    "  already there                %,d files (same content, not stored twice)%n", upload.duplicates());
        }
        List<String> rejected = upload.rejected();
        out.printf("  rejected                     %,d%n", rejected.size());
        rejected.stream().limit(REJECTED_SHOWN).forEach(reason -> out.println("    - " + reason));
        if (rejected.size() > REJECTED_SHOWN) {
            out.printf("    and %,d more%n", rejected.size() - REJECTED_SHOWN);
        }
    }

    public void latencies(List<OperationResult> results, double ingestionSeconds, double probedSeconds) {
        out.println();
        out.printf(
                "  %-12s %9s %9s %9s %9s %9s %9s%n",
                "", "requests", "p50 ms", "p95 ms", "p99 ms", "max ms", "failures");
        for (OperationResult r : results) {
            out.printf(
                    "  %-12s %,9d %9s %9s %9s %9s %,9d%n",
                    r.name(),
                    r.count(),
                    MarkdownTable.number(r.p50Ms()),
                    MarkdownTable.number(r.p95Ms()),
                    r.hasP99() ? MarkdownTable.number(r.p99Ms()) : "-",
                    MarkdownTable.number(r.maxMs()),
                    r.failures());
        }
        if (probedSeconds > ingestionSeconds + 1) {
            out.printf(
                    "  Ingestion took %.1f s; probing went on for %.1f s in all, to have %d samples of each.%n",
                    ingestionSeconds, probedSeconds, OperationResult.SAMPLES_FOR_P99);
        }
    }

    public void hits(String query, String origin, JsonNode answer) {
        out.println();
        out.println("  search: \"" + query + "\"" + origin);
        JsonNode results = answer.path("results");
        if (results.isEmpty()) {
            out.println("    no hit");
        }
        results.forEach(hit -> {
            out.printf("    %-7s %s%s%n", MarkdownTable.number(hit.path("score").asDouble()), name(hit), place(hit));
            out.println("            " + snippet(hit));
        });
    }

    private static String name(JsonNode hit) {
        String path = hit.path("source_path").asText("");
        return path.isEmpty() ? hit.path("title").asText() : path;
    }

    private static String place(JsonNode hit) {
        if (hit.path("page_from").asInt(0) > 0) {
            return range(
                    ", page ",
                    hit.path("page_from").asInt(),
                    hit.path("page_to").asInt());
        }
        return hit.path("line_from").asInt(0) > 0
                ? range(
                        ", lines ",
                        hit.path("line_from").asInt(),
                        hit.path("line_to").asInt())
                : "";
    }

    private static String range(String label, int from, int to) {
        return label + from + (to > from ? "-" + to : "");
    }

    /** The text around the first highlight, or the beginning of the chunk when there is none. */
    private static String snippet(JsonNode hit) {
        String content = hit.path("content").asText();
        int start = hit.path("highlights").path(0).path("start").asInt(0);
        int from = Math.max(0, Math.min(start, content.length()) - SNIPPET_CHARACTERS / 3);
        int to = Math.min(content.length(), from + SNIPPET_CHARACTERS);
        String line = content.substring(from, to).replaceAll("\\s+", " ").strip();
        return (from > 0 ? "..." : "") + line + (to < content.length() ? "..." : "");
    }
}
