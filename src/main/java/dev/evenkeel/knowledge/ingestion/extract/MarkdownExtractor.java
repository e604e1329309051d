package dev.evenkeel.knowledge.ingestion.extract;

import java.util.HashMap;
import java.util.Map;

/** Reads Markdown (CommonMark with tables and front matter). */
final class MarkdownExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.MARKDOWN;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = source.text(limits);
        String text = decoded.text();
        BlockCollector blocks = new BlockCollector();
        HeadingStack headings = new HeadingStack();
        MarkdownBlocks markdown = new MarkdownBlocks(blocks, text, headings, null);
        markdown.addRange(0, text.length(), deadline);
        return new ExtractedText(
                text,
                blocks.blocks(),
                "markdown",
                0,
                decoded.removedNulCount(),
                metadata(decoded, markdown.frontMatter(), headings),
                decoded.warnings());
    }

    private static Map<String, Object> metadata(
            DecodedText decoded, Map<String, Object> frontMatter, HeadingStack headings) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("charset", decoded.charset());
        if (!frontMatter.isEmpty()) {
            metadata.put("front_matter", Map.copyOf(frontMatter));
        }
        String heading = headings.first();
        if (frontMatter.get("title") instanceof String title && !title.isBlank()) {
            metadata.put("title", title);
        } else if (heading != null) {
            metadata.put("title", heading);
        }
        return metadata;
    }
}
