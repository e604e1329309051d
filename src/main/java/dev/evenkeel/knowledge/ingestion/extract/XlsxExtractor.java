package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.OfficePackage.Relationship;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads workbooks: each sheet under its name as heading, each row as a line (see {@link RowText}). A formula counts as the value that
 * was stored with it. The page of a block is the number of its sheet.
 */
final class XlsxExtractor implements Extractor {

    /** Memory of a string of the shared table besides its text, in chars. */
    private static final int STRING_CHARS = 32;

    /** Spreadsheet programs allow 31. */
    private static final int MAX_NAME_CHARS = 255;

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.XLSX;
    }

    private record Sheet(String name, String part) {}

    private static final class Workbook {
        private final List<Sheet> sheets = new ArrayList<>();
        private final List<String> strings = new ArrayList<>();
        private final XlsxDates dates = new XlsxDates();

        void add(String name, String part, ExtractionLimits limits) {
            if (sheets.size() == limits.maxPages()) {
                throw limits.tooManyPages("workbook", sheets.size() + 1);
            }
            sheets.add(new Sheet(HeadingTitle.truncate(name, MAX_NAME_CHARS), part));
        }
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        try (OfficePackage document = OfficePackage.open(source, limits, deadline)) {
            Workbook workbook = read(document, limits);
            TextAssembly text = new TextAssembly(limits, deadline);
            for (int i = 0; i < workbook.sheets.size(); i++) {
                Sheet sheet = workbook.sheets.get(i);
                text.page(i + 1);
                text.leave(1);
                text.heading(1, sheet.name());
                document.readIfThere(
                        sheet.part(),
                        xml -> new XlsxRows(workbook.strings, workbook.dates, new RowText(text), limits).addAll(xml));
            }
            Map<String, Object> metadata = document.properties();
            Properties.put(
                    metadata,
                    "sheets",
                    workbook.sheets.stream().map(Sheet::name).toList());
            return text.finish("xlsx", workbook.sheets.size(), metadata, List.of());
        }
    }

    private static Workbook read(OfficePackage document, ExtractionLimits limits) {
        String main = document.mainPart("xl/workbook.xml");
        Map<String, Relationship> ties = document.relationships(main);
        Workbook workbook = new Workbook();
        document.read(main, xml -> {
            boolean found = false;
            while (xml.next()) {
                found |= xml.starts("workbook");
                if (xml.starts("workbookPr")) {
                    workbook.dates.startIn1904(xml.attribute("date1904", "0"));
                } else if (xml.starts("sheet")) {
                    Relationship tie = ties.get(String.valueOf(xml.qualifiedAttribute("id")));
                    if (tie != null && tie.isOf("worksheet")) {
                        workbook.add(xml.attribute("name", ""), tie.target(), limits);
                    }
                }
            }
            if (!found) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The file is not a workbook.");
            }
        });
        document.related(main, "sharedStrings")
                .ifPresent(part -> document.read(part, xml -> readStrings(xml, workbook.strings, limits)));
        document.related(main, "styles").ifPresent(part -> document.read(part, workbook.dates::readStyles));
        return workbook;
    }

    private static void readStrings(XmlWalk xml, List<String> strings, ExtractionLimits limits) {
        StringBuilder string = new StringBuilder();
        long chars = 0;
        while (xml.next()) {
            if (xml.starts("rPh")) {
                // How it is pronounced.
                xml.skip();
            } else if (xml.starts("t")) {
                string.append(xml.elementText(limits.maxChars()));
                limits.checkChars(chars + string.length());
            } else if (xml.ends("si")) {
                chars += STRING_CHARS + string.length();
                limits.checkChars(chars);
                strings.add(string.toString());
                string.setLength(0);
            }
        }
    }
}
