package dev.evenkeel.knowledge;

import dev.evenkeel.platform.search.Fusion;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * How a hybrid search makes one ranking of two; what is absent is as configured.
 *
 * @param method {@code rrf} (by rank) or {@code min_max} (by the arms' scores, each stretched to 0 to 1)
 * @param k the constant of {@code rrf}, 1 to 1,000, usually 60: the smaller, the more the first ranks stand out
 * @param keywordWeight weight of what was found by words, 0 to 100, usually 1
 * @param vectorWeight weight of what was found by meaning, 0 to 100, usually 1
 */
@RegisterForReflection
public record NewFusion(
        Fusion.@Nullable Method method,
        @Min(1) @Max(1_000) @Nullable Integer k,
        @DecimalMin("0") @DecimalMax("100") @Nullable Double keywordWeight,
        @DecimalMin("0") @DecimalMax("100") @Nullable Double vectorWeight) {}
