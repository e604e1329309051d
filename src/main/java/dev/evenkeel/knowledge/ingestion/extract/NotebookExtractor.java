package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.Cell;
import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.CellKind;
import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.Notebook;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Jupyter notebooks as one Markdown text: Markdown cells as they are, code cells as fenced code with their language. Outputs and raw
 * cells are left out. The page of a block is the number of its cell.
 */
final class NotebookExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.NOTEBOOK;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        Notebook notebook = NotebookReader.read(source, limits, deadline);
        StringBuilder text = new StringBuilder();
        int[] starts = new int[notebook.cells().size() + 1];
        long nuls = 0;
        for (int i = 0; i < notebook.cells().size(); i++) {
            Cell cell = notebook.cells().get(i);
            CleanText clean = CleanText.of(cell.source());
            nuls += clean.removedNuls();
            starts[i] = text.length();
            append(text, cell, clean.text(), notebook.languageOf(cell));
        }
        starts[notebook.cells().size()] = text.length();
        limits.checkChars(text.length());

        HeadingStack headings = new HeadingStack();
        BlockCollector blocks = new BlockCollector();
        String whole = text.toString();
        for (int i = 0; i < notebook.cells().size(); i++) {
            addBlocks(
                    blocks,
                    whole,
                    starts[i],
                    starts[i + 1],
                    notebook,
                    notebook.cells().get(i),
                    headings,
                    deadline);
        }
        return new ExtractedText(
                whole,
                blocks.blocks(),
                "notebook",
                notebook.cellCount(),
                nuls,
                metadata(notebook, headings),
                List.of());
    }

    private static void append(StringBuilder text, Cell cell, String source, String language) {
        if (source.isBlank()) {
            return;
        }
        if (cell.kind() == CellKind.CODE) {
            String fence = "`".repeat(Math.max(3, longestBacktickRun(source) + 1));
            text.append(fence).append(language).append('\n');
            text.append(source.stripTrailing()).append('\n').append(fence);
        } else {
            text.append(source.stripTrailing());
        }
        text.append("\n\n");
    }

    private static int longestBacktickRun(String source) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < source.length(); i++) {
            run = source.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    private static void addBlocks(
            BlockCollector blocks,
            String text,
            int start,
            int end,
            Notebook notebook,
            Cell cell,
            HeadingStack headings,
            Deadline deadline) {
        if (cell.kind() == CellKind.CODE) {
            int last = end;
            while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
                last--;
            }
            blocks.add(BlockKind.CELL_CODE, start, last, headings.path(), cell.number(), notebook.languageOf(cell));
        } else {
            new MarkdownBlocks(blocks, text, headings, cell.number()).addRange(start, end, deadline);
        }
    }

    private static Map<String, Object> metadata(Notebook notebook, HeadingStack headings) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("language", notebook.language());
        String heading = headings.first();
        if (!notebook.title().isBlank()) {
            metadata.put("title", notebook.title());
        } else if (heading != null) {
            metadata.put("title", heading);
        }
        return metadata;
    }
}
