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
     * @throws EmbeddingRejected when the answer does not have the expected shape, count or dimension
     */
    static List<float[]> vectors(Buffer body, int count, int dimension) {
        float[][] vectors = new float[count][];
        try {
            JsonArray data = new JsonObject(body).getJsonArray("data", new JsonArray());
            for (int i = 0; i < data.size(); i++) {
                JsonObject item = data.getJsonObject(i);
                int index = item.getInteger("index", i);
                if (index >= 0 && index < count) {
                    vectors[index] = vector(item.getValue("embedding"), dimension);
                }
            }
        } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
            throw new EmbeddingRejected("The embedding endpoint did not answer as an OpenAI-compatible one does.");
        }
        if (Arrays.stream(vectors).anyMatch(java.util.Objects::isNull)) {
            throw new EmbeddingRejected("The embedding endpoint did not answer with one vector for each text.");
        }
        return List.of(vectors);
    }

    private static float[] vector(Object embedding, int dimension) {
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
        if (vector.length != dimension) {
            throw new EmbeddingRejected("The embedding endpoint answers with " + vector.length
                    + " numbers a vector; evenkeel.embedding.dimension says " + dimension + ".");
        }
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new EmbeddingRejected("The embedding endpoint answers with numbers that are not finite.");
            }
        }
        return vector;
    }
}
