package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkContract;
import dev.evenkeel.knowledge.ingestion.chunk.Chunker;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class DocumentExtractorTest {

    private static final ExtractionLimits LIMITS = ExtractionLimits.DEFAULT;

    private final DocumentExtractor extractor = new DocumentExtractor();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = DocumentType.class,
            mode = Mode.EXCLUDE,
            names = {"PDF", "NOTEBOOK", "DOCX", "PPTX", "XLSX", "EPUB", "EMAIL", "IMAGE", "HTML", "CSV"})
    void everyTextualTypeIsReadAsItsSource(DocumentType type) throws IOException {
        // Given
        String source = "first line\n\n    second (line) {\n\tthird \"line\"\n}\n\nÜber 数据\n";
        Path file = directory.resolve("x");
        Files.writeString(file, "\uFEFF" + source.replace("\n", "\r\n"));
        // When
        ExtractedText ofFile = extractor.extract(file, type, LIMITS);
        ExtractedText ofText = extractor.extract(source, type, LIMITS);
        // Then
        assertThat(ofFile.text()).isEqualTo(source);
        assertThat(ofText.text()).isEqualTo(source);
        assertThat(ofFile.blocks()).isEqualTo(ofText.blocks()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(DocumentType.class)
    void anEmptyFileIsRefusedForEveryType(DocumentType type) throws IOException {
        Path file = Files.createFile(directory.resolve("empty"));
        assertCode(ExtractionCode.EMPTY, file, type, LIMITS);
    }

    @Test
    void aBlankFileHasTextButNoBlocks() throws IOException {
        Path file = directory.resolve("blank.txt");
        Files.writeString(file, " \n\n\t\n");
        assertThat(extractor.extract(file, DocumentType.TEXT, LIMITS).blocks()).isEmpty();
    }

    @Test
    void theContentIsCheckedAgainOnTheWayIn() throws IOException {
        // Given a file whose head is text and whose rest is not
        Path file = directory.resolve("a.md");
        byte[] content = new byte[200_000];
        new java.util.Random(1).nextBytes(content);
        java.util.Arrays.fill(content, 0, 10_000, (byte) 'a');
        Files.write(file, content);
        // Then
        assertCode(ExtractionCode.BINARY_CONTENT, file, DocumentType.MARKDOWN, LIMITS);
        Files.write(file, new byte[] {'P', 'K', 3, 4, 20, 0});
        assertCode(ExtractionCode.WRONG_MAGIC, file, DocumentType.MARKDOWN, LIMITS);
    }

    @Test
    void limitsHoldForFilesAndTexts() throws IOException {
        // Given
        Path file = directory.resolve("a.txt");
        Files.writeString(file, "word ".repeat(1000));
        // Then
        assertCode(ExtractionCode.TOO_LARGE, file, DocumentType.TEXT, limits(4999, 10_000));
        assertCode(ExtractionCode.TOO_LARGE, file, DocumentType.TEXT, limits(10_000, 4999));
        assertCode(ExtractionCode.TOO_LARGE, file, DocumentType.TEXT, limits(10_000, 100));
        assertThat(extractor
                        .extract(file, DocumentType.TEXT, limits(5000, 5000))
                        .text())
                .hasSize(5000);
        assertThatThrownBy(() -> extractor.extract("x".repeat(101), DocumentType.PYTHON, limits(1000, 100)))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(ExtractionCode.TOO_LARGE));
        assertThatThrownBy(() -> new ExtractionLimits(0, 1, 1, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingFileIsAnErrorOfTheSystemAndNotOfTheDocument() {
        Path file = directory.resolve("none.md");
        assertThatThrownBy(() -> extractor.extract(file, DocumentType.MARKDOWN, LIMITS))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void shortParagraphsAreJoinedAndLongOnesAreBlocks() {
        // Given
        String longOne = "A paragraph of more than eighty characters, so that it is a block by itself as it should be.";
        // When
        ExtractedText extracted = extractor.extract(
                "a\n\nb\n\n" + longOne + "\n\n" + longOne + "\nwith a second line\n", DocumentType.TEXT, LIMITS);
        // Then
        assertThat(extracted.blocks())
                .extracting(block -> extracted.text().substring(block.start(), block.end()))
                .containsExactly("a\n\nb\n\n" + longOne, longOne + "\nwith a second line");
    }

    @Test
    void declarationsOfASourceFileAreFoundByLine() throws IOException {
        // Given a Go file of several functions
        StringBuilder source = new StringBuilder("package main\n\nimport \"fmt\"\n");
        for (int i = 0; i < 30; i++) {
            source.append("\n// F")
                    .append(i)
                    .append(" prints.\nfunc F")
                    .append(i)
                    .append("(x int) {\n");
            source.append("\tfmt.Println(\"function\", x)\n".repeat(12)).append("}\n");
        }
        Path file = directory.resolve("main.go");
        Files.writeString(file, source);
        // When
        ExtractedText extracted = extractor.extract(file, DocumentType.GO, LIMITS);
        List<Chunk> chunks = new Chunker().chunk(extracted, ChunkingOptions.DEFAULT);
        // Then
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        assertThat(chunks).hasSize(30);
        assertThat(chunks.get(0).content()).startsWith("package main").endsWith("}");
        assertThat(chunks.get(17).headingPath()).containsExactly("F17");
        assertThat(chunks.get(17).content())
                .startsWith("// F17 prints.\nfunc F17(x int) {\n")
                .endsWith("}");
        assertThat(chunks.get(17).lineFrom()).isEqualTo(5 + 17 * 16);
        assertThat(chunks.get(17).lineTo()).isEqualTo(5 + 17 * 16 + 14);
    }

    @Test
    void theSourcesOfThisProjectKeepTheContract() throws IOException {
        // Given
        List<Path> files;
        try (Stream<Path> walk = Files.walk(Path.of("src"))) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            // When
            byte[] content = Files.readAllBytes(file);
            DocumentType type;
            try {
                type = DocumentTypes.detect(
                        file.toString(),
                        java.util.Arrays.copyOf(content, Math.min(content.length, DocumentTypes.HEAD_BYTES)));
            } catch (ExtractionException e) {
                continue;
            }
            ExtractedText extracted = extractor.extract(file, type, LIMITS);
            List<Chunk> chunks = new Chunker().chunk(extracted, ChunkingOptions.DEFAULT);
            // Then
            assertThat(extracted.text()).isEqualTo(new String(content, StandardCharsets.UTF_8).replace("\r\n", "\n"));
            ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        }
    }

    private static ExtractionLimits limits(long maxBytes, int maxChars) {
        return new ExtractionLimits(maxBytes, maxChars, 10, Duration.ofMinutes(1));
    }

    private void assertCode(ExtractionCode code, Path file, DocumentType type, ExtractionLimits limits) {
        assertThatThrownBy(() -> extractor.extract(file, type, limits))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
