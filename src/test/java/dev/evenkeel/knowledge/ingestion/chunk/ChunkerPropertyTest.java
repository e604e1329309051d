package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.DocumentExtractor;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionLimits;
import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of chunks on generated texts; a failure names the seed that makes it come back. */
class ChunkerPropertyTest {

    private static final int ROUNDS = 40;

    /** There are many types, most of which are read alike. */
    private static final int ROUNDS_PER_TYPE = 15;

    private final DocumentExtractor extractor = new DocumentExtractor();
    private final Chunker chunker = new Chunker();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = DocumentType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PDF", "NOTEBOOK", "DOCX", "PPTX", "XLSX", "EPUB", "EMAIL", "IMAGE"})
    void theContractHoldsForRandomDocumentsOfEveryType(DocumentType type) {
        for (int seed = 0; seed < ROUNDS_PER_TYPE; seed++) {
            // Given
            Random random = new Random(seed);
            String text = new RandomText(random).document(1 + random.nextInt(60));
            ChunkingOptions options = options(random);
            // When
            ExtractedText extracted = extractor.extract(text, type, ExtractionLimits.DEFAULT);
            List<Chunk> chunks = chunker.chunk(extracted, options);
            // Then
            check(extracted, chunks, options, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 100, 400})
    void theContractHoldsForDocumentsWhoseTextIsPutTogether(int cap) throws IOException {
        Map<DocumentType, byte[]> samples = Map.of(
                DocumentType.DOCX,
                        SampleDocuments.docx(SampleDocuments.paragraph("", "Words of a report. ".repeat(300))),
                DocumentType.PPTX, SampleDocuments.pptx(),
                DocumentType.XLSX, SampleDocuments.xlsx(),
                DocumentType.EPUB, SampleDocuments.epub(),
                DocumentType.EMAIL, SampleDocuments.mail().getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<DocumentType, byte[]> sample : samples.entrySet()) {
            // Given
            Path file = Files.write(directory.resolve("sample"), sample.getValue());
            ChunkingOptions options = ChunkingOptions.ofMaxTokens(cap);
            // When
            ExtractedText extracted = extractor.extract(file, sample.getKey(), ExtractionLimits.DEFAULT);
            List<Chunk> chunks = chunker.chunk(extracted, options);
            // Then
            ChunkContract.check(extracted, chunks, options);
            assertThat(chunks).as("%s", sample.getKey()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 400})
    void theContractHoldsForArbitraryBlocks(int cap) {
        for (int seed = 0; seed < ROUNDS; seed++) {
            // Given blocks at any place of a text, also within words
            Random random = new Random(1000L + seed);
            String text = new RandomText(random).document(1 + random.nextInt(20));
            ExtractedText extracted =
                    new ExtractedText(text, randomBlocks(text, random), "test", 0, 0, Map.of(), List.of());
            ChunkingOptions options = ChunkingOptions.ofMaxTokens(cap);
            // When
            List<Chunk> chunks = chunker.chunk(extracted, options);
            // Then
            check(extracted, chunks, options, seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void aLetterKeepsItsMarksUnlessTheyTakeMoreThanHalfOfAChunk(int cap) {
        ChunkingOptions options = ChunkingOptions.ofMaxTokens(cap);
        for (int marks = 1; marks <= 6; marks++) {
            for (int words = 0; words < 40; words++) {
                // Given words of letters that have so many marks, at any distance from where a chunk would end
                String text = "a ".repeat(words) + ("e" + "\u036f".repeat(marks)).repeat(12) + " end";
                Block all = new Block(BlockKind.PARAGRAPH, 0, text.length(), List.of("A"), null);
                ExtractedText extracted = new ExtractedText(text, List.of(all), "test", 0, 0, Map.of(), List.of());
                // When
                List<Chunk> chunks = chunker.chunk(extracted, options);
                // Then
                check(extracted, chunks, options, 100 * marks + words);
            }
        }
    }

    private static List<Block> randomBlocks(String text, Random random) {
        List<Block> blocks = new ArrayList<>();
        int position = 0;
        while (position < text.length()) {
            int end = Math.min(text.length(), position + 1 + random.nextInt(400));
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            List<String> path = random.nextInt(3) == 0 ? List.of("A") : List.of("A", "B" + random.nextInt(3));
            blocks.add(new Block(BlockKind.PARAGRAPH, position, end, path, null));
            position = end;
        }
        return blocks;
    }

    @ParameterizedTest
    @EnumSource(ChunkingStrategy.class)
    void theContractHoldsForEveryStrategyWithAndWithoutOverlap(ChunkingStrategy strategy) {
        int repeating = 0;
        for (int seed = 0; seed < 2 * ROUNDS; seed++) {
            // Given
            Random random = new Random(2000L + seed);
            String text = new RandomText(random).document(1 + random.nextInt(60));
            int cap = List.of(64, 100, 400, 1000).get(random.nextInt(4));
            int overlap = List.of(0, 8, cap / 4, Math.min(cap / 2, cap - 32)).get(random.nextInt(4));
            String language = List.of("english", "german", "simple").get(random.nextInt(3));
            ChunkingOptions options = ChunkingOptions.of(strategy, cap, overlap, language);
            DocumentType type = List.of(DocumentType.TEXT, DocumentType.MARKDOWN, DocumentType.PYTHON)
                    .get(random.nextInt(3));
            // When
            ExtractedText extracted = random.nextBoolean()
                    ? extractor.extract(text, type, ExtractionLimits.DEFAULT)
                    : new ExtractedText(text, randomBlocks(text, random), "test", 0, 0, Map.of(), List.of());
            List<Chunk> chunks = chunker.chunk(extracted, options);
            // Then
            check(extracted, chunks, options, seed);
            repeating += repeats(chunks) ? 1 : 0;
        }
        assertThat(repeating).isGreaterThan(ROUNDS / 4);
    }

    private static boolean repeats(List<Chunk> chunks) {
        for (int i = 1; i < chunks.size(); i++) {
            if (chunks.get(i).start() < chunks.get(i - 1).end()) {
                return true;
            }
        }
        return false;
    }

    private static ChunkingOptions options(Random random) {
        int cap = List.of(32, 48, 100, 400, 1000).get(random.nextInt(5));
        return random.nextBoolean() ? ChunkingOptions.ofMaxTokens(cap) : new ChunkingOptions(cap, 0);
    }

    private static void check(ExtractedText extracted, List<Chunk> chunks, ChunkingOptions options, int seed) {
        try {
            ChunkContract.check(extracted, chunks, options);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + options + ": " + e.getMessage(), e);
        }
        assertThat(chunks).as("seed %d", seed).isNotNull();
    }
}
