package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A document extracted and cut, ready to be indexed. */
public record ReadyDocument(
        Optional<String> title,
        String method,
        int pages,
        Map<String, Object> metadata,
        List<String> warnings,
        List<Chunk> chunks) {
    static ReadyDocument of(ExtractedText text, List<Chunk> chunks) {
        return new ReadyDocument(text.title(), text.method(), text.pages(), text.metadata(), text.warnings(), chunks);
    }

    public long tokens() {
        return chunks.stream().mapToLong(Chunk::tokens).sum();
    }
}
