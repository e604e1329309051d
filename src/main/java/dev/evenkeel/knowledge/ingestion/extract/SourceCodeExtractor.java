package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.code.DeclarationCutter;
import dev.evenkeel.knowledge.ingestion.extract.code.DeclarationCutter.Piece;
import java.util.List;
import java.util.Map;

/** Reads source code with a block for each declaration. */
final class SourceCodeExtractor implements Extractor {

    /** Longer sources are generated or packed; they are read as plain text. */
    private static final int MAX_DIVIDED_CHARS = 4 << 20;

    @Override
    public boolean accepts(DocumentType type) {
        return type.isDividedAtDeclarations();
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        DecodedText decoded = source.text(limits);
        String text = decoded.text();
        if (text.length() > MAX_DIVIDED_CHARS) {
            return PlainTextExtractor.extract(decoded);
        }
        BlockCollector blocks = new BlockCollector();
        addTo(blocks, text, type.wireName());
        return new ExtractedText(
                text,
                blocks.blocks(),
                "source_code",
                0,
                decoded.removedNulCount(),
                Map.of("charset", decoded.charset(), "language", type.wireName()),
                decoded.warnings());
    }

    private static void addTo(BlockCollector blocks, String text, String language) {
        List<Piece> pieces = DeclarationCutter.cut(text, language);
        for (int i = 0; i < pieces.size(); i++) {
            int start = pieces.get(i).start();
            int end = i + 1 < pieces.size() ? pieces.get(i + 1).start() : text.length();
            while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            blocks.add(BlockKind.DECLARATION, start, end, pieces.get(i).path(), null, language);
        }
    }
}
