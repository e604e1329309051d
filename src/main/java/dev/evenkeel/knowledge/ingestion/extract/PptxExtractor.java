package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.OfficePackage.Relationship;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads presentations slide by slide, each with its notes. The page of a block is the number of its slide. */
final class PptxExtractor implements Extractor {

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.PPTX;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        try (OfficePackage document = OfficePackage.open(source, limits, deadline)) {
            List<String> slides = slides(document, limits);
            TextAssembly text = new TextAssembly(limits, deadline);
            for (int i = 0; i < slides.size(); i++) {
                addSlide(document, slides.get(i), i + 1, text, limits);
            }
            Map<String, Object> metadata = document.properties();
            Properties.put(metadata, "title", text.firstHeading());
            return text.finish("pptx", slides.size(), metadata, List.of());
        }
    }

    private static List<String> slides(OfficePackage document, ExtractionLimits limits) {
        String main = document.mainPart("ppt/presentation.xml");
        Map<String, Relationship> ties = document.relationships(main);
        List<String> slides = new ArrayList<>();
        document.read(main, xml -> {
            boolean presentation = false;
            while (xml.next()) {
                presentation |= xml.starts("presentation");
                Relationship tie = xml.starts("sldId") ? ties.get(String.valueOf(xml.qualifiedAttribute("id"))) : null;
                if (tie != null) {
                    if (slides.size() == limits.maxPages()) {
                        throw limits.tooManyPages("presentation", slides.size() + 1);
                    }
                    slides.add(tie.target());
                }
            }
            if (!presentation) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The file is not a presentation.");
            }
        });
        return slides;
    }

    private static void addSlide(
            OfficePackage document, String part, int number, TextAssembly text, ExtractionLimits limits) {
        text.page(number);
        text.leave(1);
        document.read(part, xml -> new PptxShapes(text, limits, false).addAll(xml));
        document.related(part, "notesSlide")
                .ifPresent(notes -> document.read(notes, xml -> new PptxShapes(text, limits, true).addAll(xml)));
        text.endGroup();
    }
}
