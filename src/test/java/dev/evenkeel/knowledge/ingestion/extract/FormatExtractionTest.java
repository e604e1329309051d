package dev.evenkeel.knowledge.ingestion.extract;

import static dev.evenkeel.knowledge.ingestion.extract.SampleDocuments.docx;
import static dev.evenkeel.knowledge.ingestion.extract.SampleDocuments.paragraph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of documents whose text is not their source. */
class FormatExtractionTest {

    private final DocumentExtractor extractor = new DocumentExtractor();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private ExtractedText extract(byte[] content, DocumentType type) {
        return extract(content, type, ExtractionLimits.DEFAULT);
    }

    private ExtractedText extract(byte[] content, DocumentType type, ExtractionLimits limits) {
        try {
            Path file = Files.createTempFile(directory, "sample", ".bin");
            return extractor.extract(Files.write(file, content), type, limits);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ExtractedText extract(String content, DocumentType type) {
        return extract(content.getBytes(StandardCharsets.UTF_8), type);
    }

    private void refused(ExtractionCode code, byte[] content, DocumentType type) {
        assertThatThrownBy(() -> extract(content, type))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Each block as its page, path and text. */
    private static List<String> blocks(ExtractedText extracted) {
        return extracted.blocks().stream()
                .map(block -> (block.page() == null ? "" : block.page() + " ")
                        + block.headingPath()
                        + " "
                        + extracted.text().substring(block.start(), block.end()))
                .toList();
    }

    @Test
    void aPageIsReadAsItsReaderSeesIt() {
        // When
        ExtractedText extracted = extract("""
                <!doctype html><html lang="de"><head><title>The  okapi</title><style>p { color: red }</style>
                <meta name="description" content="About it"></head><body>
                <nav><a href="/">Home</a></nav><header><h1>The <em>okapi</em></h1></header>
                <script>var hidden = "never";</script>
                <p>It is   shy&nbsp;&amp; <b>striped</b>.<br>New line. <img src="x.png" alt="A picture"></p>
                <ul><li>leaves<ul><li>of figs</li></ul></li><li><p>fruit</p></li></ul>
                <ol><li>one</li><li>two</li></ol>
                <h2>Numbers</h2>
                <table><caption>Sizes</caption><tr><th>What</th><th>How much</th></tr>
                <tr><td>Height|top</td><td>1.5 <i>m</i></td></tr></table>
                <pre><code class="language-Java hljs">int a = 1;
                  int b;
                </code></pre>
                <table role="presentation"><tr><td><p>laid out</p></td></tr></table>
                <div hidden>not there</div><noscript>Enable it</noscript>
                <footer>Imprint</footer></body></html>""", DocumentType.HTML);

        // Then
        assertThat(blocks(extracted))
                .containsExactly(
                        "[The okapi] # The okapi",
                        "[The okapi] It is shy\u00A0& striped.\nNew line. A picture",
                        "[The okapi] - leaves\n  - of figs\n- fruit\n\n1. one\n2. two",
                        "[The okapi, Numbers] ## Numbers",
                        "[The okapi, Numbers] Sizes",
                        "[The okapi, Numbers] | What | How much |\n| --- | --- |\n| Height\\|top | 1.5 m |",
                        "[The okapi, Numbers] ```java\nint a = 1;\n  int b;\n```",
                        "[The okapi, Numbers] laid out");
        assertThat(extracted.metadata())
                .containsEntry("title", "The okapi")
                .containsEntry("lang", "de")
                .containsEntry("description", "About it");
        assertThat(extracted.method()).isEqualTo("html");
        assertThat(extracted.blocks().get(6).language()).isEqualTo("java");
    }

    @ParameterizedTest
    @CsvSource({
        "windows-1251, '<meta charset=windows-1251><p>Окапи</p>', Окапи",
        "ISO-8859-2, '<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-2\"><p>źrebię</p>', źrebię",
        "windows-1252, '<p>Zürich</p>', Zürich",
        "UTF-8, '<?xml version=\"1.0\" encoding=\"utf-8\"?><p>źrebię</p>', źrebię",
        "UTF-8, '<meta charset=no-such-thing><p>źrebię</p>', źrebię",
    })
    void aPageSaysItsEncoding(String charset, String page, String text) {
        assertThat(extract(page.getBytes(Charset.forName(charset)), DocumentType.HTML)
                        .text())
                .isEqualTo(text);
    }

    @Test
    void aByteOrderMarkGoesBeforeWhatAPageSays() {
        byte[] page = ("\uFEFF<meta charset=iso-8859-1><p>źrebię</p>").getBytes(StandardCharsets.UTF_16LE);
        assertThat(extract(page, DocumentType.HTML).text()).isEqualTo("źrebię");
    }

    @Test
    void aPageOfTooManyTagsIsReadAsItsSource() {
        ExtractedText extracted = extract("<p>okapi</p>" + "<b>".repeat(500_000), DocumentType.HTML);
        assertThat(extracted.text()).startsWith("<p>okapi</p><b>");
        assertThat(extracted.warnings()).hasSize(1);
    }

    @Test
    void deeplyNestedTagsAndTablesEndInTime() {
        // Given
        String nested = "<table><tr><td>".repeat(20_000) + "okapi";
        // Then
        assertThat(extract(nested, DocumentType.HTML).text()).contains("okapi");
        assertThat(extract("<div>".repeat(100_000) + "okapi", DocumentType.HTML).text())
                .isEqualTo("okapi");
    }

    @Test
    void aWordDocumentIsReadWithHeadingsListsTablesAndNotes() {
        // When
        ExtractedText extracted = extract(
                docx(paragraph("<w:pStyle w:val=\"berschrift1\"/>", "One")
                        + paragraph("", "Plain &amp; <w:t/> text").replace("<w:t/>", "")
                        + "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
                        + "<w:r><w:tab/><w:t>after</w:t><w:br/><w:t>below</w:t></w:r></w:p>"
                        + paragraph("<w:pStyle w:val=\"Mine\"/>", "Two")
                        + paragraph("<w:numPr><w:ilvl w:val=\"1\"/></w:numPr>", "item")
                        + "<w:tbl><w:tr><w:tc>" + paragraph("", "a") + "</w:tc><w:tc>" + paragraph("", "b")
                        + "<w:tbl><w:tr><w:tc>" + paragraph("", "inner") + "</w:tc></w:tr></w:tbl></w:tc></w:tr>"
                        + "<w:tr><w:tc>" + paragraph("", "c") + "</w:tc></w:tr></w:tbl>"
                        + "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + paragraph("", "boxed")
                        + "</w:txbxContent></mc:Choice><mc:Fallback>" + paragraph("", "boxed")
                        + "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>around</w:t></w:r></w:p>"),
                DocumentType.DOCX);

        // Then
        assertThat(blocks(extracted))
                .containsExactly(
                        "[One] # One",
                        "[One] Plain &  text\n\nkept\tafter\nbelow",
                        "[One, Two] ## Two",
                        "[One, Two]   - item",
                        "[One, Two] | a | b inner |\n| --- | --- |\n| c |  |",
                        "[One, Two] boxed\n\naround",
                        "[] A footnote.");
        assertThat(extracted.metadata()).containsEntry("title", "Report").containsEntry("author", "Ann");
    }

    @Test
    void aPresentationIsReadSlideBySlideWithNotes() {
        ExtractedText extracted = extract(SampleDocuments.pptx(), DocumentType.PPTX);
        assertThat(blocks(extracted))
                .containsExactly(
                        "1 [Opening] # Opening",
                        "1 [Opening] - Welcome to the okapi",
                        "2 [Numbers] # Numbers",
                        "2 [Numbers] - First point",
                        "2 [Numbers] | Year | Sum |\n| --- | --- |\n| 2024 | 17 |",
                        "2 [Numbers] Notes: Say it slowly");
        assertThat(extracted.pages()).isEqualTo(2);
        assertThat(extracted.title()).contains("Opening");
    }

    @Test
    void aWorkbookIsReadSheetBySheetAndRowByRow() {
        ExtractedText extracted = extract(SampleDocuments.xlsx(), DocumentType.XLSX);
        assertThat(blocks(extracted))
                .containsExactly(
                        "1 [People] # People",
                        "1 [People] Name: Ann | Born: 2000-01-01 | Member: true | Fee: 0.3",
                        "1 [People] Name: Bob | Fee: 1000",
                        "2 [Numbers] # Numbers",
                        "2 [Numbers] 1 | 2024-01-01T18:00:00",
                        "2 [Numbers] PT36H | 2.5 | 12:00:00 | #DIV/0!");
        assertThat(extracted.metadata()).containsEntry("sheets", List.of("People", "Numbers"));
    }

    @Test
    void aBookIsReadInReadingOrder() {
        ExtractedText extracted = extract(SampleDocuments.epub(), DocumentType.EPUB);
        assertThat(blocks(extracted))
                .containsExactly(
                        "1 [In the forest] # In the forest",
                        "1 [In the forest] It eats leaves.",
                        "2 [At the river] # At the river",
                        "2 [At the river] It drinks water.");
        assertThat(extracted.metadata())
                .containsEntry("title", "The Okapi")
                .containsEntry("author", "Ann, Bob")
                .containsEntry("lang", "en");
        assertThat(extracted.pages()).isEqualTo(2);
    }

    @Test
    void aBookWithALicenceIsEncryptedAndOneWithObfuscatedFontsIsNot() {
        refused(
                ExtractionCode.ENCRYPTED,
                SampleDocuments.epub("<encryption><CipherReference URI=\"OEBPS/text/one.xhtml\"/></encryption>"),
                DocumentType.EPUB);
        assertThat(extract(
                                SampleDocuments.epub(
                                        "<encryption><CipherReference URI=\"OEBPS/font.otf\"/></encryption>"),
                                DocumentType.EPUB)
                        .pages())
                .isEqualTo(2);
    }

    @Test
    void aMailIsReadInPlainTextWithItsHeadersAndTheNamesOfAttachments() {
        ExtractedText extracted = extract(SampleDocuments.mail(), DocumentType.EMAIL);
        assertThat(blocks(extracted))
                .containsExactly(
                        "[Okapi report] # Okapi report",
                        "[Okapi report] From: Jürgen <j@example.org>\nTo: ann@example.org, bob@example.org\n"
                                + "Date: Tue, 3 Jun 2025 11:05:30 +0200 (CEST)",
                        "[Okapi report] The okapi ate the Zürich apples.\n\nRegards\n\nAttachments: résumé.pdf, notes.txt",
                        "[Okapi report, Inner news] ## Inner news",
                        "[Okapi report, Inner news] From: carol@example.org",
                        "[Okapi report, Inner news, Title] ### Title",
                        "[Okapi report, Inner news, Title] Only HTML here.");
        assertThat(extracted.metadata())
                .containsEntry("title", "Okapi report")
                .containsEntry("from", "Jürgen <j@example.org>")
                .containsEntry("date", "2025-06-03T11:05:30+02:00")
                .containsEntry("message_id", "<1@example.org>")
                .containsEntry("attachments", List.of("résumé.pdf", "notes.txt"));
        assertThat(extracted.text()).doesNotContain("not shown", "in HTML", "alert");
    }

    @Test
    void whatIsNoMailIsDamagedAndDeepNestingTooLarge() {
        refused(ExtractionCode.DAMAGED, "\n\nno header at all".getBytes(StandardCharsets.UTF_8), DocumentType.EMAIL);
        String deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100) + "Subject: x\r\n\r\nbody";
        refused(ExtractionCode.TOO_LARGE, deep.getBytes(StandardCharsets.UTF_8), DocumentType.EMAIL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "'Name,Age\nAnn,30\n\"Bob, jr.\",31\n' ! 'Name: Ann | Age: 30\nName: Bob, jr. | Age: 31'",
                "'Name;Note\nAnn;\"two\nlines\"\nBob;\n' ! 'Name: Ann | Note: two lines\nName: Bob'",
                "'Name\tAge\nAnn\t30' ! 'Name: Ann | Age: 30'",
                "'1,2\n3,4\n' ! '1 | 2\n3 | 4'",
                "'Name,Name\nAnn,Bob\n' ! 'Name | Name\nAnn | Bob'",
                "'Name,2020\nAnn,30\n' ! 'Name | 2020\nAnn | 30'",
                "'only,one\n' ! 'only | one'",
                "'Name,Age\n\n,,\nAnn,30,extra\n' ! 'Name: Ann | Age: 30 | extra'",
                "'a word\nand another' ! 'a word: and another'",
            })
    void rowsOfATableAreLinesThatNameTheirColumns(String csv, String text) {
        assertThat(extract(csv, DocumentType.CSV).text()).isEqualTo(text);
    }

    @Test
    void aTableThatGrowsBeyondTheLimitIsReadAsText() {
        String csv = "A long name of a column,B\n" + "1,2\n".repeat(1000);
        ExtractedText extracted = extract(csv.getBytes(StandardCharsets.UTF_8), DocumentType.CSV, limitedTo(10_000));
        assertThat(extracted.text()).isEqualTo(csv);
        assertThat(extracted.warnings()).hasSize(1);
    }

    private static ExtractionLimits limitedTo(int chars) {
        return new ExtractionLimits(100 << 20, chars, 1, Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = DocumentType.class,
            names = {"DOCX", "PPTX", "XLSX", "EPUB"})
    void aZipOfSomethingElseIsDamaged(DocumentType type) {
        refused(ExtractionCode.DAMAGED, SampleDocuments.zip(Map.of("a.txt", "text")), type);
        byte[] cut = java.util.Arrays.copyOf(SampleDocuments.docx(paragraph("", "x")), 500);
        refused(ExtractionCode.DAMAGED, cut, type);
        refused(ExtractionCode.WRONG_MAGIC, "%PDF-1.7 etc.".getBytes(StandardCharsets.UTF_8), type);
    }

    @ParameterizedTest
    @CsvSource({"DOCX, PPTX", "PPTX, XLSX", "XLSX, DOCX"})
    void anOfficeDocumentUnderTheNameOfAnotherIsDamaged(DocumentType named, DocumentType real) {
        byte[] content = switch (real) {
            case DOCX -> docx(paragraph("", "x"));
            case PPTX -> SampleDocuments.pptx();
            default -> SampleDocuments.xlsx();
        };
        refused(ExtractionCode.DAMAGED, content, named);
    }

    @Test
    void entitiesOfAWordDocumentAreNeitherFetchedNorExpanded() throws IOException {
        // Given
        Path secret = Files.writeString(directory.resolve("secret.txt"), "okapi-secret");
        String outer = "<!DOCTYPE x [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>";
        StringBuilder laughs = new StringBuilder("<!DOCTYPE x [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 40; i++) {
            laughs.append("<!ENTITY a" + i + " \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        laughs.append("]>");
        // Then
        refused(ExtractionCode.DAMAGED, docx(outer, paragraph("", "&x;")), DocumentType.DOCX);
        refused(ExtractionCode.DAMAGED, docx(laughs.toString(), paragraph("", "&a39;")), DocumentType.DOCX);
    }

    @Test
    void aBombIsRefusedByWhatComesOut() {
        byte[] bomb = docx("<w:p>" + " ".repeat(50 << 20) + "</w:p>");
        assertThat(bomb.length).isLessThan(1 << 20);
        refused(ExtractionCode.ARCHIVE_BOMB, bomb, DocumentType.DOCX);
    }

    @Test
    void aDeadlineEndsEveryFormat() {
        ExtractionLimits noTime = new ExtractionLimits(100 << 20, 1 << 20, 100, Duration.ofNanos(1));
        Map<DocumentType, byte[]> samples = Map.of(
                DocumentType.DOCX, docx(paragraph("", "x")),
                DocumentType.PPTX, SampleDocuments.pptx(),
                DocumentType.XLSX, SampleDocuments.xlsx(),
                DocumentType.EPUB, SampleDocuments.epub(),
                DocumentType.HTML, "<p>x</p>".getBytes(StandardCharsets.UTF_8),
                DocumentType.EMAIL, SampleDocuments.mail().getBytes(StandardCharsets.UTF_8),
                DocumentType.CSV, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8),
                DocumentType.JSON, "{\"a\": 1}".getBytes(StandardCharsets.UTF_8));
        samples.forEach((type, content) -> assertThatThrownBy(() -> extract(content, type, noTime))
                .as("%s", type)
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TIMEOUT)));
    }
}
