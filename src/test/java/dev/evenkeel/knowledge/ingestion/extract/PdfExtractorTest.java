package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkContract;
import dev.evenkeel.knowledge.ingestion.chunk.Chunker;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkingOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfExtractorTest {

    private final DocumentExtractor extractor = new DocumentExtractor();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeAll
    static void useTheBundledFontAndKeepQuietAboutDamage() {
        Logger.getLogger("org.apache.pdfbox").setLevel(Level.OFF);
        BundledFontMapper.install();
    }

    @Test
    void aHundredPagesKeepTheirNumbers() throws Exception {
        // Given
        Path file = write("book.pdf", 100);
        // When
        ExtractedText extracted = extract(file);
        List<Chunk> chunks = new Chunker().chunk(extracted, ChunkingOptions.DEFAULT);
        // Then
        assertThat(extracted.pages()).isEqualTo(100);
        assertThat(extracted.method()).isEqualTo("pdf_text");
        assertThat(extracted.title()).contains("A Book");
        assertThat(extracted.warnings()).isEmpty();
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        for (int page = 1; page <= 100; page++) {
            Pattern marker = Pattern.compile("\\bmarker" + page + "\\b");
            int number = page;
            assertThat(chunks)
                    .filteredOn(chunk -> marker.matcher(chunk.content()).find())
                    .isNotEmpty()
                    .allSatisfy(chunk -> {
                        assertThat(chunk.pageFrom()).isBetween(number - 3, number);
                        assertThat(chunk.pageTo()).isBetween(number, number + 3);
                    });
            assertThat(extracted.blocks())
                    .filteredOn(block -> marker.matcher(extracted.text().substring(block.start(), block.end()))
                            .find())
                    .extracting(Block::page)
                    .containsOnly(page);
        }
    }

    @Test
    void nonLatinTextOfAnEmbeddedFontIsRead() throws Exception {
        // Given
        Path file = directory.resolve("greek.pdf");
        try (PDDocument document = new PDDocument()) {
            PDFont font = PDType0Font.load(
                    document,
                    PDDocument.class.getResourceAsStream(
                            "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf"));
            addPage(document, font, List.of("Ελληνικά και кириллица", "Příliš žluťoučký kůň"));
            document.save(file.toFile());
        }
        // Then
        assertThat(extract(file).text()).contains("Ελληνικά και кириллица", "Příliš žluťoučký kůň");
    }

    @Test
    void aFileThatNeedsAPasswordIsRefusedAndOneThatForbidsOnlyPrintingIsRead() throws Exception {
        // Given
        Path locked = encrypt("locked.pdf", "secret");
        Path restricted = encrypt("restricted.pdf", "");
        // Then
        assertCode(ExtractionCode.ENCRYPTED, locked);
        assertThat(extract(restricted).text()).contains("marker1");
    }

    @Test
    void aScanIsToldFromADamagedFile() throws Exception {
        // Given pages that only draw
        Path file = directory.resolve("scan.pdf");
        try (PDDocument document = new PDDocument()) {
            for (int i = 0; i < 3; i++) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.addRect(100, 100, 200, 200);
                    content.fill();
                }
            }
            document.save(file.toFile());
        }
        // Then
        assertCode(ExtractionCode.SCANNED_NO_TEXT, file);
        assertThatThrownBy(() -> extract(file)).hasMessageContaining("3 pages");
    }

    @Test
    void aTruncatedFileIsDamagedWhereverItWasCut() throws Exception {
        byte[] whole = Files.readAllBytes(write("whole.pdf", 20));
        Path file = directory.resolve("cut.pdf");
        for (double share : new double[] {0.01, 0.2, 0.5, 0.6, 0.9, 0.99}) {
            Files.write(file, Arrays.copyOf(whole, (int) (whole.length * share)));
            assertCode(ExtractionCode.DAMAGED, file);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length - 10));
        assertCode(ExtractionCode.DAMAGED, file);
    }

    @Test
    void randomDamageEndsInTextOrInACode() throws Exception {
        byte[] whole = Files.readAllBytes(write("whole.pdf", 5));
        Path file = directory.resolve("damaged.pdf");
        ExtractionLimits limits = new ExtractionLimits(1 << 20, 1 << 20, 100, Duration.ofSeconds(20));
        for (int seed = 0; seed < 150; seed++) {
            // Given some bytes changed
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            int changes = 1 + random.nextInt(200);
            for (int i = 0; i < changes; i++) {
                damaged[8 + random.nextInt(damaged.length - 1032)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            // When and then
            try {
                assertThat(extractor.extract(file, DocumentType.PDF, limits).pages())
                        .isPositive();
            } catch (ExtractionException e) {
                assertThat(e.code())
                        .as("seed %d: %s", seed, e)
                        .isIn(
                                ExtractionCode.DAMAGED,
                                ExtractionCode.SCANNED_NO_TEXT,
                                ExtractionCode.ENCRYPTED,
                                ExtractionCode.TOO_LARGE);
            }
        }
    }

    @Test
    void aHeaderWithNothingBehindItIsDamaged() throws Exception {
        Path file = directory.resolve("header.pdf");
        Files.writeString(file, "%PDF-1.7\n%%EOF\n");
        assertCode(ExtractionCode.DAMAGED, file);
    }

    @Test
    void limitsOnPagesCharactersTimeAndBytesHold() throws Exception {
        Path file = write("book.pdf", 30);
        ExtractionLimits all = ExtractionLimits.DEFAULT;
        assertCode(
                ExtractionCode.TOO_LARGE,
                file,
                new ExtractionLimits(all.maxBytes(), all.maxChars(), 29, all.maxTime()));
        assertCode(ExtractionCode.TOO_LARGE, file, new ExtractionLimits(all.maxBytes(), 1000, 100, all.maxTime()));
        assertCode(ExtractionCode.TOO_LARGE, file, new ExtractionLimits(100, 1000, 100, all.maxTime()));
        assertCode(
                ExtractionCode.TIMEOUT,
                file,
                new ExtractionLimits(all.maxBytes(), all.maxChars(), 100, Duration.ofNanos(1)));
    }

    @Test
    void aStreamThatUnpacksToGigabytesIsRefusedBeforeItIsUnpacked() throws Exception {
        // Given 200 MB of spaces as the content of a page, which is 200 kB packed
        Path file = directory.resolve("bomb.pdf");
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            PDStream content = new PDStream(document);
            try (OutputStream out = content.createOutputStream(COSName.FLATE_DECODE)) {
                byte[] spaces = new byte[1 << 20];
                Arrays.fill(spaces, (byte) ' ');
                for (int i = 0; i < 200; i++) {
                    out.write(spaces);
                }
            }
            page.setContents(content);
            document.save(file.toFile());
        }
        // Then
        assertThat(Files.size(file)).isLessThan(1 << 20);
        assertCode(ExtractionCode.TOO_LARGE, file);
        assertThatThrownBy(() -> extract(file)).hasMessageContaining("64 MiB");
    }

    @Test
    void noFontCacheIsWrittenAndNoFontsOfTheSystemAreRead() throws Exception {
        // Given a font that is not embedded
        Path cache = Path.of(System.getProperty("user.home"), ".pdfbox.cache");
        boolean before = Files.exists(cache);
        // When
        extract(write("fonts.pdf", 2));
        // Then
        assertThat(Files.exists(cache)).isEqualTo(before);
        assertThat(org.apache.pdfbox.pdmodel.font.FontMappers.instance()).isInstanceOf(BundledFontMapper.class);
    }

    @Test
    void aPdfCannotBeGivenAsText() {
        assertThatThrownBy(() -> extractor.extract("%PDF-1.7", DocumentType.PDF, ExtractionLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        ExtractionException.class,
                        e -> assertThat(e.code()).isEqualTo(ExtractionCode.UNSUPPORTED_TYPE));
    }

    private Path write(String name, int pages) throws IOException {
        Path file = directory.resolve(name);
        try (PDDocument document = document(pages)) {
            document.save(file.toFile());
        }
        return file;
    }

    private Path encrypt(String name, String userPassword) throws IOException {
        Path file = directory.resolve(name);
        try (PDDocument document = document(2)) {
            AccessPermission permission = new AccessPermission();
            permission.setCanPrint(false);
            StandardProtectionPolicy policy = new StandardProtectionPolicy("owner", userPassword, permission);
            policy.setEncryptionKeyLength(256);
            document.protect(policy);
            document.save(file.toFile());
        }
        return file;
    }

    private static PDDocument document(int pages) throws IOException {
        PDDocument document = new PDDocument();
        document.getDocumentInformation().setTitle("A Book");
        PDFont font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
        for (int page = 1; page <= pages; page++) {
            String first = "This is page " + page + " with the word marker" + page + " on it.";
            String line = "More words follow here so that the page has about as much text as one of a book.";
            addPage(document, font, List.of(first, line, line, line, line, line, line, line));
        }
        return document;
    }

    private static void addPage(PDDocument document, PDFont font, List<String> lines) throws IOException {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
            content.beginText();
            content.setFont(font, 11);
            content.setLeading(14);
            content.newLineAtOffset(50, 700);
            for (String line : lines) {
                content.showText(line);
                content.newLine();
            }
            content.endText();
        }
    }

    private ExtractedText extract(Path file) {
        return extractor.extract(file, DocumentType.PDF, ExtractionLimits.DEFAULT);
    }

    private void assertCode(ExtractionCode code, Path file) {
        assertCode(code, file, ExtractionLimits.DEFAULT);
    }

    private void assertCode(ExtractionCode code, Path file, ExtractionLimits limits) {
        assertThatThrownBy(() -> extractor.extract(file, DocumentType.PDF, limits))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
