package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.offload.Offload;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The embedding model of this installation, if it has one. */
@ApplicationScoped
public class Embedders {
    private final Optional<Embedder> configured;

    Embedders(EmbeddingConfig config, Vertx vertx, Offload offload) {
        this.configured = switch (config.kind()) {
            case NONE -> Optional.empty();
            case OPENAI -> Optional.of(new OpenAiEmbedder(config, vertx, offload));
            case LEXICAL_HASH -> Optional.of(new LexicalHashEmbedder(config.dimension(), offload));
        };
    }

    public Optional<Embedder> configured() {
        return configured;
    }
}
