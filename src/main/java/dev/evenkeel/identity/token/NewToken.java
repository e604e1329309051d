package dev.evenkeel.identity.token;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An access token to be issued.
 *
 * @param label for people, 1 to 100 characters
 * @param scopes of {@code read}, {@code write} and {@code admin}; read and write when absent
 * @param expiresInDays 1 to 365; 90 when absent
 */
public record NewToken(
        @NotBlank @Size(max = 100) String label,
        @Size(min = 1, max = 3) @Nullable List<@Size(max = 20) String> scopes,
        @Min(1) @Max(36_500) @Nullable Integer expiresInDays) {}
