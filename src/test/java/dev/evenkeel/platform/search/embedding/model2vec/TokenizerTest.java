package dev.evenkeel.platform.search.embedding.model2vec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static final BertNormaliser BERT = new BertNormaliser(true, true, true, true);

    @Test
    void bertNormalisesAsItsAuthorsDo() {
        assertThat(BERT.apply("Héllo\tWörld\r\n")).isEqualTo("hello world  ");
        assertThat(BERT.apply("a\u0000b\ufffdc\u200dd\u0007e")).isEqualTo("abcde");
        assertThat(BERT.apply("x中文y")).isEqualTo("x 中  文 y");
        assertThat(BERT.apply("한글")).isEqualTo(java.text.Normalizer.normalize("한글", java.text.Normalizer.Form.NFD));
        assertThat(BERT.apply("ΣΟΦΟΣ")).isEqualTo("σοφοσ");
        assertThat(new BertNormaliser(true, true, false, true).apply("İé")).isEqualTo("i\u0307é");
        assertThat(new BertNormaliser(false, false, false, false).apply("Ab\u0007中"))
                .isEqualTo("Ab\u0007中");
    }

    @Test
    void marksStandAloneAndWhiteSpaceGoes() {
        assertThat(Splitters.bert("Hey friend!     How are you?!?"))
                .containsExactly("Hey", "friend", "!", "How", "are", "you", "?", "!", "?");
        assertThat(Splitters.bert("a$b «c»\u00a0d—e")).containsExactly("a", "$", "b", "«", "c", "»", "d", "—", "e");
        assertThat(Splitters.wordsAndMarks("it's 3.5_x!?")).containsExactly("it", "'", "s", "3", ".", "5_x", "!?");
        assertThat(Splitters.whiteSpace(" it's\u3000 so ")).containsExactly("it's", "so");
        assertThat(Splitters.bert(" \n")).isEmpty();
    }

    @Test
    void theLongestPieceComesFirst() {
        // Given
        WordPiece pieces = new WordPiece(
                Map.of("[UNK]", 0, "un", 1, "una", 2, "##aff", 3, "##able", 4, "##ff", 5, "unaffable", 9),
                "[UNK]",
                "##",
                20);

        // Then
        assertThat(pieces.of("unaffable")).containsExactly(9);
        assertThat(pieces.of("unaff")).containsExactly(2, 5);
        assertThat(pieces.of("unaffableable")).containsExactly(9, 4);
        assertThat(pieces.of("affable")).containsExactly(-1);
        assertThat(pieces.of("unx")).containsExactly(-1);
        assertThat(pieces.of("[UNK]")).containsExactly(-1);
        assertThat(pieces.of("un".repeat(11))).containsExactly(-1);
    }

    @Test
    void piecesOfAWordPutTogetherAreTheWord() {
        // Given a random vocabulary
        Random random = new Random(3);
        Map<String, Integer> vocabulary = new HashMap<>(Map.of("[UNK]", 0));
        List<String> texts = new ArrayList<>(List.of("[UNK]"));
        while (texts.size() < 120) {
            String piece = (random.nextBoolean() ? "##" : "") + word(random, 3);
            if (vocabulary.putIfAbsent(piece, texts.size()) == null) {
                texts.add(piece);
            }
        }
        WordPiece pieces = new WordPiece(vocabulary, "[UNK]", "##", 100);
        int known = 0;
        for (int i = 0; i < 5_000; i++) {
            // When
            String word = word(random, 8);
            int[] found = pieces.of(word);
            // Then
            if (found[0] < 0) {
                assertThat(found).hasSize(1);
                continue;
            }
            known++;
            StringBuilder together = new StringBuilder();
            for (int piece : found) {
                together.append(texts.get(piece).replace("##", ""));
            }
            assertThat(together.toString()).isEqualTo(word);
            assertThat(found.length).isLessThanOrEqualTo(word.length());
        }
        assertThat(known).isGreaterThan(500);
    }

    private static String word(Random random, int most) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }
}
