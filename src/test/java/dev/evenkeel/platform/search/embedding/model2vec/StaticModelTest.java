package dev.evenkeel.platform.search.embedding.model2vec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.testing.ModelFiles;
import dev.evenkeel.testing.ModelFiles.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticModelTest {
    private static final List<String> PIECES = List.of("[UNK]", "boat", "sail", "##ing", "cafe", "!", "中", "##s");
    private static final float[][] ROWS = {{9, 9}, {1, 0}, {0, 2}, {4, 4}, {3, 0}, {0, 1}, {5, 5}, {-1, 0}};
    private static final long LIMIT = 1 << 20;

    @TempDir
    Path directory = Path.of("");

    private StaticModel load(byte[] safetensors, String tokenizer, String config) {
        ModelFiles.write(directory.resolve("m"), safetensors, tokenizer, config);
        return StaticModel.load(ModelFolder.of(directory, "m"), LIMIT);
    }

    private StaticModel small(String config) {
        return load(
                ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS)), ModelFiles.tokenizer(PIECES), config);
    }

    private void refused(byte[] safetensors, String why) {
        assertThatThrownBy(() -> load(safetensors, ModelFiles.tokenizer(PIECES), ""))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "boat,             1,     0,    1",
        "boat sail,        0.5,   1,    2",
        "BOAT Sail,        0.5,   1,    2",
        "sailing,          2,     3,    2",
        "boats,            0,     0,    2",
        "Café,             3,     0,    1",
        "boat!,            0.5,   0.5,  2",
        "boat submarine,   1,     0,    1",
        "sailed,           0,     0,    0",
        "中中,              5,     5,    2",
        "'',               0,     0,    0",
    })
    void aVectorIsTheMeanOfThoseOfTheKnownPieces(String text, float x, float y, int tokens) {
        // When
        StaticModel.Embedded made = small("").embed(text);

        // Then
        assertThat(made.vector()).containsExactly(x, y);
        assertThat(made.tokens()).isEqualTo(tokens);
    }

    @Test
    void vectorsHaveLengthOneWhenTheModelSaysSo() {
        // Given
        StaticModel model = small("{\"normalize\": true}");

        // Then: the mean (0.5, 1) scaled by its length, the root of 1.25
        float[] vector = model.embed("boat sail").vector();
        assertThat(vector[0]).isEqualTo((float) (0.5 / Math.sqrt(1.25)));
        assertThat(vector[1]).isEqualTo((float) (1 / Math.sqrt(1.25)));
        assertThat(model.embed("unheard of").vector()).containsExactly(0, 0);
    }

    @Test
    void piecesBeyondThe512thAndTextBeyond512MedianLengthsDoNotCount() {
        // Given 512 boats, then sails
        String boats = "boat ".repeat(512);

        // When
        StaticModel.Embedded made = small("").embed(boats + "sail ".repeat(500));

        // Then: the median length of a piece is 4, so that 2,048 characters are looked at: 409 boats and a bit of one
        assertThat(made.tokens()).isEqualTo(409);
        assertThat(made.vector()).containsExactly(1, 0);
        assertThat(small("").embed("!".repeat(3_000)).tokens()).isEqualTo(512);
    }

    @Test
    void halfPrecisionBytesWeightsAndMappingAreRead() {
        // Given: half of 1.5, -2 and the smallest number, 2^-24
        ByteBuffer halves = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        halves.putShort((short) 0x3e00).putShort((short) 0xc000);
        halves.putShort((short) 0x0001).putShort((short) 0x8000);
        byte[] weights = ByteBuffer.allocate(3 * Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(1)
                .putDouble(2)
                .putDouble(0.5)
                .array();
        byte[] mapping = ByteBuffer.allocate(3 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1)
                .putInt(0)
                .putInt(0)
                .array();

        // When
        StaticModel model = load(
                ModelFiles.safetensors(
                        new Tensor("embeddings", "F16", List.of(2, 2), halves.array()),
                        new Tensor("weights", "F64", List.of(3), weights),
                        new Tensor("mapping", "I32", List.of(3), mapping)),
                ModelFiles.tokenizer(List.of("[UNK]", "boat", "sail")),
                "");

        // Then
        assertThat(model.embed("boat").vector()).containsExactly(3, -4);
        assertThat(model.embed("sail boat").vector()).containsExactly(1.875f, -2.5f);
        assertThat(Numbers.half((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Numbers.half((short) 0x7bff)).isEqualTo(65504f);
        assertThat(Numbers.half((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Numbers.half((short) 0x8000)).isEqualTo(-0.0f);
        assertThat(Numbers.half((short) 0x3555)).isCloseTo(0.33325f, within(1e-5f));
    }

    @Test
    void bytesAreNumbersToo() {
        // When
        StaticModel model = load(
                ModelFiles.safetensors(
                        new Tensor("embedding.weight", "I8", List.of(2, 2), new byte[] {0, 0, -128, 127})),
                ModelFiles.tokenizer(List.of("[UNK]", "boat")),
                "");

        // Then
        assertThat(model.embed("boat").vector()).containsExactly(-128, 127);
        assertThat(model.dimension()).isEqualTo(2);
    }

    @Test
    void theFingerprintTellsModelsApart() {
        // Given
        byte[] first = small("").fingerprint();

        // Then
        assertThat(small("").fingerprint()).isEqualTo(first);
        assertThat(small("{\"normalize\": true}").fingerprint()).isNotEqualTo(first);
        float[][] other = ROWS.clone();
        other[1] = new float[] {1, 0.001f};
        assertThat(load(
                                ModelFiles.safetensors(ModelFiles.floats("embeddings", other)),
                                ModelFiles.tokenizer(PIECES),
                                "")
                        .fingerprint())
                .isNotEqualTo(first);
    }

    @Test
    void aBrokenTableIsRefusedWithItsReason() {
        byte[] good = ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS));
        byte[] data = new byte[64];

        refused(new byte[3], "too short");
        refused(huge(good, -1), "longer than the file");
        refused(huge(good, Long.MAX_VALUE), "longer than the file");
        refused(huge(good, good.length - 8 + 1), "longer than the file");
        refused(Arrays.copyOf(good, good.length - 1), "outside of the file");
        refused(Arrays.copyOf(good, good.length + 1), "no tensor");
        refused(ModelFiles.withHeader("[1]", data), "not an object");
        refused(ModelFiles.withHeader("{", data), "not JSON");
        refused(ModelFiles.withHeader("{\"a\":1}{", data), "not JSON");
        refused(ModelFiles.withHeader("{\"embeddings\":7}", data), "not described");
        refused(header("F32", "[8,2]", "[0,64]", "\"embeddings\":{},"), "twice");
        refused(header("F99", "[8,2]", "[0,64]", ""), "not described");
        refused(header("F32", "[8,2]", "[0,65]", ""), "outside");
        refused(header("F32", "[8,2]", "[-4,60]", ""), "outside");
        refused(header("F32", "[8,2]", "[60,0]", ""), "outside");
        refused(header("F32", "[8,1]", "[0,64]", ""), "as many bytes");
        refused(header("F32", "[9223372036854775807,2]", "[0,64]", ""), "impossible shape");
        refused(header("F32", "[-8,2]", "[0,64]", ""), "impossible shape");
        refused(
                header("F32", "[8,2]", "[0,64]", "\"x\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},"),
                "overlap");
        refused(header("F32", "[4,2]", "[32,64]", ""), "holes");
        refused(header("BF16", "[16,2]", "[0,64]", ""), "BF16");
        refused(header("F32", "[16]", "[0,64]", ""), "not a table");
        refused(ModelFiles.safetensors(ModelFiles.floats("other", ROWS)), "no tensor \"embeddings\"");
        refused(
                ModelFiles.safetensors(ModelFiles.floats("embeddings", new float[] {1, Float.NaN})),
                "more pieces than");
        float[][] wild = ROWS.clone();
        wild[3] = new float[] {Float.NaN, 0};
        refused(ModelFiles.safetensors(ModelFiles.floats("embeddings", wild)), "not finite");
    }

    private static byte[] header(String dtype, String shape, String offsets, String more) {
        return ModelFiles.withHeader(
                "{" + more + "\"embeddings\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":"
                        + offsets + "}}",
                new byte[64]);
    }

    private static byte[] huge(byte[] good, long length) {
        byte[] broken = good.clone();
        ByteBuffer.wrap(broken).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        return broken;
    }

    @Test
    void aBrokenFileOfRandomBytesIsRefusedAndNothingElse() {
        // Given
        Random random = new Random(5);
        byte[] good = ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS));
        for (int i = 0; i < 400; i++) {
            byte[] broken = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            // When, then
            try {
                assertThat(load(broken, ModelFiles.tokenizer(PIECES), "").dimension())
                        .isPositive();
            } catch (ModelFileException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'WordPiece'         | 'BPE'               | model is \"BPE\"",
                "'BertPreTokenizer'  | 'ByteLevel'         | pre-tokenizer is \"ByteLevel\"",
                "'BertNormalizer'    | 'Nmt'               | normalizer is \"Nmt\"",
                "'\"vocab\":{'       | '\"vocab\":{\"x\":-1,' | not one",
                "'{\"normalizer'     | '{{\"normalizer'    | not JSON",
            })
    void aTokenizerOfAnotherKindIsRefusedWithItsReason(String part, String replacement, String why) {
        // Given
        String tokenizer = ModelFiles.tokenizer(PIECES).replace(part, replacement);
        byte[] table = ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS));

        // Then
        assertThatThrownBy(() -> load(table, tokenizer, ""))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining(why);
    }

    @Test
    void theFolderOfAModelLiesInTheDirectory() throws IOException {
        // Given a model outside, and links to it
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path models = Files.createDirectory(directory.resolve("models"));
        byte[] table = ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS));
        ModelFiles.write(outside, table, ModelFiles.tokenizer(PIECES), "");
        Files.createSymbolicLink(models.resolve("link"), outside);
        Files.createDirectory(models.resolve("half"));
        Files.createSymbolicLink(models.resolve("half/model.safetensors"), outside.resolve("model.safetensors"));
        Files.writeString(models.resolve("file"), "not a folder");

        // Then
        for (String name : List.of("../outside", "..", ".", "", "a/b", "link", "file", "none", "\0", "a\\b", "/tmp")) {
            assertThatThrownBy(() -> ModelFolder.of(models, name)).as(name).isInstanceOf(ModelFileException.class);
        }
        assertThatThrownBy(() -> StaticModel.load(ModelFolder.of(models, "half"), LIMIT))
                .isInstanceOf(ModelFileException.class);
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() {
        // Given
        ModelFiles.write(
                directory.resolve("m"),
                ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS)),
                ModelFiles.tokenizer(PIECES),
                "");

        // Then
        assertThatThrownBy(() -> StaticModel.load(ModelFolder.of(directory, "m"), 100))
                .hasMessageContaining("evenkeel.embedding.max-model-size");
    }

    @Test
    void aTokenizerWithImpossibleNumbersIsRefused() {
        // Given
        byte[] vectors = ModelFiles.safetensors(ModelFiles.floats("embeddings", ROWS));
        String tokenizer = ModelFiles.tokenizer(List.of("[UNK]", "boat"));

        // Then
        assertThatThrownBy(() -> load(vectors, tokenizer.replace("\"boat\":1", "\"boat\":2147483647"), ""))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("more pieces");
        for (String longest : List.of("1000000000", "0", "-1", "\"many\"", "99999999999")) {
            assertThatThrownBy(() -> load(
                            vectors,
                            tokenizer.replace(
                                    "\"max_input_chars_per_word\":100", "\"max_input_chars_per_word\":" + longest),
                            ""))
                    .as(longest)
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("max_input_chars_per_word");
        }
    }

    @Test
    void everyTextHasAFiniteVectorOfBoundedPieces() {
        // Given
        StaticModel model = small("");
        Random random = new Random(11);
        int[] interesting = {0, 9, 10, 0x85, 0xa0, 0x130, 0x300, 0x3a3, 0x4e2d, 0xd800, 0xdc00, 0xfffd, 0x1f600, 0x2028
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(200); i > 0; i--) {
                switch (random.nextInt(4)) {
                    case 0 -> text.append(PIECES.get(random.nextInt(PIECES.size())));
                    case 1 -> text.appendCodePoint(interesting[random.nextInt(interesting.length)]);
                    case 2 -> text.append((char) random.nextInt(0x10000));
                    default -> text.append(' ');
                }
            }
            // When
            StaticModel.Embedded made = model.embed(text.toString());
            // Then
            assertThat(made.tokens()).isBetween(0, 512);
            assertThat(Float.isFinite(made.vector()[0]) && Float.isFinite(made.vector()[1]))
                    .isTrue();
        }
    }

    @Test
    void aVeryLongTextCostsNoMoreThanItsBeginning() {
        // Given a word of ten million letters, and as many words
        StaticModel model = small("");

        // Then
        assertThat(model.embed("b".repeat(10_000_000)).tokens()).isZero();
        assertThat(model.embed("boat ".repeat(2_000_000)).tokens()).isEqualTo(409);
    }
}
