package dev.evenkeel.bench.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Answer;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.api.UploadFile;
import dev.evenkeel.bench.process.Sleep;
import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Adds documents without pause, by turns one as JSON and several in a multipart upload, and writes into the ledger what the
 * service said. It never sends a document twice, so any double is the service's own.
 */
public final class LedgerWriter implements AutoCloseable {

    private static final int UPLOAD_FILES = 8;
    private static final int PARAGRAPH_CHARACTERS = 900;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private record Draft(String path, String content, List<String> markers) {}

    private final Evenkeel api;
    private final String collectionId;
    private final Ledger ledger;
    private final AtomicLong numbers;
    private final int paragraphs;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param numbers shared by all writers of a run, so that every document is unique
     * @param paragraphs of each document, about 0.9 kB each
     */
    public LedgerWriter(Evenkeel api, String collectionId, Ledger ledger, AtomicLong numbers, int paragraphs) {
        this.api = api;
        this.collectionId = collectionId;
        this.ledger = ledger;
        this.numbers = numbers;
        this.paragraphs = paragraphs;
    }

    public LedgerWriter start(int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::write, "ledger-writer-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return this;
    }

    private void write() {
        boolean single = true;
        while (!stopped) {
            boolean accepted = single ? addOne() : uploadMany();
            single = !single;
            if (!accepted) {
                Sleep.millis(PAUSE_AFTER_FAILURE_MILLIS);
            }
        }
    }

    private boolean addOne() {
        Draft draft = draft();
        try {
            Answer answer = api.addDocument(
                    collectionId,
                    Evenkeel.JSON
                            .createObjectNode()
                            .put("title", draft.path)
                            .put("source_path", draft.path)
                            .put("document_type", "text")
                            .put("content", draft.content));
            if (answer.isSuccess()) {
                ledger.acknowledge(new Acknowledged(answer.body().get("id").asText(), draft.path, draft.markers));
            }
            return answer.isSuccess();
        } catch (IOException e) {
            ledger.unknown(draft.path);
            return false;
        }
    }

    /** Uploads several files in one request. */
    public boolean uploadMany() {
        Map<String, Draft> drafts = java.util.stream.Stream.generate(this::draft)
                .limit(UPLOAD_FILES)
                .collect(Collectors.toMap(Draft::path, Function.identity()));
        try {
            Answer answer = api.upload(
                    collectionId,
                    drafts.values().stream()
                            .map(d -> UploadFile.of(d.path, d.content.getBytes(StandardCharsets.UTF_8)))
                            .toList());
            if (answer.isSuccess()) {
                answer.body().path("items").forEach(item -> accept(item, drafts));
            }
            return answer.isSuccess();
        } catch (IOException e) {
            drafts.keySet().forEach(ledger::unknown);
            return false;
        }
    }

    private void accept(JsonNode item, Map<String, Draft> drafts) {
        Draft draft = drafts.get(item.path("source_path").asText());
        if (draft != null && item.hasNonNull("document_id") && !item.hasNonNull("error")) {
            ledger.acknowledge(new Acknowledged(item.get("document_id").asText(), draft.path, draft.markers));
        }
    }

    private Draft draft() {
        long number = numbers.incrementAndGet();
        ZipfText text = new ZipfText(20_000, number);
        List<String> markers = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < paragraphs; i++) {
            String marker = "q" + letters(number) + "x" + letters(i);
            markers.add(marker);
            content.append(marker)
                    .append(' ')
                    .append(text.paragraph(PARAGRAPH_CHARACTERS))
                    .append("\n\n");
        }
        return new Draft("ledger/" + number + ".txt", content.toString(), List.copyOf(markers));
    }

    /** The digits of a number as letters: a word search takes as one word, and no word of the text. */
    private static String letters(long number) {
        StringBuilder letters = new StringBuilder();
        Long.toString(number).chars().forEach(digit -> letters.append((char) (digit - '0' + 'b')));
        return letters + "z";
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
