package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;

/** Divides a source into sections that follow each other, each a block up to the start of the next. */
final class SourceSections {

    private final String text;
    private final BlockCollector blocks = new BlockCollector();
    private int start;
    private List<String> path = List.of();

    SourceSections(String text) {
        this.text = text;
    }

    /**
     * Begins a section.
     *
     * @param offset of its first char, not before that of the section before
     * @param headingPath names it stands under
     */
    void begin(int offset, List<String> headingPath) {
        close(offset);
        path = List.copyOf(headingPath);
    }

    private void close(int end) {
        int last = end;
        while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
            last--;
        }
        if (last > start) {
            blocks.add(BlockKind.PARAGRAPH, start, last, path, null, null);
        }
        start = end;
    }

    ExtractedText extracted(DecodedText decoded, String method) {
        close(text.length());
        return new ExtractedText(
                text,
                blocks.blocks(),
                method,
                0,
                decoded.removedNulCount(),
                Map.of("charset", decoded.charset()),
                decoded.warnings());
    }
}
