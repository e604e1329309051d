package dev.evenkeel.bench.retrieval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TREC-style test collection: documents, queries, and graded judgements by query.
 *
 * @param judgements query id to document id to grade; a grade of 0 or less is not relevant
 */
public record TestCollection(
        List<TrecDocument> documents, List<TrecQuery> queries, Map<String, Map<String, Integer>> judgements) {

    /** Reads the three files. Judgements are lines of query, iteration, document, grade. */
    public static TestCollection read(Path documents, Path queries, Path judgements) throws IOException {
        return new TestCollection(
                TrecMarkup.documents(Files.readString(documents, StandardCharsets.UTF_8)),
                TrecMarkup.queries(Files.readString(queries, StandardCharsets.UTF_8)),
                judgements(Files.readAllLines(judgements, StandardCharsets.UTF_8)));
    }

    static Map<String, Map<String, Integer>> judgements(List<String> lines) {
        Map<String, Map<String, Integer>> judgements = new HashMap<>();
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length >= 4) {
                judgements
                        .computeIfAbsent(columns[0], q -> new HashMap<>())
                        .merge(columns[2], Integer.parseInt(columns[3]), Math::max);
            }
        }
        return judgements;
    }

    /**
     * The judgements of a query. Some collections (Cranfield) number their queries with gaps while the judgements use the
     * position; when not every judged query exists as a number, positions are meant.
     */
    public Map<String, Integer> judgementsOf(TrecQuery query) {
        String key = judgedByNumber() ? query.number() : Integer.toString(query.position());
        return judgements.getOrDefault(key, Map.of());
    }

    private boolean judgedByNumber() {
        Set<String> numbers = new HashSet<>();
        queries.forEach(query -> numbers.add(query.number()));
        return numbers.containsAll(judgements.keySet());
    }
}
