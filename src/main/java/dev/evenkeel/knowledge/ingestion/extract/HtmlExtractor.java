package dev.evenkeel.knowledge.ingestion.extract;

import java.util.HashMap;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Reads web pages: what a reader sees, without scripts, styles and navigation. */
final class HtmlExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.HTML;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = decoded(source, limits);
        if (!HtmlPages.isParsable(decoded.text())) {
            return PlainTextExtractor.extract(
                    decoded, "The page is too large to be parsed; it was read as its source.");
        }
        Document page = HtmlPages.parse(decoded.text(), deadline);
        TextAssembly text = new TextAssembly(limits, deadline);
        HtmlBlocks.addTo(text, page, 0);
        return text.finish("html", 0, metadata(page, decoded, text), decoded.warnings());
    }

    private static DecodedText decoded(DocumentSource source, ExtractionLimits limits) {
        return source instanceof DocumentSource.OfFile file
                ? HtmlPages.decode(file.bytes(limits))
                : source.text(limits);
    }

    private static Map<String, Object> metadata(Document page, DecodedText decoded, TextAssembly text) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("charset", decoded.charset());
        Properties.put(metadata, "title", page.title());
        Properties.put(metadata, "title", attribute(page, "meta[property=og:title]", "content"));
        Properties.put(metadata, "title", text.firstHeading());
        Properties.put(metadata, "lang", attribute(page, "html", "lang"));
        Properties.put(metadata, "description", attribute(page, "meta[name=description]", "content"));
        Properties.put(metadata, "author", attribute(page, "meta[name=author]", "content"));
        return metadata;
    }

    private static String attribute(Document page, String query, String name) {
        Element element = page.selectFirst(query);
        return element == null ? "" : element.attr(name);
    }
}
