package dev.evenkeel.bench.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.process.Sleep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares what a service holds with the ledger. */
public final class LedgerCheck {

    private static final Set<String> UNDER_WAY = Set.of("queued", "processing");
    private static final Set<String> DONE = Set.of("searchable", "completed");

    private final Evenkeel api;
    private final String collectionId;
    private final Ledger ledger;

    public LedgerCheck(Evenkeel api, String collectionId, Ledger ledger) {
        this.api = api;
        this.collectionId = collectionId;
        this.ledger = ledger;
    }

    /** Every acknowledged document is listed exactly once, done or under way, and no path is there twice. */
    public List<String> presence() throws IOException {
        Map<String, List<String>> statesById = new HashMap<>();
        Map<String, Integer> countByPath = new HashMap<>();
        api.forEach("/api/v1/documents?collection_id=" + collectionId + "&limit=200", (document, index) -> {
            statesById
                    .computeIfAbsent(document.get("id").asText(), id -> new ArrayList<>())
                    .add(document.path("state").asText());
            countByPath.merge(document.path("source_path").asText(), 1, Integer::sum);
        });
        List<String> problems = new ArrayList<>();
        for (Acknowledged document : ledger.acknowledged()) {
            List<String> states = statesById.getOrDefault(document.documentId(), List.of());
            if (states.size() != 1) {
                problems.add(document.sourcePath() + " is listed " + states.size() + " times");
            } else if (!UNDER_WAY.contains(states.get(0)) && !DONE.contains(states.get(0))) {
                problems.add(document.sourcePath() + " is " + states.get(0));
            }
        }
        countByPath.forEach((path, count) -> {
            if (count > 1) {
                problems.add(path + " is there " + count + " times");
            }
        });
        return problems;
    }

    /** Waits until nothing is under way; the states then, by count. */
    public Map<String, Integer> awaitDone(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Map<String, Integer> states = new TreeMap<>();
            api.forEach(
                    "/api/v1/documents?collection_id=" + collectionId + "&limit=200",
                    (document, index) -> states.merge(document.path("state").asText(), 1, Integer::sum));
            if (states.keySet().stream().noneMatch(UNDER_WAY::contains) || System.nanoTime() > deadline) {
                return states;
            }
            Sleep.millis(500);
        }
    }

    /** Every acknowledged document has all its chunks, each once, and its last paragraph is found by search. */
    public List<String> contents() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Acknowledged document : ledger.acknowledged()) {
            checkChunks(document, problems);
            checkSearch(document, problems);
        }
        return problems;
    }

    private void checkChunks(Acknowledged document, List<String> problems) throws IOException {
        List<JsonNode> chunks = new ArrayList<>();
        Set<Integer> ordinals = new HashSet<>();
        api.forEach("/api/v1/documents/" + document.documentId() + "/chunks?limit=200", (chunk, index) -> {
            chunks.add(chunk);
            ordinals.add(chunk.path("ordinal").asInt());
        });
        String all = String.join(
                "\n", chunks.stream().map(c -> c.path("content").asText()).toList());
        if (ordinals.size() != chunks.size()) {
            problems.add(document.sourcePath() + " has a chunk twice");
        }
        for (String marker : document.markers()) {
            int first = all.indexOf(marker);
            if (first < 0 || all.indexOf(marker, first + 1) >= 0) {
                problems.add(document.sourcePath() + ": " + marker + (first < 0 ? " is missing" : " is there twice"));
            }
        }
    }

    private void checkSearch(Acknowledged document, List<String> problems) throws IOException {
        String marker = document.markers().get(document.markers().size() - 1);
        Answer answer = api.search(Evenkeel.query(marker, collectionId, "keyword", 10));
        JsonNode results = answer.orThrow().path("results");
        if (results.size() != 1 || !results.get(0).path("document_id").asText().equals(document.documentId())) {
            problems.add(document.sourcePath() + ": search for " + marker + " gave " + results.size() + " hits");
        }
    }
}
