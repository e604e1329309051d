package dev.evenkeel.bench.embedding;

import dev.evenkeel.bench.process.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * An OpenAI-compatible embedding endpoint on loopback. The vector of a text is the sum of a random unit for each of its
 * words, so texts that share words are near each other.
 */
public final class EmbeddingServer implements AutoCloseable {

    public static final int DIMENSION = 384;
    private static final int MAX_WORDS = 64;

    private final Vertx vertx = Vertx.vertx();
    private final int port = Ports.free();

    private EmbeddingServer() throws Exception {
        vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    public static EmbeddingServer start() throws Exception {
        return new EmbeddingServer();
    }

    /** The settings by which the service uses this endpoint. */
    public Map<String, String> settings() {
        return Map.of(
                "EVENKEEL_EMBEDDING_KIND",
                "openai",
                "EVENKEEL_EMBEDDING_BASE_URL",
                "http://127.0.0.1:" + port,
                "EVENKEEL_EMBEDDING_MODEL",
                "random-words",
                "EVENKEEL_EMBEDDING_DIMENSION",
                Integer.toString(DIMENSION));
    }

    private static void answer(HttpServerRequest request, Buffer body) {
        JsonArray inputs = body.toJsonObject().getJsonArray("input");
        JsonArray data = new JsonArray();
        for (int i = 0; i < inputs.size(); i++) {
            data.add(new JsonObject().put("index", i).put("embedding", base64(vector(inputs.getString(i)))));
        }
        request.response()
                .putHeader("content-type", "application/json")
                .end(new JsonObject().put("data", data).toBuffer());
    }

    /** The vector of a text, as the endpoint answers it. */
    public static float[] vector(String text) {
        float[] vector = new float[DIMENSION];
        String[] words = text.split("\\W+", MAX_WORDS + 1);
        for (int w = 0; w < Math.min(words.length, MAX_WORDS); w++) {
            SplittableRandom random = new SplittableRandom(words[w].hashCode());
            for (int d = 0; d < DIMENSION; d += Long.SIZE) {
                long bits = random.nextLong();
                for (int b = 0; b < Long.SIZE; b++) {
                    vector[d + b] += (bits >>> b & 1) == 0 ? -1 : 1;
                }
            }
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Override
    public void close() {
        vertx.close();
    }
}
