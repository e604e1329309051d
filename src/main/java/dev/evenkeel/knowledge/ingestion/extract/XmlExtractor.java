package dev.evenkeel.knowledge.ingestion.extract;

import java.io.StringReader;
import java.util.List;

/**
 * Reads XML as its source, divided at the children of the root. No entity is expanded, inner or outer; what the parser cannot read, or
 * what uses entities of its own, is read as text.
 */
final class XmlExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.XML;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = decoded(source, limits);
        SourceSections sections = new SourceSections(decoded.text());
        try (XmlWalk xml = XmlWalk.of(new StringReader(decoded.text()), deadline)) {
            divide(xml, decoded.text(), sections);
        } catch (ExtractionException e) {
            if (e.code() != ExtractionCode.DAMAGED) {
                throw e;
            }
            return PlainTextExtractor.extract(
                    decoded,
                    "The file is not valid XML, or uses entities, which are not expanded; it was read as text.");
        }
        return sections.extracted(decoded, "xml");
    }

    /** XML says its encoding as pages do. */
    private static DecodedText decoded(DocumentSource source, ExtractionLimits limits) {
        if (!(source instanceof DocumentSource.OfFile file)) {
            return source.text(limits);
        }
        DecodedText decoded = HtmlPages.decode(file.bytes(limits));
        limits.checkChars(decoded.text().length());
        return decoded;
    }

    private static void divide(XmlWalk xml, String text, SourceSections sections) {
        List<String> path = List.of();
        int previous = 0;
        while (xml.next()) {
            if (!xml.isStart() || xml.depth() > 2) {
                continue;
            }
            String name = xml.name();
            if (xml.depth() == 1) {
                path = List.of(name);
                continue;
            }
            int start = startOfTag(text, Math.min(text.length(), xml.offset()));
            if (start < previous) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The places of the XML are not known.");
            }
            sections.begin(start, List.of(path.get(0), name));
            previous = start;
        }
    }

    /**
     * Where the tag begins that the parser has just read.
     *
     * @param read chars read so far: up to the end of the tag, or into the markup after it
     */
    private static int startOfTag(String text, int read) {
        int last = text.lastIndexOf('<', read - 1);
        int end = text.indexOf('>', Math.max(0, last));
        boolean unfinished = end < 0 || end >= read;
        return unfinished ? text.lastIndexOf('<', last - 1) : last;
    }
}
