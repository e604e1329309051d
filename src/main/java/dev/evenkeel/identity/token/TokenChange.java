package dev.evenkeel.identity.token;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What is to change in an access token; absent fields stay, except that a rotated token without a new end gets the usual one.
 *
 * @param label for people, 1 to 100 characters
 * @param expiresInDays 1 to 365
 */
public record TokenChange(
        @Size(min = 1, max = 100) @Nullable String label,
        @Min(1) @Max(36_500) @Nullable Integer expiresInDays) {
    /** Nothing in particular. */
    public static final TokenChange NONE = new TokenChange(null, null);
}
