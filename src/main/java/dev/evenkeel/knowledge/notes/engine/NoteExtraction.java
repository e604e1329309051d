package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.time.Duration;
import java.util.Map;

/**
 * Finds what a document says of itself and of others: links, tags, aliases and headings of notes, imports of source files.
 * Takes about as long as the extraction of the text itself: for a worker, not for an event loop.
 */
public final class NoteExtraction {
    /** What stands behind is not looked at. */
    static final int MAX_CHARS = 8 << 20;

    /** What is found later is not part of the graph. */
    private static final Duration MAX_TIME = Duration.ofSeconds(20);

    private NoteExtraction() {}

    /** The facts of an extracted text; none for types that know neither links nor imports. */
    public static NoteFacts of(ExtractedText extracted, DocumentType type) {
        String text = extracted.text();
        NoteCollector collector = new NoteCollector(text);
        int end = Math.min(text.length(), MAX_CHARS);
        if (type == DocumentType.MARKDOWN || type == DocumentType.NOTEBOOK) {
            addFrontMatter(collector, extracted);
            addHeadings(collector, extracted);
            new MarkdownNotes(collector, text, System.nanoTime() + MAX_TIME.toNanos()).read(end);
        } else if (ImportFamily.of(type).isPresent()) {
            SourceImports.read(collector, text.substring(0, end), type);
        } else {
            return NoteFacts.NONE;
        }
        if (end < text.length()) {
            collector.warn("Links behind the first " + MAX_CHARS + " characters are not part of the note graph.");
        }
        return collector.facts();
    }

    private static void addFrontMatter(NoteCollector collector, ExtractedText extracted) {
        if (extracted.metadata().get("front_matter") instanceof Map<?, ?> found) {
            Map<String, Object> frontMatter = new java.util.TreeMap<>();
            found.forEach((key, value) -> frontMatter.put(String.valueOf(key), value));
            FrontMatter.tags(frontMatter).forEach(collector::tag);
            FrontMatter.aliases(frontMatter).forEach(collector::alias);
        }
    }

    private static void addHeadings(NoteCollector collector, ExtractedText extracted) {
        collector.expectHeadings();
        for (Block block : extracted.blocks()) {
            if (block.kind() == BlockKind.HEADING && !block.headingPath().isEmpty()) {
                collector.heading(block.headingPath().get(block.headingPath().size() - 1));
            }
        }
    }
}
