package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.DocumentExtractor;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChunkerTest {

    private final DocumentExtractor extractor = new DocumentExtractor();
    private final Chunker chunker = new Chunker();

    @Test
    void anEmptyTextHasNoChunks() {
        assertThat(chunk("", DocumentType.TEXT)).isEmpty();
        assertThat(chunk(" \n\t\n ", DocumentType.MARKDOWN)).isEmpty();
    }

    @Test
    void aShortDocumentIsOneChunkWithTheLinesOfTheFile() {
        // Given
        String text = "\n\n# Title\n\nSome words.\n\n";
        // When
        List<Chunk> chunks = chunk(text, DocumentType.MARKDOWN);
        // Then
        assertThat(chunks).singleElement().satisfies(chunk -> {
            assertThat(chunk.content()).isEqualTo("# Title\n\nSome words.");
            assertThat(chunk.start()).isEqualTo(2);
            assertThat(chunk.lineFrom()).isEqualTo(3);
            assertThat(chunk.lineTo()).isEqualTo(5);
            assertThat(chunk.headingPath()).containsExactly("Title");
            assertThat(chunk.pageFrom()).isNull();
            assertThat(chunk.tokens()).isEqualTo(6);
        });
    }

    @Test
    void sectionsOfSomeSizeStayApartAndKeepTheirHeadingPath() {
        // Given
        String text = "# Book\n\n" + words(80) + "\n\n## One\n\n" + words(100) + "\n\n## Two\n\n" + words(100) + "\n";
        // When
        List<Chunk> chunks = chunk(text, DocumentType.MARKDOWN);
        // Then
        assertThat(chunks)
                .extracting(Chunk::headingPath)
                .containsExactly(List.of("Book"), List.of("Book", "One"), List.of("Book", "Two"));
        assertThat(chunks.get(1).content()).startsWith("## One\n\n");
    }

    @Test
    void tinySectionsAreJoinedUnderTheirCommonPath() {
        // Given forty sections of ten words
        StringBuilder text = new StringBuilder("# Glossary\n\n");
        for (int i = 0; i < 40; i++) {
            text.append("## Term ").append(i).append("\n\n").append(words(10)).append("\n\n");
        }
        // When
        List<Chunk> chunks = chunk(text.toString(), DocumentType.MARKDOWN);
        // Then
        assertThat(chunks).hasSizeLessThan(20).allSatisfy(chunk -> {
            assertThat(chunk.tokens()).isGreaterThanOrEqualTo(60);
            assertThat(chunk.headingPath()).startsWith("Glossary");
        });
    }

    @Test
    void theLastSmallSectionOfAClassGoesToItsOwnClass() {
        // Given blocks of two parents, the last of the first being tiny
        String first = words(70);
        String tiny = words(5);
        String second = words(70);
        String text = first + "\n" + tiny + "\n" + second;
        List<Block> blocks = List.of(
                block(0, first.length(), "A", "big"),
                block(first.length() + 1, first.length() + 1 + tiny.length(), "A", "tiny"),
                block(text.length() - second.length(), text.length(), "B", "big"));
        // When
        List<Chunk> chunks = chunker.chunk(extracted(text, blocks), ChunkingOptions.DEFAULT);
        // Then
        assertThat(chunks).extracting(Chunk::headingPath).containsExactly(List.of("A"), List.of("B", "big"));
    }

    @Test
    void aCodeBlockThatFitsIsNeverCut() {
        // Given text that leaves too little room for the code after it
        String code = "```go\n" + "call(a, b)\n".repeat(60) + "```";
        String text = "# Use\n\n" + words(250) + "\n\n" + code + "\n\n" + words(20) + "\n";
        // When
        List<Chunk> chunks = chunk(text, DocumentType.MARKDOWN);
        // Then
        assertThat(chunks).anySatisfy(chunk -> assertThat(chunk.content()).contains(code));
    }

    @Test
    void aCodeBlockOfExactlyTheCapIsNotCut() {
        // Given
        TokenCounter counter = new TokenCounter();
        for (int lines = 90; lines < 105; lines++) {
            String code = "```\n" + "x = 1\n".repeat(lines) + "```";
            int cap = counter.count(code);
            // When
            List<Chunk> chunks = chunker.chunk(
                    extract("Before it.\n\n" + code + "\n\nAfter it.\n", DocumentType.MARKDOWN),
                    ChunkingOptions.ofMaxTokens(cap));
            // Then
            assertThat(chunks).extracting(Chunk::content).contains(code);
        }
    }

    @Test
    void aTableThatDoesNotFitIsCutBetweenRows() {
        // Given
        StringBuilder table = new StringBuilder("| name | value |\n|---|---|\n");
        for (int i = 0; i < 200; i++) {
            table.append("| row ").append(i).append(" | ").append(words(5)).append(" |\n");
        }
        // When
        List<Chunk> chunks = chunk(table.toString(), DocumentType.MARKDOWN);
        // Then
        assertThat(chunks).hasSizeGreaterThan(2).allSatisfy(chunk -> {
            assertThat(chunk.content()).startsWith("|").endsWith("|");
            assertThat(chunk.tokens()).isGreaterThan(150);
        });
    }

    @Test
    void headingsWithoutTextGoWithTheNextSection() {
        // Given
        String text = "# A\n\n## B\n\n### C\n\n" + words(300) + "\n\n## D\n\n" + words(300) + "\n";
        // When
        List<Chunk> chunks = chunk(text, DocumentType.MARKDOWN);
        // Then
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).content()).startsWith("# A\n\n## B\n\n### C\n\n");
        assertThat(chunks.get(0).headingPath()).containsExactly("A", "B", "C");
        assertThat(chunks.get(1).headingPath()).containsExactly("A", "D");
    }

    @Test
    void aLongParagraphIsCutAtSentences() {
        // Given one line of many sentences
        String text = ("The quick brown fox jumps over the lazy dog again. ")
                .repeat(100)
                .strip();
        // When
        List<Chunk> chunks = chunk(text, DocumentType.TEXT);
        // Then
        assertThat(chunks).hasSizeGreaterThan(2).allSatisfy(chunk -> {
            assertThat(chunk.content()).startsWith("The quick").endsWith("again.");
            assertThat(chunk.lineFrom()).isEqualTo(1);
            assertThat(chunk.lineTo()).isEqualTo(1);
        });
    }

    @Test
    void aLongChineseParagraphIsCutAtSentences() {
        // Given
        String text = "人工智能正在改变我们生活和工作的方式。".repeat(80);
        // When
        List<Chunk> chunks = chunk(text, DocumentType.TEXT);
        // Then
        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .allSatisfy(
                        chunk -> assertThat(chunk.content()).startsWith("人工").endsWith("。"));
    }

    @Test
    void longFunctionsAreCutAtBlankLinesWhereThereAreSome() {
        // Given a function with a blank line after every four statements
        String text = "def long():\n" + ("    total = total + compute(value, other)\n".repeat(4) + "\n").repeat(40);
        // When
        List<Chunk> chunks = chunk(text, DocumentType.PYTHON);
        // Then
        assertThat(chunks).hasSizeGreaterThan(2);
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat((chunk.lineTo() - 1) % 5).isEqualTo(4);
            assertThat(chunk.content()).endsWith("compute(value, other)");
        });
        assertThat(chunks.get(1).content()).startsWith("    total");
    }

    @Test
    void thePagesOfAChunkAreThoseOfItsBlocks() {
        // Given three pages of which the first two are small
        String one = words(20);
        String two = words(20);
        String three = words(380);
        String text = one + "\n" + two + "\n" + three;
        int startOfThree = text.length() - three.length();
        List<Block> blocks = List.of(
                new Block(BlockKind.PARAGRAPH, 0, one.length(), List.of(), 1),
                new Block(BlockKind.PARAGRAPH, one.length() + 1, startOfThree - 1, List.of(), 2),
                new Block(BlockKind.PARAGRAPH, startOfThree, text.length(), List.of(), 3));
        // When
        List<Chunk> chunks = chunker.chunk(extracted(text, blocks), ChunkingOptions.DEFAULT);
        // Then
        assertThat(chunks).extracting(Chunk::pageFrom).containsExactly(1, 3);
        assertThat(chunks).extracting(Chunk::pageTo).containsExactly(2, 3);
    }

    @Test
    void aTextWithoutBlocksIsStillCoveredAndCapped() {
        // Given
        String text = (words(30) + "\n").repeat(50);
        ExtractedText extracted = extracted(text, List.of());
        // When
        List<Chunk> chunks = chunker.chunk(extracted, ChunkingOptions.DEFAULT);
        // Then
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        assertThat(chunks).hasSizeGreaterThan(3);
    }

    @Test
    void longRunsOfSpaceBelongToNoChunk() {
        // Given
        String text = "start" + " ".repeat(100_000) + "end" + "\n".repeat(100_000) + "last";
        ExtractedText extracted = extract(text, DocumentType.TEXT);
        // When
        List<Chunk> chunks = chunker.chunk(extracted, ChunkingOptions.DEFAULT);
        // Then
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        assertThat(chunks).extracting(Chunk::content).containsExactly("start", "end", "last");
        assertThat(chunks.get(2).lineFrom()).isEqualTo(100_001);
    }

    @Test
    void manyThreadsMayUseOneChunker() throws Exception {
        // Given
        ExtractedText extracted = extract("# T\n\n" + (words(60) + "\n\n").repeat(200), DocumentType.MARKDOWN);
        List<Chunk> expected = chunker.chunk(extracted, ChunkingOptions.DEFAULT);
        List<List<Chunk>> results = java.util.Collections.synchronizedList(new ArrayList<>());
        // When
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> results.add(chunker.chunk(extracted, ChunkingOptions.DEFAULT)));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // Then
        assertThat(results).hasSize(8).allSatisfy(result -> assertThat(result).isEqualTo(expected));
    }

    private List<Chunk> chunk(String text, DocumentType type) {
        ExtractedText extracted = extract(text, type);
        List<Chunk> chunks = chunker.chunk(extracted, ChunkingOptions.DEFAULT);
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        return chunks;
    }

    private ExtractedText extract(String text, DocumentType type) {
        return extractor.extract(text, type, ExtractionLimits.DEFAULT);
    }

    private static ExtractedText extracted(String text, List<Block> blocks) {
        return new ExtractedText(text, blocks, "test", 0, 0, Map.of(), List.of());
    }

    private static Block block(int start, int end, String... path) {
        return new Block(BlockKind.DECLARATION, start, end, List.of(path), null);
    }

    /** Words of one token each. */
    private static String words(int count) {
        List<String> cycle = List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
        StringBuilder text = new StringBuilder(cycle.get(0));
        for (int i = 1; i < count; i++) {
            text.append(' ').append(cycle.get(i % cycle.size()));
        }
        return text.toString();
    }
}
