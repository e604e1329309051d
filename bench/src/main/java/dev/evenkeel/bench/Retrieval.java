package dev.evenkeel.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.cli.Options;
import dev.evenkeel.bench.cli.WorkDirectory;
import dev.evenkeel.bench.corpus.CorpusLoader;
import dev.evenkeel.bench.process.ServiceUnderTest;
import dev.evenkeel.bench.report.Machine;
import dev.evenkeel.bench.report.MarkdownTable;
import dev.evenkeel.bench.report.Report;
import dev.evenkeel.bench.retrieval.RankingMetrics;
import dev.evenkeel.bench.retrieval.TestCollection;
import dev.evenkeel.bench.retrieval.TrecDocument;
import dev.evenkeel.bench.retrieval.TrecQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Retrieval quality through the REST API on a TREC-style test collection. */
public final class Retrieval {

    private final Options options;

    private Retrieval(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of("retrieval", "nDCG@10, MAP, P@10 and recall@100 on a TREC-style collection")
                .with("documents", "", "file of <doc> elements")
                .with("queries", "", "file of <top> elements")
                .with("qrels", "", "judgements: query, iteration, document, grade")
                .with("languages", "simple,english", "text search configurations to try")
                .with("modes", "keyword", "search modes to try: keyword,hybrid,vector")
                .with("depth", "100", "results asked for");
        ServiceUnderTest.declare(Report.declare(WorkDirectory.declare(options))).parse(args);
        if (!options.isSet("documents") || !options.isSet("queries") || !options.isSet("qrels")) {
            System.err.println("retrieval needs --documents, --queries and --qrels");
            System.exit(2);
        }
        new Retrieval(options).run();
    }

    private void run() throws IOException {
        TestCollection collection =
                TestCollection.read(options.path("documents"), options.path("queries"), options.path("qrels"));
        Map<String, RankingMetrics> results = new LinkedHashMap<>();
        try (ServiceUnderTest service = ServiceUnderTest.start(options, "retrieval")) {
            Machine machine = Machine.describe(null);
            for (String language : options.text("languages").split(",")) {
                String id = service.api().createCollection("retrieval-" + language, language);
                Map<String, String> names = load(service.api(), id, collection);
                for (String mode : options.text("modes").split(",")) {
                    results.put(language + " / " + mode, score(service.api(), id, mode, collection, names));
                }
            }
            report(machine, collection, results);
        }
    }

    /** Loads every document; the map leads from the service's ids to the collection's. */
    private static Map<String, String> load(Evenkeel api, String collectionId, TestCollection collection) {
        List<TrecDocument> documents = collection.documents().stream()
                .filter(document ->
                        !document.text().isEmpty() || !document.title().isEmpty())
                .toList();
        List<String> ids =
                new CorpusLoader(api, collectionId, 4).load(documents.size(), number -> json(documents.get(number)));
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            names.put(ids.get(i), documents.get(i).id());
        }
        return names;
    }

    private static ObjectNode json(TrecDocument document) {
        ObjectNode json = Evenkeel.JSON
                .createObjectNode()
                .put("source_path", "collection/" + document.id() + ".txt")
                .put("document_type", "text")
                .put("content", document.text().isEmpty() ? document.title() : document.text());
        if (!document.title().isEmpty()) {
            json.put(
                    "title",
                    document.title().substring(0, Math.min(200, document.title().length())));
        }
        return json;
    }

    private RankingMetrics score(
            Evenkeel api, String collectionId, String mode, TestCollection collection, Map<String, String> names)
            throws IOException {
        List<RankingMetrics> scores = new ArrayList<>();
        for (TrecQuery query : collection.queries()) {
            Map<String, Integer> judgements = collection.judgementsOf(query);
            if (judgements.values().stream().anyMatch(grade -> grade > 0)) {
                scores.add(RankingMetrics.of(ranking(api, collectionId, mode, query, names), judgements));
            }
        }
        return RankingMetrics.mean(scores);
    }

    /** Documents in the order of their best chunk. */
    private List<String> ranking(
            Evenkeel api, String collectionId, String mode, TrecQuery query, Map<String, String> names)
            throws IOException {
        JsonNode answer = api.search(Evenkeel.query(query.text(), collectionId, mode, options.number("depth")))
                .orThrow();
        Set<String> ranking = new LinkedHashSet<>();
        for (JsonNode hit : answer.path("results")) {
            String id = hit.get("document_id").asText();
            String name = names.get(id);
            if (name == null) {
                throw new IllegalStateException("a hit outside the collection: " + id);
            }
            ranking.add(name);
        }
        return List.copyOf(ranking);
    }

    private void report(Machine machine, TestCollection collection, Map<String, RankingMetrics> results) {
        MarkdownTable table =
                new MarkdownTable("language / mode", "nDCG@10", "nDCG@10 binary", "MAP", "P@10", "recall@100");
        results.forEach((name, m) -> table.row(
                name,
                figure(m.ndcgAt10()),
                figure(m.binaryNdcgAt10()),
                figure(m.averagePrecision()),
                figure(m.precisionAt10()),
                figure(m.recallAt100())));
        new Report("retrieval", "Retrieval quality", machine)
                .value("collection", options.text("documents"))
                .value("results", results)
                .paragraph("%d documents, %d queries of `%s`, loaded and searched through the REST API."
                        .formatted(
                                collection.documents().size(),
                                collection.queries().size(),
                                options.path("documents").getFileName()))
                .table(table)
                .write(options);
    }

    private static String figure(double value) {
        return String.format(java.util.Locale.ROOT, "%.4f", value);
    }
}
