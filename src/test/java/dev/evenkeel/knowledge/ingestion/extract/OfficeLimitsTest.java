package dev.evenkeel.knowledge.ingestion.extract;

import static dev.evenkeel.knowledge.ingestion.extract.SampleDocuments.docx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits hold before memory is taken for what is beyond them. */
class OfficeLimitsTest {

    private static final String TIES =
            "<Relationships><Relationship Id=\"s\" Type=\"x/sharedStrings\" Target=\"s.xml\"/>"
                    + "<Relationship Id=\"w\" Type=\"x/worksheet\" Target=\"w.xml\"/></Relationships>";

    private static final String SHEET = "<sheet name=\"S\" r:id=\"w\"/>";

    private final Deadline deadline = new Deadline(Duration.ofMinutes(1));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private void tooLarge(byte[] content, DocumentType type, int maxChars) throws IOException {
        Path file = Files.write(directory.resolve("sample.bin"), content);
        ExtractionLimits limits = new ExtractionLimits(100 << 20, maxChars, 10, Duration.ofMinutes(1));
        assertThatThrownBy(() -> new DocumentExtractor().extract(file, type, limits))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TOO_LARGE));
    }

    private static byte[] workbook(String sheets, String strings, String rows) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets>" + sheets + "</sheets></workbook>");
        parts.put("xl/_rels/workbook.xml.rels", TIES);
        parts.put("xl/s.xml", "<sst>" + strings + "</sst>");
        parts.put("xl/w.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>");
        return SampleDocuments.zip(parts);
    }

    /** Text that a bomb is not made of. */
    private static String noise(int chars) {
        return new Random(7)
                .ints(chars, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void aRowThatRefersToALongStringInEveryCellIsTooLarge() throws IOException {
        String string = "<si><t>" + noise(500_000) + "</t></si>";
        String cells = "<c t=\"s\"><v>0</v></c>".repeat(16_000);
        tooLarge(workbook(SHEET, string, "<row>" + cells + "</row>"), DocumentType.XLSX, 1 << 20);
    }

    @Test
    void aLineOfARowIsNotPutTogetherBeyondTheLimit() {
        RowText rows = new RowText(new TextAssembly(limited(), deadline));
        rows.add(List.of("1"));
        tooLarge(() -> rows.add(Collections.nCopies(16_000, "x".repeat(1 << 20))));
    }

    @Test
    void aStringOfManyPiecesIsTooLarge() throws IOException {
        tooLarge(workbook(SHEET, "<si>" + "<t>0123456789</t>".repeat(20_000), ""), DocumentType.XLSX, 100_000);
    }

    @Test
    void sheetsAreCountedWhileTheyAreRead() throws IOException {
        tooLarge(workbook(SHEET.repeat(11) + "<broken", "", ""), DocumentType.XLSX, 100_000);
    }

    @Test
    void rowsWithoutCellsCount() throws IOException {
        tooLarge(docx("<w:tbl>" + "<w:tr/>".repeat(10_000)), DocumentType.DOCX, 100_000);
        TextAssembly text = new TextAssembly(limited(), deadline);
        XmlWalk slide = XmlWalk.of(new StringReader("<sld><tbl>" + "<tr/>".repeat(10_000)), deadline);
        tooLarge(() -> new PptxShapes(text, limited(), false).addAll(slide));
    }

    private static ExtractionLimits limited() {
        return new ExtractionLimits(100 << 20, 100_000, 10, Duration.ofMinutes(1));
    }

    private static void tooLarge(Runnable reading) {
        assertThatThrownBy(reading::run)
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TOO_LARGE));
    }

    @Test
    void stylesAndRelationshipsAreCountedWhileTheyAreRead() throws IOException {
        StringBuilder styles = new StringBuilder("<styles>");
        for (int i = 0; i < 40_000; i++) {
            styles.append("<style styleId=\"s" + i + "\"/>");
        }
        tooLarge(() -> new DocxStyles().read(XmlWalk.of(new StringReader(styles.toString()), deadline)));

        StringBuilder ties = new StringBuilder("<Relationships>");
        for (int i = 0; i < 150_000; i++) {
            ties.append("<Relationship Id=\"" + i + "\"/>");
        }
        byte[] document =
                SampleDocuments.zipOfBytes(Map.of("_rels/.rels", (ties + "<broken").getBytes(StandardCharsets.UTF_8)));
        tooLarge(document, DocumentType.DOCX, 100_000);
    }

    @Test
    void aRelationshipWithALongTargetIsPassedOver() throws IOException {
        String ties = "<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" Target=\"" + "/a".repeat(3_000)
                + "\"/><Relationship Id=\"2\" Type=\"x/officeDocument\" Target=\"d.xml\"/></Relationships>";
        Map<String, String> parts =
                Map.of("_rels/.rels", ties, "d.xml", "<document><p><r><t>okapi</t></r></p></document>");
        Path file = Files.write(directory.resolve("d.docx"), SampleDocuments.zip(parts));
        assertThat(new DocumentExtractor()
                        .extract(file, DocumentType.DOCX, limited())
                        .blocks())
                .hasSize(1);
    }

    @Test
    void elementsAThousandTimesInsideEachOtherAreTooLarge() throws IOException {
        XmlWalk walk = XmlWalk.of(new StringReader("<a>".repeat(1_000) + "</a>".repeat(1_000)), deadline);
        while (walk.next()) {
            assertThat(walk.depth()).isLessThanOrEqualTo(1_000);
        }
        for (DocumentType type : List.of(DocumentType.DOCX, DocumentType.XML)) {
            byte[] content = type == DocumentType.XML
                    ? "<a>".repeat(1_001).getBytes(StandardCharsets.UTF_8)
                    : docx("<w:tbl>".repeat(1_000));
            tooLarge(content, type, 1 << 20);
        }
    }
}
