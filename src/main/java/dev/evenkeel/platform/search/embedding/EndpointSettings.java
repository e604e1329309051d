package dev.evenkeel.platform.search.embedding;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How an endpoint is asked.
 *
 * @param vectorsName the name that its vectors are kept under
 * @param model its name at the endpoint
 * @param dimensionKey where the dimension is said, for the reader of an error
 */
record EndpointSettings(
        String vectorsName,
        URI baseUrl,
        String model,
        Optional<String> apiKey,
        int dimension,
        String dimensionKey,
        boolean requestDimension,
        int batchSize,
        String queryPrefix,
        String passagePrefix,
        Duration timeout,
        Duration queryTimeout,
        double hybridWeight) {
    private static final int UNKNOWN = 0;

    static EndpointSettings of(EmbeddingConfig config) {
        String model = config.model().orElseThrow();
        return new EndpointSettings(
                model,
                config.baseUrl().orElseThrow(),
                model,
                config.apiKey(),
                config.dimension(),
                "evenkeel.embedding.dimension",
                config.requestDimension(),
                config.batchSize(),
                config.queryPrefix().orElse(""),
                config.passagePrefix().orElse(""),
                config.timeout(),
                config.queryTimeout(),
                config.hybridWeight());
    }

    static EndpointSettings of(ModelSetting setting, Optional<String> apiKey, EmbeddingConfig config) {
        return new EndpointSettings(
                setting.vectorsName(),
                URI.create(Objects.requireNonNull(setting.endpoint())),
                Objects.requireNonNull(setting.remoteModel()),
                apiKey,
                Objects.requireNonNullElse(setting.dimension(), UNKNOWN),
                "the dimension of the model \"" + setting.name() + "\"",
                setting.requestDimension(),
                setting.batchSize(),
                Objects.requireNonNullElse(setting.queryPrefix(), ""),
                Objects.requireNonNullElse(setting.passagePrefix(), ""),
                config.timeout(),
                config.queryTimeout(),
                setting.hybridWeight());
    }
}
