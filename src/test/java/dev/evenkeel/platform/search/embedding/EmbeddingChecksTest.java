package dev.evenkeel.platform.search.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.ModelFiles;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingChecksTest {
    @TempDir
    Path directory = Path.of("");

    private List<String> findings(Map<String, String> settings) {
        Map<String, String> keys = new HashMap<>();
        settings.forEach((key, value) -> keys.put("evenkeel.embedding." + key, value));
        EmbeddingConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(EmbeddingConfig.class)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(EmbeddingConfig.class);
        return new EmbeddingChecks(config).findings();
    }

    private Map<String, String> staticModel(String folder, int dimension) {
        return Map.of(
                "kind",
                "static",
                "model",
                folder,
                "models-directory",
                directory.toString(),
                "dimension",
                String.valueOf(dimension));
    }

    @Test
    void aStaticModelThatCannotServeIsFoundAtTheStart() {
        // Given
        ModelFiles.words(directory.resolve("good"), 6, Map.of("boat", 1));
        ModelFiles.write(directory.resolve("broken"), new byte[20], "{}", "");

        // Then
        assertThat(findings(staticModel("good", 6))).isEmpty();
        assertThat(findings(staticModel("good", 384)))
                .containsExactly("evenkeel.embedding.dimension must be 6 for this static model");
        assertThat(findings(staticModel("broken", 6)).toString()).contains("cannot be read");
        assertThat(findings(staticModel("missing", 6)).toString()).contains("no folder");
        assertThat(findings(staticModel("../good", 6)).toString()).contains("without a path");
        assertThat(findings(Map.of("kind", "static"))).hasSize(1);
    }

    @Test
    void anEndpointNeedsAnAddressAndAModelAndKindsAreThoseOfModels() {
        assertThat(findings(Map.of())).isEmpty();
        assertThat(findings(Map.of("kind", "openai"))).hasSize(2);
        assertThat(findings(Map.of("kind", "openai", "base-url", "http://h", "model", "m")))
                .isEmpty();
        assertThat(findings(Map.of("kind", "configured"))).hasSize(1);
        assertThat(findings(Map.of("dimension", "0", "batch-size", "0", "hybrid-weight", "-1")))
                .hasSize(3);
    }
}
