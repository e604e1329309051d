package dev.evenkeel.platform.search.embedding.model2vec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A static embedding model in model2vec's format: a vector for each piece of a vocabulary; the vector of a text is the mean
 * of those of its pieces. Immutable and safe for concurrent use.
 *
 * <p>The format, as MinishLab/model2vec reads it (persistence.py and model.py): {@code tokenizer.json};
 * {@code model.safetensors} with the tensor {@code embeddings} (or, as sentence-transformers writes it,
 * {@code embedding.weight}), and optionally {@code weights} (a factor for each piece) and {@code mapping} (the row of each
 * piece, when pieces share vectors); {@code config.json}, whose {@code normalize} (false when absent) asks for vectors of
 * length 1. A text is first cut to 512 times the median length of a piece; pieces that are unknown are dropped, then all
 * beyond the 512th. A text without a known piece has the vector 0.
 */
public final class StaticModel {
    private static final int MAX_TOKENS = 512;
    private static final int MAX_TOKENIZER_BYTES = 64 << 20;
    /** Pieces in a map of strings, and while it is read the JSON besides. */
    private static final int MEMORY_A_TOKENIZER_BYTE = 10;

    private static final int MAX_CONFIG_BYTES = 1 << 20;
    private static final long MAX_DIMENSION = 8_192;

    private final Tokenizer tokenizer;
    private final Numbers vectors;
    private final int dimension;
    private final @Nullable Numbers weights;
    private final @Nullable Numbers rows;
    private final boolean normalise;
    private final int maxLength;
    private final byte[] fingerprint;

    private StaticModel(Tokenizer tokenizer, Tensors tensors, boolean normalise, byte[] fingerprint) {
        this.tokenizer = tokenizer;
        this.vectors = tensors.vectors();
        this.dimension = tensors.dimension();
        this.weights = tensors.weights();
        this.rows = tensors.rows();
        this.normalise = normalise;
        this.maxLength = MAX_TOKENS * Math.max(1, medianLength(tokenizer));
        this.fingerprint = fingerprint;
    }

    private record Tensors(
            Numbers vectors,
            int dimension,
            @Nullable Numbers weights,
            @Nullable Numbers rows) {}

    /** A vector and of how many pieces it is the mean. */
    public record Embedded(float[] vector, int tokens) {}

    /**
     * Reads a model. Blocking: 100 MB take about a second.
     *
     * @param maxBytes largest model.safetensors that is read
     * @throws ModelFileException when a file is missing, too large, broken or of an unsupported kind
     */
    public static StaticModel load(ModelFolder folder, long maxBytes) {
        MessageDigest digest = sha256();
        try {
            Tensors tensors = tensors(folder.require("model.safetensors"), maxBytes, digest);
            byte[] tokenizerFile = small(folder.require("tokenizer.json"), MAX_TOKENIZER_BYTES);
            digest.update(tokenizerFile);
            Optional<Path> config = folder.find("config.json");
            boolean normalise = false;
            if (config.isPresent()) {
                normalise = normalise(small(config.get(), MAX_CONFIG_BYTES));
            }
            digest.update((byte) (normalise ? 1 : 0));
            Tokenizer tokenizer = TokenizerFile.read(tokenizerFile);
            requireFitting(tokenizer, tensors);
            return new StaticModel(tokenizer, tensors, normalise, digest.digest());
        } catch (IOException e) {
            throw new ModelFileException("The files of the model cannot be read.", e);
        }
    }

    /**
     * The memory that a model takes while it is read, about; by the sizes of its files. Blocking.
     *
     * @throws ModelFileException when a file is missing
     */
    public static long memoryBytes(ModelFolder folder) {
        try {
            return Files.size(folder.require("model.safetensors"))
                    + MEMORY_A_TOKENIZER_BYTE * Files.size(folder.require("tokenizer.json"));
        } catch (IOException e) {
            throw new ModelFileException("The files of the model cannot be read.", e);
        }
    }

    /**
     * Numbers in a vector of a model, by its header alone. Blocking.
     *
     * @throws ModelFileException when the header cannot be read
     */
    public static int dimension(ModelFolder folder) {
        try (FileChannel file = FileChannel.open(folder.require("model.safetensors"))) {
            return Math.toIntExact(table(Safetensors.open(file)).shape().get(1));
        } catch (IOException e) {
            throw new ModelFileException("The files of the model cannot be read.", e);
        }
    }

    private static Safetensors.Tensor table(Safetensors tensors) {
        Safetensors.Tensor table = tensors.find("embeddings")
                .or(() -> tensors.find("embedding.weight"))
                .orElseThrow(() -> new ModelFileException("model.safetensors has no tensor \"embeddings\"."));
        List<Long> shape = table.shape();
        if (shape.size() != 2 || shape.get(0) < 1 || shape.get(1) < 1 || shape.get(1) > MAX_DIMENSION) {
            throw new ModelFileException("The tensor \"embeddings\" is not a table of vectors.");
        }
        return table;
    }

    private static Tensors tensors(Path path, long maxBytes, MessageDigest digest) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            if (file.size() > maxBytes) {
                throw new ModelFileException(
                        "model.safetensors is larger than evenkeel.embedding.max-model-size allows.");
            }
            Safetensors tensors = Safetensors.open(file);
            Safetensors.Tensor table = table(tensors);
            return new Tensors(
                    numbers(tensors, table, digest),
                    Math.toIntExact(table.shape().get(1)),
                    vector(tensors, "weights", digest),
                    vector(tensors, "mapping", digest));
        }
    }

    private static @Nullable Numbers vector(Safetensors tensors, String name, MessageDigest digest) throws IOException {
        Optional<Safetensors.Tensor> found = tensors.find(name);
        if (found.isEmpty()) {
            return null;
        }
        if (found.get().shape().size() != 1) {
            throw new ModelFileException("The tensor \"" + name + "\" is not a list of numbers.");
        }
        return numbers(tensors, found.get(), digest);
    }

    private static Numbers numbers(Safetensors tensors, Safetensors.Tensor tensor, MessageDigest digest)
            throws IOException {
        byte[] bytes = tensors.bytes(tensor);
        digest.update((tensor.name() + tensor.dtype() + tensor.shape()).getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
        return Numbers.of(tensor.dtype(), bytes);
    }

    private static boolean normalise(byte[] config) throws IOException {
        try {
            JsonNode json = JsonMapper.builder().build().readTree(config);
            return json.path("normalize").asBoolean(false);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new ModelFileException("config.json is not JSON.");
        }
    }

    private static byte[] small(Path path, int maxBytes) throws IOException {
        if (Files.size(path) > maxBytes) {
            throw new ModelFileException("A file of the model is larger than " + maxBytes + " bytes.");
        }
        return Files.readAllBytes(path);
    }

    /** Every piece has a row that is there, and every number is one. */
    private static void requireFitting(Tokenizer tokenizer, Tensors tensors) {
        int table = tensors.vectors().size() / tensors.dimension();
        long pieces = tokenizer.pieces().highest() + 1L;
        Numbers rows = tensors.rows();
        if (rows == null && pieces > table || rows != null && pieces > rows.size()) {
            throw new ModelFileException("The vocabulary has more pieces than model.safetensors has vectors.");
        }
        for (int i = 0; rows != null && i < rows.size(); i++) {
            if (!(rows.get(i) >= 0 && rows.get(i) < table)) {
                throw new ModelFileException("The tensor \"mapping\" names a vector that is not there.");
            }
        }
        Numbers weights = tensors.weights();
        if (weights != null && pieces > weights.size()) {
            throw new ModelFileException("The tensor \"weights\" is shorter than the vocabulary.");
        }
        requireFinite(tensors.vectors());
        if (weights != null) {
            requireFinite(weights);
        }
    }

    private static void requireFinite(Numbers numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            if (!Double.isFinite(numbers.get(i))) {
                throw new ModelFileException("model.safetensors holds numbers that are not finite.");
            }
        }
    }

    private static int medianLength(Tokenizer tokenizer) {
        int[] lengths = StreamSupport.stream(tokenizer.pieces().vocabulary().spliterator(), false)
                .mapToInt(piece -> piece.codePointCount(0, piece.length()))
                .sorted()
                .toArray();
        int middle = lengths.length / 2;
        return lengths.length % 2 == 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2;
    }

    /** Numbers in a vector. */
    public int dimension() {
        return dimension;
    }

    /** SHA-256 of everything that the vectors of texts depend on. */
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    /** The vector of a text. CPU work in proportion to its length, at most that of some thousand characters. */
    public Embedded embed(String text) {
        int[] pieces = tokenizer.encode(cut(text), MAX_TOKENS);
        double[] sum = new double[dimension];
        for (int piece : pieces) {
            int row = rows == null ? piece : (int) rows.get(piece);
            vectors.addTo(sum, row * dimension, weights == null ? 1 : weights.get(piece));
        }
        double square = Arrays.stream(sum).map(value -> value * value).sum();
        double scale = 1.0 / Math.max(1, pieces.length);
        if (normalise) {
            scale = square == 0 ? 0 : 1 / Math.sqrt(square);
        }
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) (sum[i] * scale);
        }
        return new Embedded(vector, pieces.length);
    }

    private String cut(String text) {
        return text.length() <= maxLength || text.codePointCount(0, text.length()) <= maxLength
                ? text
                : text.substring(0, text.offsetByCodePoints(0, maxLength));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
