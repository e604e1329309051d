package dev.evenkeel.knowledge.ingestion.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.ingestion.extract.Block;
import dev.evenkeel.knowledge.ingestion.extract.BlockKind;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkingStrategyTest {

    private final Chunker chunker = new Chunker();

    private static ExtractedText prose(String text) {
        Block block = new Block(BlockKind.PARAGRAPH, 0, text.length(), List.of(), null);
        return new ExtractedText(text, List.of(block), "test", 0, 0, Map.of(), List.of());
    }

    private static List<String> sentences(String text, String language) {
        List<String> sentences = new ArrayList<>();
        SentenceScanner scanner = new SentenceScanner(text, 0, text.length(), false, Abbreviations.of(language));
        int from = 0;
        while (from < text.length()) {
            int next = scanner.next();
            sentences.add(text.substring(from, next).strip());
            from = next;
        }
        return sentences;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "english | Dr. Smith came. He left. | Dr. Smith came.;He left.",
                "english | J. R. R. Tolkien wrote. It sold. | J. R. R. Tolkien wrote.;It sold.",
                "english | It costs approx. 3.50 dollars. Good! | It costs approx. 3.50 dollars.;Good!",
                "english | \"Why?\" he asked. \"So.\" Then. | \"Why?\" he asked.;\"So.\";Then.",
                "german | Das gilt z.B. Montag. Am 3. Oktober auch. | Das gilt z.B. Montag.;Am 3. Oktober auch.",
                "english | It was 3. October came. | It was 3.;October came.",
                "simple | 数据库。存储数据！ | 数据库。;存储数据！",
                "english | one line wraps and goes on | one line wraps and goes on",
            })
    void sentencesAreToldByTheLanguage(String language, String text, String expected) {
        assertThat(sentences(text, language)).containsExactly(expected.split(";"));
    }

    @Test
    void aBlankLineEndsASentenceAndALineBreakDoesNot() {
        assertThat(sentences("A heading\n\nText that\ngoes on. More.\nEnd", "english"))
                .containsExactly("A heading", "Text that\ngoes on.", "More.", "End");
    }

    @Test
    void bySentencesEveryChunkIsMadeOfWholeOnesAndRepeatsWholeOnes() {
        // Given
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append("Sentence number ").append(i).append(" says something about okapis in the forest. ");
        }
        ExtractedText extracted = prose(text.toString());
        ChunkingOptions options = ChunkingOptions.of(ChunkingStrategy.SENTENCE, 100, 30, "english");
        // When
        List<Chunk> chunks = chunker.chunk(extracted, options);
        // Then
        ChunkContract.check(extracted, chunks, options);
        assertThat(chunks.subList(0, chunks.size() - 1)).hasSizeGreaterThan(20).allSatisfy(chunk -> {
            assertThat(chunk.content()).startsWith("Sentence number").endsWith("forest.");
            assertThat(chunk.tokens()).isGreaterThan(55);
        });
        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).start())
                    .as("chunk %d repeats", i)
                    .isLessThan(chunks.get(i - 1).end());
        }
    }

    @Test
    void windowsAreFullAndEndAtWordsAndRepeatWhatIsWanted() {
        // Given
        String text = "lorem ipsum dolor sit amet consectetur ".repeat(400);
        ExtractedText extracted = prose(text);
        ChunkingOptions options = ChunkingOptions.of(ChunkingStrategy.FIXED, 128, 32, "english");
        // When
        List<Chunk> chunks = chunker.chunk(extracted, options);
        // Then
        ChunkContract.check(extracted, chunks, options);
        assertThat(chunks.subList(1, chunks.size() - 1)).hasSizeGreaterThan(10).allSatisfy(chunk -> {
            assertThat(chunk.tokens()).isBetween(96, 128);
            assertThat(text.charAt(chunk.end())).isEqualTo(' ');
            assertThat(text.charAt(chunk.start() - 1)).isEqualTo(' ');
        });
        for (int i = 2; i < chunks.size() - 1; i++) {
            assertThat(chunks.get(i - 1).end() - chunks.get(i).start()).isGreaterThan(32);
        }
    }

    @Test
    void aWindowEndsAtAParagraphThatIsNear() {
        // Given two paragraphs, the first of which nearly fills a window
        String first = "word ".repeat(110).strip();
        ExtractedText extracted = prose(first + "\n\n" + "other ".repeat(110));
        // When
        List<Chunk> chunks = chunker.chunk(extracted, ChunkingOptions.of(ChunkingStrategy.FIXED, 128, 0, "english"));
        // Then
        assertThat(chunks.get(0).content()).isEqualTo(first);
    }

    @Test
    void byStructureNothingIsRepeatedFromAnotherSection() {
        // Given
        String a = "Alpha sentence about the first thing. ".repeat(30);
        String b = "Beta sentence about the second thing. ".repeat(30);
        Block first = new Block(BlockKind.PARAGRAPH, 0, a.length(), List.of("A"), null);
        Block second = new Block(BlockKind.PARAGRAPH, a.length(), a.length() + b.length(), List.of("B"), null);
        ExtractedText extracted = new ExtractedText(a + b, List.of(first, second), "test", 0, 0, Map.of(), List.of());
        ChunkingOptions options = ChunkingOptions.of(ChunkingStrategy.STRUCTURE, 100, 30, "english");
        // When
        List<Chunk> chunks = chunker.chunk(extracted, options);
        // Then
        ChunkContract.check(extracted, chunks, options);
        assertThat(chunks)
                .noneMatch(chunk ->
                        chunk.content().contains("Alpha") && chunk.content().contains("Beta"));
        long repeating = java.util.stream.IntStream.range(1, chunks.size())
                .filter(i -> chunks.get(i).start() < chunks.get(i - 1).end())
                .count();
        assertThat(repeating).isEqualTo(chunks.size() - 2);
    }

    @Test
    void anOverlapOfMoreThanHalfAChunkIsRefused() {
        assertThatThrownBy(() -> ChunkingOptions.of(ChunkingStrategy.FIXED, 100, 51, "english"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkingOptions.of(ChunkingStrategy.FIXED, 40, 16, "english"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
