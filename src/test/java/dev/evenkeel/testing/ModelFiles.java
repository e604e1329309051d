package dev.evenkeel.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small static models in model2vec's format. */
public final class ModelFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ModelFiles() {}

    /** A tensor to be written. */
    public record Tensor(String name, String dtype, List<Integer> shape, byte[] bytes) {}

    public static Tensor floats(String name, float[]... rows) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return new Tensor(name, "F32", List.of(rows.length, rows[0].length), bytes.array());
    }

    /** The bytes of model.safetensors. */
    public static byte[] safetensors(Tensor... tensors) {
        ObjectNode header = MAPPER.createObjectNode();
        header.putObject("__metadata__").put("format", "np");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Tensor tensor : tensors) {
            ObjectNode info = header.putObject(tensor.name()).put("dtype", tensor.dtype());
            tensor.shape().forEach(info.putArray("shape")::add);
            info.putArray("data_offsets").add(data.size()).add(data.size() + tensor.bytes().length);
            data.writeBytes(tensor.bytes());
        }
        return withHeader(header.toString(), data.toByteArray());
    }

    public static byte[] withHeader(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    /** tokenizer.json of a WordPiece tokenizer as BERT has it; pieces are numbered in order. */
    public static String tokenizer(List<String> pieces) {
        ObjectNode tokenizer = MAPPER.createObjectNode();
        tokenizer
                .putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .put("lowercase", true)
                .putNull("strip_accents");
        tokenizer.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode model = tokenizer
                .putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int i = 0; i < pieces.size(); i++) {
            vocabulary.put(pieces.get(i), i);
        }
        return tokenizer.toString();
    }

    public static Path write(Path folder, byte[] safetensors, String tokenizer, String config) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("model.safetensors"), safetensors);
            Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
            if (!config.isEmpty()) {
                Files.writeString(folder.resolve("config.json"), config);
            }
            return folder;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A model that knows some words, each with its own vector, synonyms with the same; other words are unknown to it. */
    public static Path words(Path folder, int dimension, Map<String, Integer> conceptsOfWords) {
        Map<String, float[]> rows = new LinkedHashMap<>();
        rows.put("[PAD]", new float[dimension]);
        rows.put("[UNK]", new float[dimension]);
        conceptsOfWords.forEach((word, concept) -> rows.put(word, direction(dimension, concept)));
        return write(
                folder,
                safetensors(floats("embeddings", rows.values().toArray(float[][]::new))),
                tokenizer(List.copyOf(rows.keySet())),
                "{\"normalize\": true}");
    }

    private static float[] direction(int dimension, int concept) {
        float[] vector = new float[dimension];
        java.util.Random random = new java.util.Random(concept * 7919L + dimension);
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
