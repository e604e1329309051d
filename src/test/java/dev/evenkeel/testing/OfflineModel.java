package dev.evenkeel.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small static model as the default one, so that nothing outside of the process is needed to search by meaning. */
public final class OfflineModel implements QuarkusTestResourceLifecycleManager {
    private static final int DIMENSION = 8;

    @Override
    public Map<String, String> start() {
        try {
            Path directory = Files.createTempDirectory("offline");
            ModelFiles.words(
                    directory.resolve("words"), DIMENSION, Map.of("boat", 1, "ship", 1, "vessel", 1, "doctor", 2));
            return Map.of(
                    "evenkeel.embedding.kind",
                    "static",
                    "evenkeel.embedding.model",
                    "words",
                    "evenkeel.embedding.dimension",
                    String.valueOf(DIMENSION),
                    "evenkeel.embedding.models-directory",
                    directory.toString(),
                    "evenkeel.embedding.query-timeout",
                    "5s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        // The directory is the operating system's to clear.
    }
}
