package dev.evenkeel.knowledge.facade;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A question as rag-kb's clients ask it.
 *
 * @param topK most results, 1 to 50, default 5
 * @param threshold least cosine of results that were found by their meaning alone, 0 to 1
 */
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
record RagKbQuestion(
        @NotBlank @Size(max = 20_000) String text,
        @Min(1) @Max(50) @Nullable Integer topK,
        @DecimalMin("0") @DecimalMax("1") @Nullable Double threshold) {
    static final int DEFAULT_RESULTS = 5;

    int limit() {
        return topK == null ? DEFAULT_RESULTS : topK;
    }
}
