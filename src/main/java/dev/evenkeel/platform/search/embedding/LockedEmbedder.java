package dev.evenkeel.platform.search.embedding;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A model whose API key this replica cannot open. */
final class LockedEmbedder implements Embedder {
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final ModelSetting setting;

    LockedEmbedder(ModelSetting setting) {
        this.setting = setting;
    }

    @Override
    public String model() {
        return setting.vectorsName();
    }

    @Override
    public int dimension() {
        return Objects.requireNonNull(setting.dimension());
    }

    @Override
    public double hybridWeight() {
        return setting.hybridWeight();
    }

    @Override
    public Uni<Embeddings> embed(List<String> texts, Purpose purpose) {
        return Uni.createFrom()
                .failure(new EmbeddingUnavailable(
                        "The API key of the model \"" + setting.name()
                                + "\" was sealed with another key than evenkeel.identity.key-encryption-key; set it again.",
                        RETRY_AFTER));
    }
}
