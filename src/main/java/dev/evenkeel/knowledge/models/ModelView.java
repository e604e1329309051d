package dev.evenkeel.knowledge.models;

import dev.evenkeel.platform.search.embedding.ModelSetting;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model as the API shows it.
 *
 * @param kind of the default model, what the configuration says
 * @param dimension numbers in a vector; absent where there are no vectors
 * @param detail for administrators
 */
@RegisterForReflection
public record ModelView(
        String name,
        String kind,
        @Nullable Integer dimension,
        @Nullable Detail detail) {
    /**
     * What administrators see besides.
     *
     * @param hasApiKey whether one is kept; it is never shown
     * @param collections living collections that have the model, or are on their way to it
     */
    @RegisterForReflection
    public record Detail(
            @Nullable String endpoint,
            @Nullable String model,
            boolean requestDimension,
            @Nullable String queryPrefix,
            @Nullable String passagePrefix,
            int batchSize,
            boolean hasApiKey,
            @Nullable String folder,
            double hybridWeight,
            long collections,
            int version,
            Instant createdAt,
            Instant updatedAt) {
        static Detail of(ModelSetting setting, long collections) {
            return new Detail(
                    setting.endpoint(),
                    setting.remoteModel(),
                    setting.requestDimension(),
                    setting.queryPrefix(),
                    setting.passagePrefix(),
                    setting.batchSize(),
                    setting.sealedApiKey() != null,
                    setting.folder(),
                    setting.hybridWeight(),
                    collections,
                    setting.version(),
                    setting.createdAt(),
                    setting.updatedAt());
        }
    }
}
