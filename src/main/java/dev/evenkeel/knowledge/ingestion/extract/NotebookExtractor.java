package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.Cell;
import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.CellKind;
import dev.evenkeel.knowledge.ingestion.extract.NotebookReader.Notebook;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Jupyter notebooks as one Markdown text: Markdown cells as they are, code cells as fenced code with their language and the
 * names of their outputs. Raw cells and what outputs hold are left out. The page of a block is the number of its cell.
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
        int[] codeEnds = new int[notebook.cells().size()];
        long nuls = 0;
        for (int i = 0; i < notebook.cells().size(); i++) {
            Cell cell = notebook.cells().get(i);
            CleanText clean = CleanText.of(cell.source());
            nuls += clean.removedNuls();
            starts[i] = text.length();
            codeEnds[i] = append(text, cell, clean.text(), notebook.languageOf(cell));
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
                    codeEnds[i],
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

    /** Adds a cell and returns where its source ends; the names of its outputs may follow. */
    private static int append(StringBuilder text, Cell cell, String source, String language) {
        if (source.isBlank()) {
            return text.length();
        }
        if (cell.kind() == CellKind.CODE) {
            String fence = "`".repeat(Math.max(3, TextAssembly.longestBacktickRun(source) + 1));
            text.append(fence).append(language).append('\n');
            text.append(source.stripTrailing()).append('\n').append(fence);
        } else {
            text.append(source.stripTrailing());
        }
        int end = text.length();
        if (!cell.outputs().isEmpty()) {
            text.append("\n\nOutputs: ").append(String.join(", ", cell.outputs()));
        }
        text.append("\n\n");
        return end;
    }

    private static void addBlocks(
            BlockCollector blocks,
            String text,
            int start,
            int codeEnd,
            int end,
            Notebook notebook,
            Cell cell,
            HeadingStack headings,
            Deadline deadline) {
        if (cell.kind() == CellKind.CODE) {
            blocks.add(BlockKind.CELL_CODE, start, codeEnd, headings.path(), cell.number(), notebook.languageOf(cell));
            Paragraphs.addTo(blocks, text, nextLine(text, codeEnd), end, headings.path(), cell.number());
        } else {
            new MarkdownBlocks(blocks, text, headings, cell.number()).addRange(start, end, deadline);
        }
    }

    private static int nextLine(String text, int position) {
        int newline = text.indexOf('\n', position);
        return newline < 0 ? text.length() : newline + 1;
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
