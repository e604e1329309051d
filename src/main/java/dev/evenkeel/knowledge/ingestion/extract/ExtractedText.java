package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of one document.
 *
 * @param text all of it; for Markdown, source code and plain text the source itself with {@code \n} as the only line end
 * @param blocks ranges over {@code text}, in order, without overlap; what lies between them is blank
 * @param method how it was extracted, for example {@code markdown} or {@code pdf_text}
 * @param pages pages of a PDF, cells of a notebook, slides, sheets or chapters, 0 for other types
 * @param removedNulCount how many U+0000 were removed, which PostgreSQL cannot store
 * @param metadata what the document says of itself, as strings, numbers, lists and maps; {@code title} when known
 * @param warnings sentences for a person about what was lost or guessed
 */
public record ExtractedText(
        String text,
        List<Block> blocks,
        String method,
        int pages,
        long removedNulCount,
        Map<String, Object> metadata,
        List<String> warnings) {

    public ExtractedText {
        blocks = List.copyOf(blocks);
        metadata = Map.copyOf(metadata);
        warnings = List.copyOf(warnings);
        int previousEnd = 0;
        for (Block block : blocks) {
            if (block.start() < previousEnd || block.end() > text.length()) {
                throw new IllegalArgumentException("block out of order or out of the text: " + block);
            }
            previousEnd = block.end();
        }
    }

    /** The title the document gives itself, in its front matter, properties or first heading. */
    public Optional<String> title() {
        return metadata.get("title") instanceof String title ? Optional.of(title) : Optional.empty();
    }
}
