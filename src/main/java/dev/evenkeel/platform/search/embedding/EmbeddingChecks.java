package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.StartupCheck;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFolder;
import dev.evenkeel.platform.search.embedding.model2vec.StaticModel;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** An endpoint needs an address and a model; nonsense numbers are found at the start, not at the first document. */
@Singleton
public class EmbeddingChecks implements StartupCheck {
    static final int MAX_DIMENSION = 8_192;

    private final EmbeddingConfig config;

    EmbeddingChecks(EmbeddingConfig config) {
        this.config = config;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        if (config.kind() == ModelKind.OPENAI) {
            if (config.baseUrl().isEmpty()) {
                findings.add("evenkeel.embedding.base-url is needed with evenkeel.embedding.kind=openai");
            }
            if (config.model().isEmpty()) {
                findings.add("evenkeel.embedding.model is needed with evenkeel.embedding.kind=openai");
            }
        }
        if (config.kind() == ModelKind.CONFIGURED) {
            findings.add("evenkeel.embedding.kind is none, openai, static or lexical-hash");
        }
        if (config.kind() == ModelKind.STATIC) {
            findings.addAll(ofStaticModel());
        }
        if (config.dimension() < 1 || config.dimension() > MAX_DIMENSION) {
            findings.add("evenkeel.embedding.dimension must be from 1 to " + MAX_DIMENSION);
        }
        if (config.batchSize() < 1) {
            findings.add("evenkeel.embedding.batch-size must be positive");
        }
        if (!(config.hybridWeight() >= 0)) {
            findings.add("evenkeel.embedding.hybrid-weight must not be negative");
        }
        return findings;
    }

    private List<String> ofStaticModel() {
        if (config.model().isEmpty() || config.modelsDirectory().isEmpty()) {
            return List.of("evenkeel.embedding.model and evenkeel.embedding.models-directory are needed with"
                    + " evenkeel.embedding.kind=static");
        }
        try {
            int dimension = StaticModel.dimension(ModelFolder.of(
                    config.modelsDirectory().get(), config.model().get()));
            return dimension == config.dimension()
                    ? List.of()
                    : List.of("evenkeel.embedding.dimension must be " + dimension + " for this static model");
        } catch (ModelFileException unusable) {
            return List.of("evenkeel.embedding.model cannot be used: " + unusable.getMessage());
        }
    }
}
