package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;

/** Reads anything textual as paragraphs. */
final class PlainTextExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type != DocumentType.PDF && type != DocumentType.NOTEBOOK;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        return extract(source.text(limits));
    }

    static ExtractedText extract(DecodedText decoded) {
        String text = decoded.text();
        BlockCollector blocks = new BlockCollector();
        Paragraphs.addTo(blocks, text, 0, text.length(), List.of(), null);
        return new ExtractedText(
                text,
                blocks.blocks(),
                "text",
                0,
                decoded.removedNulCount(),
                Map.of("charset", decoded.charset()),
                decoded.warnings());
    }
}
