package dev.evenkeel.knowledge.models;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What is to change in an embedding model; absent fields stay. What its vectors depend on does not change: another dimension
 * or another model at the endpoint is another model here.
 *
 * @param endpoint another address of the same model; the API key has to be given with it
 * @param apiKey another bearer token; the empty text for none
 */
public record ModelChange(
        @Size(min = 1, max = 2000) @Nullable String endpoint,
        @Size(max = 500) @Nullable String queryPrefix,
        @Min(1) @Max(2048) @Nullable Integer batchSize,

        @Size(max = 4000) @Pattern(regexp = "[!-~]*", message = "has printable ASCII characters without spaces") @Nullable String apiKey,

        @PositiveOrZero @Max(1000) @Nullable Double hybridWeight) {
    @Override
    public String toString() {
        return "ModelChange[]";
    }
}
