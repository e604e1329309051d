package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.DocumentExtractor;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionLimits;
import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of a shape that makes careless algorithms quadratic. */
class ChunkerLoadTest {

    private static final int CHARS = 1_000_000;

    private final DocumentExtractor extractor = new DocumentExtractor();
    private final Chunker chunker = new Chunker();

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of("one letter", "a"),
                Arguments.of("base64", "Qm9ndXMgZGF0YSBpbiBiYXNlNjQ+/x9ZkTwL0s"),
                Arguments.of("one line of words", "the quick brown fox "),
                Arguments.of("one line of sentences", "It is so. "),
                Arguments.of("punctuation", "=-"),
                Arguments.of("Chinese without an end", "数据库是存储数据的地方"),
                Arguments.of("emoji families", "👩‍👩‍👧‍👦"),
                Arguments.of("combining marks", "\u0301"),
                Arguments.of("short lines", "a\n"),
                Arguments.of("short paragraphs", "a\n\n"),
                Arguments.of("no-break spaces", "\u00A0"),
                Arguments.of("digits", "1"),
                Arguments.of("spaces and letters", "x" + " ".repeat(300)),
                Arguments.of("blank lines", "x" + "\n".repeat(300)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void aLargeTextIsChunkedInLinearTime(String name, String unit) {
        // Given
        String text = unit.repeat(CHARS / unit.length());
        ExtractedText extracted = extractor.extract(text, DocumentType.TEXT, ExtractionLimits.DEFAULT);
        // When
        List<Chunk> chunks = new ArrayList<>();
        Duration taken = CpuTime.of(() -> chunks.addAll(chunker.chunk(extracted, ChunkingOptions.DEFAULT)));
        // Then
        ChunkContract.check(extracted, chunks, ChunkingOptions.DEFAULT);
        assertThat(taken).as(name).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void soItIsBySentencesAndInWindows(String name, String unit) {
        // Given
        String text = unit.repeat(CHARS / unit.length());
        ExtractedText extracted = extractor.extract(text, DocumentType.TEXT, ExtractionLimits.DEFAULT);
        for (ChunkingStrategy strategy : List.of(ChunkingStrategy.SENTENCE, ChunkingStrategy.FIXED)) {
            ChunkingOptions options = ChunkingOptions.of(strategy, 400, 80, "english");
            // When
            List<Chunk> chunks = new ArrayList<>();
            Duration taken = CpuTime.of(() -> chunks.addAll(chunker.chunk(extracted, options)));
            // Then
            ChunkContract.check(extracted, chunks, options);
            assertThat(taken).as(name + " by " + strategy).isLessThan(Duration.ofSeconds(15));
        }
    }
}
