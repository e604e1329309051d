package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import dev.evenkeel.knowledge.notes.engine.NoteFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A document extracted and cut, ready to be indexed.
 *
 * @param chunking the settings by which it was cut, in one word
 */
public record ReadyDocument(
        Optional<String> title,
        String method,
        int pages,
        Map<String, Object> metadata,
        List<String> warnings,
        List<Chunk> chunks,
        NoteFacts notes,
        String chunking) {
    static ReadyDocument of(ExtractedText text, List<Chunk> chunks, NoteFacts notes, String chunking) {
        List<String> warnings = Stream.concat(text.warnings().stream(), notes.warnings().stream())
                .toList();
        return new ReadyDocument(
                text.title(), text.method(), text.pages(), text.metadata(), warnings, chunks, notes, chunking);
    }

    public long tokens() {
        return chunks.stream().mapToLong(Chunk::tokens).sum();
    }
}
