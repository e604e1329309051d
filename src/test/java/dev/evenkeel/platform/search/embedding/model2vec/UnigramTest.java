package dev.evenkeel.platform.search.embedding.model2vec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.testing.ModelFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnigramTest {
    private static final List<String> PIECES = List.of("<unk>", "▁", "a", "b", "ab", "▁a", "abc", "bc", "ba", "😀");
    private static final double[] SCORES = {0, -2, -1, -1, -1.5, -2.75, -9, -4, -1.75, -3};
    private static final Unigram UNIGRAM = new Unigram(PIECES, SCORES, 0, false);

    @ParameterizedTest
    @CsvSource({
        // The sum of ▁ and ab is -3.5, of ▁a and b -3.75, of ▁, a and b -4.
        "▁ab,     1 4",
        // a and ba are -2.75, ab and a -2.5.
        "aba,     4 2",
        // ab and ab are -3, a, ba and b -3.75.
        "abab,    4 4",
        // a and bc are -5, abc is -9; c alone is unknown, -19, so that ab and c are -20.5.
        "abc,     2 7",
        // Two that are unknown are one.
        "axyb,    2 0 3",
        "xyz,     0",
        "xaxx,    0 2 0",
        "😀😀a,   9 9 2",
        "😁b,     0 3",
        // A sign of the vocabulary is a piece, and joins others that are not known.
        "a<unk>b, 2 0 3",
        "x<unk>,  0",
    })
    void theBestSumOfScoresWins(String word, String expected) {
        assertThat(UNIGRAM.of(word)).containsExactly(numbers(expected));
    }

    private static int[] numbers(String listed) {
        return java.util.Arrays.stream(listed.split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    @Test
    void whatIsUnknownIsSpeltByItsBytesWhereTheVocabularyHasThem() {
        // Given é, which is C3 A9, and è, which is C3 A8
        List<String> pieces = List.of("<unk>", "a", "<0xC3>", "<0xA9>");
        double[] scores = {0, -1, -2, -2};
        // Then
        Unigram spelling = new Unigram(pieces, scores, 0, true);
        assertThat(spelling.of("aé")).containsExactly(1, 2, 3);
        assertThat(spelling.of("éé")).containsExactly(2, 3, 2, 3);
        assertThat(spelling.of("éè")).containsExactly(0);
        assertThat(new Unigram(pieces, scores, 0, false).of("aé")).containsExactly(1, 0);
        assertThat(new Unigram(pieces, scores, -1, false).of("aéé")).containsExactly(1, -1, -1);
        assertThat(new Unigram(pieces, scores, -1, true).of("aé")).containsExactly(1, 2, 3);
        assertThat(spelling.of("")).isEmpty();
    }

    @Test
    void ofEqualPiecesTheLastCounts() {
        assertThat(new Unigram(List.of("<unk>", "ab", "a", "ab"), new double[] {0, -1, -1, -2}, 0, false).of("ab"))
                .containsExactly(3);
    }

    /** The best sum of all ways to cut a word, by trying them all. */
    private static double best(String word, Map<String, Double> scores, double unknown) {
        if (word.isEmpty()) {
            return 0;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int end = 1; end <= word.length(); end++) {
            Double score = scores.get(word.substring(0, end));
            if (score == null && end == 1) {
                score = unknown;
            }
            if (score != null) {
                best = Math.max(best, score + best(word.substring(end), scores, unknown));
            }
        }
        return best;
    }

    @Test
    void piecesPutTogetherAreTheWordAndNoOtherCutIsBetter() {
        Random random = new Random(17);
        for (int round = 0; round < 300; round++) {
            // Given pieces of a, b and c, each of which is one, so that d and e alone are unknown
            List<String> pieces = new ArrayList<>(List.of("?", "a", "b", "c"));
            while (pieces.size() < 20) {
                String piece = word(random, 4, 3);
                if (!pieces.contains(piece)) {
                    pieces.add(piece);
                }
            }
            double[] scores = random.doubles(pieces.size(), -12, 0).toArray();
            double unknown = java.util.Arrays.stream(scores).min().orElseThrow() - 10;
            Map<String, Double> byPiece = new LinkedHashMap<>();
            for (int i = 1; i < scores.length; i++) {
                byPiece.put(pieces.get(i), scores[i]);
            }
            Unigram unigram = new Unigram(pieces, scores, 0, false);
            for (int i = 0; i < 20; i++) {
                // When
                String word = word(random, 10, 5);
                int[] found = unigram.of(word);
                // Then
                StringBuilder together = new StringBuilder();
                double sum = 0;
                for (int piece : found) {
                    if (piece == 0) {
                        int begin = together.length();
                        while (together.length() < word.length() && word.charAt(together.length()) > 'c') {
                            together.append(word.charAt(together.length()));
                        }
                        assertThat(together.length()).as(word).isGreaterThan(begin);
                        sum += unknown * (together.length() - begin);
                    } else {
                        together.append(pieces.get(piece));
                        sum += scores[piece];
                    }
                }
                assertThat(together.toString()).isEqualTo(word);
                assertThat(sum).as(word).isCloseTo(best(word, byPiece, unknown), within(1e-9));
            }
        }
    }

    private static String word(Random random, int most, int letters) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            word.append((char) ('a' + random.nextInt(letters)));
        }
        return word.toString();
    }

    private static String tokenizer(String normaliser, String splitter, List<String> pieces, double[] scores)
            throws IOException {
        List<List<Object>> vocabulary = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            vocabulary.add(List.of(pieces.get(i), scores[i]));
        }
        return "{\"normalizer\":" + normaliser + ",\"pre_tokenizer\":" + splitter
                + ",\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":"
                + new ObjectMapper().writeValueAsString(vocabulary) + "}}";
    }

    private static Tokenizer read(String tokenizer) throws IOException {
        return TokenizerFile.read(tokenizer.getBytes(StandardCharsets.UTF_8));
    }

    private static final String METASPACE =
            "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}";

    @Test
    void aTextGoesThroughAllStepsOfTheFile() throws IOException {
        // Given
        String charsmap = CharsmapTest.charsmap(Map.of("Ａ", "A", "\t", " "));
        String normaliser =
                "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Precompiled\",\"precompiled_charsmap\":\""
                        + charsmap
                        + "\"},{\"type\":\"Lowercase\"},{\"type\":\"Replace\",\"pattern\":{\"String\":\"!\"},"
                        + "\"content\":\" ! \"},{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\" \"},"
                        + "{\"type\":\"Strip\",\"strip_left\":false,\"strip_right\":true}]}";
        Tokenizer tokenizer = read(tokenizer(normaliser, METASPACE, PIECES, SCORES));
        // Then "ab a !" is ▁ab, ▁a and ▁!
        assertThat(tokenizer.encode("Ａb\t Ａ!", 20)).containsExactly(1, 4, 5, 1, 0);
        assertThat(tokenizer.encode("Ａb\t Ａ!", 3)).containsExactly(1, 4, 5);
        assertThat(tokenizer.encode("", 20)).isEmpty();
        // " ab" keeps its space, and gets no other
        assertThat(tokenizer.encode(" ab", 20)).containsExactly(1, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"prepend_scheme\":\"always\"`                   | `a  b`  | `▁a,▁,▁b`",
                "`\"prepend_scheme\":\"first\"`                    | `a b`   | `▁a,▁b`",
                "`\"prepend_scheme\":\"never\"`                    | `a b`   | `a,▁b`",
                "`\"prepend_scheme\":\"always\",\"split\":false`   | `a b`   | `▁a▁b`",
                "`\"add_prefix_space\":true`                       | ` a`    | `▁a`",
                "`\"add_prefix_space\":false`                      | `a`     | `a`",
            })
    void metaspaceShowsSpaces(String settings, String text, String words) throws IOException {
        // Given each of the words as a piece
        List<String> pieces = new ArrayList<>(List.of("<unk>"));
        pieces.addAll(List.of(words.split(",")));
        Tokenizer tokenizer = read(tokenizer(
                "null", "{\"type\":\"Metaspace\",\"replacement\":\"▁\"," + settings + "}", pieces, new double[] {
                    0, -1, -1, -1, -1, -1
                }));
        // Then
        int[] all = new int[pieces.size() - 1];
        java.util.Arrays.setAll(all, i -> i + 1);
        assertThat(tokenizer.encode(text, 20)).containsExactly(all);
    }

    @Test
    void whiteSpaceMaySplitBeforeTheSpacesAreShown() throws IOException {
        Tokenizer tokenizer = read(tokenizer(
                "null",
                "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"}," + METASPACE + "]}",
                PIECES,
                SCORES));
        assertThat(tokenizer.encode("ab\n\na", 20)).containsExactly(1, 4, 5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"unk_id\":0`         | `\"unk_id\":10`       | unk_id",
                "`\"unk_id\":0`         | `\"unk_id\":\"a\"`    | unk_id",
                "`[\"a\",`              | `[7,`                 | not one",
                "`[\"a\",-1.0]`         | `[\"a\"]`             | not one",
                "`[\"a\",-1.0]`         | `[\"a\",-1e999]`      | not one",
                "`[\"a\",-1.0]`         | `[\"\\ud800\",-1.0]`  | not one",
                "`\"always\"`           | `\"sometimes\"`       | prepend_scheme is \"sometimes\"",
                "`\"▁\",\"prepend`      | `\"ab\",\"prepend`    | replacement of spaces",
                "`Metaspace`            | `ByteLevel`           | pre-tokenizer is \"ByteLevel\"",
                "`Unigram`              | `BPE`                 | model is \"BPE\"",
                "`\"Lowercase\"`        | `\"Precompiled\"`     | precompiled_charsmap",
                "`\"Lowercase\"`        | `\"Nmt\"`             | normalizer is \"Nmt\"",
            })
    void whatIsNotReadIsRefusedByName(String part, String replacement, String why) throws IOException {
        String good = tokenizer("{\"type\":\"Lowercase\"}", METASPACE, PIECES, SCORES);
        read(good);
        assertThat(good).contains(part);
        assertThatThrownBy(() -> read(good.replace(part, replacement)))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aMegabyteWithoutASpaceAndHostilePiecesTakeBoundedTime() throws IOException {
        // Given pieces of which each text of a has as many as it has places, and replacements that double it again and
        // again
        List<String> pieces = new ArrayList<>(List.of("<unk>"));
        for (int length = 1; length <= 200; length++) {
            pieces.add("a".repeat(length));
        }
        double[] scores = new double[pieces.size()];
        java.util.Arrays.fill(scores, -1);
        String doubling = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"b\"},\"content\":\"bb\"},";
        Tokenizer tokenizer = read(tokenizer(
                "{\"type\":\"Sequence\",\"normalizers\":[" + doubling.repeat(60) + "{\"type\":\"Lowercase\"}]}",
                METASPACE,
                pieces,
                scores));
        // Then
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(tokenizer.encode("a".repeat(1_000_000), 512))
                    .hasSize(512)
                    .containsOnly(200, 0);
            assertThat(tokenizer.encode("b", 512)).containsExactly(0);
        });
        // And a piece that is longer is none
        assertThatThrownBy(() ->
                        read(tokenizer("null", METASPACE, List.of("<unk>", "a".repeat(201)), new double[] {0, -1})))
                .isInstanceOf(ModelFileException.class);
    }

    @Test
    void aStaticModelIsTheMeanOfItsPieces(@TempDir Path directory) throws IOException {
        // Given
        float[][] rows = new float[PIECES.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new float[] {i, 1};
        }
        ModelFiles.write(
                directory.resolve("m"),
                ModelFiles.safetensors(ModelFiles.floats("embeddings", rows)),
                tokenizer("{\"type\":\"Lowercase\"}", METASPACE, PIECES, SCORES),
                "");
        // When: ▁, ab, ▁a, and what is unknown, which has a vector of its own here
        StaticModel.Embedded made =
                StaticModel.load(ModelFolder.of(directory, "m"), 1 << 20).embed("AB aX");
        // Then
        assertThat(made.tokens()).isEqualTo(4);
        assertThat(made.vector()).containsExactly((1 + 4 + 5 + 0) / 4f, 1);
    }
}
