package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads anything textual as paragraphs. */
final class PlainTextExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type.isText();
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        return extract(source.text(limits));
    }

    /** Reads what its own extractor cannot read; the warning says why. */
    static ExtractedText extract(DecodedText decoded, String warning) {
        List<String> warnings = new ArrayList<>(decoded.warnings());
        warnings.add(warning);
        return extract(new DecodedText(decoded.text(), decoded.charset(), decoded.removedNulCount(), warnings));
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
