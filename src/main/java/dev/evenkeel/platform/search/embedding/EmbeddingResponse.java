package dev.evenkeel.platform.search.embedding;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The body of an OpenAI-compatible embeddings answer. */
final class EmbeddingResponse {
    private EmbeddingResponse() {}

    /**
     * The vectors in the order of the inputs, whatever order they came in; as numbers or as base64 of little-endian
     * floats.
     *
     * @param estimate of the tokens, for an endpoint that does not say how many there were
     * @throws EmbeddingRejected when the answer does not have the expected shape, count or dimension
     */
    static Embeddings read(Buffer body, int count, EndpointSettings settings, long estimate) {
        float[][] vectors = new float[count][];
        long tokens = estimate;
        try {
            JsonObject json = new JsonObject(body);
            tokens = tokens(json, estimate);
            JsonArray data = json.getJsonArray("data", new JsonArray());
            for (int i = 0; i < data.size(); i++) {
                JsonObject item = data.getJsonObject(i);
                int index = item.getInteger("index", i);
                if (index >= 0 && index < count) {
                    vectors[index] = vector(item.getValue("embedding"), settings);
                }
            }
        } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
            throw new EmbeddingRejected("The embedding endpoint did not answer as an OpenAI-compatible one does.");
        }
        if (Arrays.stream(vectors).anyMatch(java.util.Objects::isNull)) {
            throw new EmbeddingRejected("The embedding endpoint did not answer with one vector for each text.");
        }
        return new Embeddings(List.of(vectors), tokens);
    }

    /**
     * Numbers in the first vector.
     *
     * @throws EmbeddingRejected when there is none, or one with none or too many
     */
    static int dimension(Buffer body) {
        try {
            JsonArray data = new JsonObject(body).getJsonArray("data", new JsonArray());
            int dimension = numbers(data.getJsonObject(0).getValue("embedding")).length;
            if (dimension < 1 || dimension > EmbeddingChecks.MAX_DIMENSION) {
                throw new EmbeddingRejected("The embedding endpoint answers with " + dimension
                        + " numbers a vector; 1 to " + EmbeddingChecks.MAX_DIMENSION + " can be used.");
            }
            return dimension;
        } catch (DecodeException
                | ClassCastException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | NullPointerException e) {
            throw new EmbeddingRejected("The embedding endpoint did not answer as an OpenAI-compatible one does.");
        }
    }

    private static long tokens(JsonObject json, long estimate) {
        return json.getValue("usage") instanceof JsonObject usage
                        && usage.getValue("total_tokens") instanceof Number total
                        && total.longValue() >= 0
                ? total.longValue()
                : estimate;
    }

    private static float[] numbers(Object embedding) {
        float[] vector;
        if (embedding instanceof String base64) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
            vector = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(vector);
        } else {
            JsonArray numbers = (JsonArray) embedding;
            vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = ((Number) numbers.getValue(i)).floatValue();
            }
        }
        return vector;
    }

    private static float[] vector(Object embedding, EndpointSettings settings) {
        float[] vector = numbers(embedding);
        if (vector.length != settings.dimension()) {
            throw new EmbeddingRejected("The embedding endpoint answers with " + vector.length + " numbers a vector; "
                    + settings.dimensionKey() + " says " + settings.dimension() + ".");
        }
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new EmbeddingRejected("The embedding endpoint answers with numbers that are not finite.");
            }
        }
        return vector;
    }
}
