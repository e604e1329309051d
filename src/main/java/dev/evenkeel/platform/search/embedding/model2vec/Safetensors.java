package dev.evenkeel.platform.search.embedding.model2vec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a file in the safetensors format, as its description has it (huggingface/safetensors, README, "Format"):
 * the length of the header as an unsigned 64-bit little-endian number; the header, a JSON object that tells of each tensor
 * {@code dtype}, {@code shape} and {@code data_offsets} (begin and end, counted from the end of the header), besides
 * {@code __metadata__}; then the bytes of the tensors, row by row, little-endian. The ranges cover the rest of the file
 * without holes and without overlapping, and no key comes twice. Everything is checked before it is used.
 *
 * <p>The format allows headers of 100 MB; a static model has three tensors, so 1 MB is the limit here.
 */
final class Safetensors {
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final int MAX_TENSORS = 1_000;
    private static final int MAX_DIMENSIONS = 8;
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("I16", 2),
            Map.entry("U16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("I32", 4),
            Map.entry("U32", 4),
            Map.entry("F32", 4),
            Map.entry("I64", 8),
            Map.entry("U64", 8),
            Map.entry("F64", 8));

    private static final ObjectReader HEADER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build()
            .reader();

    /**
     * A tensor in the file.
     *
     * @param shape sizes of its dimensions, outermost first
     * @param begin of its bytes, from the start of the file
     */
    record Tensor(String name, String dtype, List<Long> shape, long begin, long bytes) {}

    private final FileChannel file;
    private final Map<String, Tensor> tensors;

    private Safetensors(FileChannel file, Map<String, Tensor> tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    /**
     * Reads the header.
     *
     * @throws ModelFileException when the file is not what the format says
     */
    static Safetensors open(FileChannel file) throws IOException {
        long size = file.size();
        if (size < Long.BYTES) {
            throw broken("it is too short");
        }
        long length = ByteBuffer.wrap(read(file, 0, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        // Unsigned: what is negative here is larger than any file.
        if (length < 0 || length > size - Long.BYTES) {
            throw broken("its header is said to be longer than the file");
        }
        if (length > MAX_HEADER_BYTES) {
            throw broken("its header is larger than 1 MB");
        }
        long dataBegin = Long.BYTES + length;
        Map<String, Tensor> tensors = parse(read(file, Long.BYTES, (int) length), dataBegin, size);
        requireSeamless(tensors, dataBegin, size);
        return new Safetensors(file, tensors);
    }

    private static Map<String, Tensor> parse(byte[] header, long dataBegin, long fileSize) throws IOException {
        JsonNode json;
        try {
            json = HEADER.readTree(header);
        } catch (JsonProcessingException e) {
            throw broken("its header is not JSON, or names something twice");
        }
        if (!json.isObject() || json.size() > MAX_TENSORS) {
            throw broken("its header is not an object of at most " + MAX_TENSORS + " tensors");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        json.fields().forEachRemaining(field -> {
            if (!field.getKey().equals("__metadata__")) {
                tensors.put(field.getKey(), tensor(field.getKey(), field.getValue(), dataBegin, fileSize));
            }
        });
        return tensors;
    }

    private static Tensor tensor(String name, JsonNode info, long dataBegin, long fileSize) {
        String dtype = info.path("dtype").asText();
        Integer bytesEach = BYTES.get(dtype);
        JsonNode shape = info.path("shape");
        JsonNode offsets = info.path("data_offsets");
        boolean formed = bytesEach != null
                && shape.isArray()
                && shape.size() <= MAX_DIMENSIONS
                && offsets.isArray()
                && offsets.size() == 2
                && offsets.get(0).canConvertToLong()
                && offsets.get(1).canConvertToLong();
        if (!formed || bytesEach == null) {
            throw broken("one of its tensors is not described as the format says");
        }
        long begin = offsets.get(0).asLong();
        long end = offsets.get(1).asLong();
        if (begin < 0 || end < begin || end > fileSize - dataBegin) {
            throw broken("a tensor lies outside of the file");
        }
        List<Long> sizes = new ArrayList<>();
        long bytes = bytesEach;
        for (JsonNode each : shape) {
            if (!each.canConvertToLong() || each.asLong() < 0) {
                throw broken("a tensor has an impossible shape");
            }
            sizes.add(each.asLong());
            bytes = product(bytes, each.asLong());
        }
        if (bytes != end - begin) {
            throw broken("a tensor does not have as many bytes as its shape says");
        }
        return new Tensor(name, dtype, List.copyOf(sizes), dataBegin + begin, bytes);
    }

    private static long product(long a, long b) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException overflow) {
            throw broken("a tensor has an impossible shape");
        }
    }

    private static void requireSeamless(Map<String, Tensor> tensors, long dataBegin, long fileSize) {
        long at = dataBegin;
        List<Tensor> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::bytes));
        for (Tensor tensor : inOrder) {
            if (tensor.begin() != at) {
                throw broken("its tensors overlap, or there are holes between them");
            }
            at += tensor.bytes();
        }
        if (at != fileSize) {
            throw broken("it holds bytes that belong to no tensor");
        }
    }

    Optional<Tensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** The bytes of a tensor. */
    byte[] bytes(Tensor tensor) throws IOException {
        if (tensor.bytes() > Integer.MAX_VALUE - Long.BYTES) {
            throw new ModelFileException("The tensor \"" + tensor.name() + "\" is larger than 2 GB.");
        }
        return read(file, tensor.begin(), (int) tensor.bytes());
    }

    private static byte[] read(FileChannel file, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                throw new EOFException();
            }
        }
        return buffer.array();
    }

    private static ModelFileException broken(String why) {
        return new ModelFileException("model.safetensors cannot be read: " + why + ".");
    }
}
