package dev.evenkeel.bench.corpus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.text.ZipfText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A collection filled with generated documents until it holds a wanted number of chunks. */
public final class GeneratedCorpus {

    /** Distinct words; the rarest occur about once in a hundred documents. */
    public static final int VOCABULARY = 50_000;

    /** Characters of a paragraph: what a chunk of about 1.5 kB holds. */
    public static final int PARAGRAPH_CHARACTERS = 1450;

    private static final int THREADS = 4;
    private static final int LARGEST_WAVE = 500;

    private final String collectionId;
    private final List<String> documentIds;
    private final long chunks;
    private final double seconds;

    private GeneratedCorpus(String collectionId, List<String> documentIds, long chunks, double seconds) {
        this.collectionId = collectionId;
        this.documentIds = documentIds;
        this.chunks = chunks;
        this.seconds = seconds;
    }

    /** Creates the collection and loads documents of the given number of paragraphs over REST. */
    public static GeneratedCorpus load(Evenkeel api, String name, int wantedChunks, int paragraphs) throws IOException {
        String collection = api.createCollection(name, "simple");
        CorpusLoader loader = new CorpusLoader(api, collection, THREADS);
        List<String> ids = new ArrayList<>();
        long start = System.nanoTime();
        long chunks = 0;
        while (chunks < wantedChunks) {
            int first = ids.size();
            double chunksEach = first == 0 ? paragraphs : Math.max(1.0, (double) chunks / first);
            int wave = (int) Math.min(LARGEST_WAVE, Math.ceil((wantedChunks - chunks) / chunksEach));
            ids.addAll(loader.load(wave, number -> document(name, first + number, paragraphs)));
            chunks = chunkCount(api, collection);
            System.out.printf("%s: %,d documents, %,d chunks%n", name, ids.size(), chunks);
        }
        return new GeneratedCorpus(collection, ids, chunks, (System.nanoTime() - start) / 1e9);
    }

    /** The generated document with the given number, as the API takes it. */
    public static ObjectNode document(String name, int number, int paragraphs) {
        return Evenkeel.JSON
                .createObjectNode()
                .put("title", name + " " + number)
                .put("source_path", name + "/" + number + ".txt")
                .put("document_type", "text")
                .put("content", new ZipfText(VOCABULARY, number).document(paragraphs, PARAGRAPH_CHARACTERS));
    }

    /** Chunks that the collection holds now. */
    public static long chunkCount(Evenkeel api, String collectionId) throws IOException {
        return api.get("/api/v1/collections/" + collectionId)
                .orThrow()
                .path("chunk_count")
                .asLong();
    }

    public String collectionId() {
        return collectionId;
    }

    public List<String> documentIds() {
        return documentIds;
    }

    public long chunks() {
        return chunks;
    }

    /** Chunks a second while loading. */
    public double chunksPerSecond() {
        return chunks / seconds;
    }
}
