package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;

/** Reads Word documents: paragraphs, headings by their styles, lists, tables, footnotes and endnotes. */
final class DocxExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.DOCX;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        try (OfficePackage document = OfficePackage.open(source, limits, deadline)) {
            String main = document.mainPart("word/document.xml");
            DocxStyles styles = new DocxStyles();
            document.related(main, "styles").ifPresent(part -> document.read(part, styles::read));
            TextAssembly text = new TextAssembly(limits, deadline);
            document.read(main, xml -> new DocxBody(text, styles, limits).addAll(xml, "document"));
            text.leave(1);
            for (String notes : List.of("footnotes", "endnotes")) {
                document.related(main, notes)
                        .ifPresent(part ->
                                document.read(part, xml -> new DocxBody(text, styles, limits).addAll(xml, notes)));
            }
            Map<String, Object> metadata = document.properties();
            Properties.put(metadata, "title", text.firstHeading());
            return text.finish("docx", 0, metadata, List.of());
        }
    }
}
