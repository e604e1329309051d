package dev.evenkeel.knowledge.models;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model to be made.
 *
 * @param name by which collections choose it: small letters, digits, dots, hyphens and underscores
 * @param kind {@code openai}, {@code static} or {@code lexical-hash}
 * @param endpoint address of an OpenAI-compatible endpoint, with or without the trailing {@code /v1}
 * @param model its name at the endpoint
 * @param dimension numbers in a vector; when absent, the endpoint or the files are asked
 * @param requestDimension whether the endpoint is asked for that dimension; false when absent
 * @param queryPrefix put before a query, for example {@code query: }
 * @param passagePrefix put before a text to be found, for example {@code passage: }
 * @param batchSize texts in one request; 32 when absent
 * @param apiKey bearer token for the endpoint; kept sealed, never shown
 * @param folder of a static model, below {@code evenkeel.embedding.models-directory}
 * @param hybridWeight weight of its vectors against words (1) in hybrid search; 1 when absent
 */
public record NewModel(
        @NotBlank @Pattern(
                regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                message = "has small letters, digits, dots, hyphens and underscores, at most 100")
        String name,

        @NotBlank @Size(max = 20) String kind,
        @Size(max = 2000) @Nullable String endpoint,
        @Size(min = 1, max = 200) @Nullable String model,
        @Min(1) @Max(8192) @Nullable Integer dimension,
        @Nullable Boolean requestDimension,
        @Size(max = 500) @Nullable String queryPrefix,
        @Size(max = 500) @Nullable String passagePrefix,
        @Min(1) @Max(2048) @Nullable Integer batchSize,

        @Size(min = 1, max = 4000) @Pattern(regexp = "[!-~]*", message = "has printable ASCII characters without spaces") @Nullable String apiKey,

        @Size(min = 1, max = 100) @Nullable String folder,
        @PositiveOrZero @Max(1000) @Nullable Double hybridWeight) {
    @Override
    public String toString() {
        return "NewModel[" + name + ", " + kind + "]";
    }
}
