package dev.evenkeel.memory;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.evenkeel.platform.http.ProblemException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * One step of a transaction.
 *
 * @param op {@code put}, {@code delete}, or {@code check}, which changes nothing
 * @param value for a put: any JSON value
 * @param ttlS for a put: seconds to live; 0 for ever; left out for the namespace's default
 * @param sliding for a put: whether reading renews them
 * @param expectVersion the entry must be in this version
 * @param expectAbsent true: there must be no such entry; false: there must be one
 * @param text for a put: what it is found by, by words and by meaning
 * @param metadata for a put: an object that searches can filter by
 * @param vector for a put: what it is found by among vectors
 */
public record NewOperation(
        @NotNull EntryOperation.Kind op,
        @NotNull String key,
        @Nullable JsonText value,

        @Nullable @Min(0) @Max(NamespaceSettings.MAX_SECONDS) Long ttlS,

        @Nullable Boolean sliding,
        @Nullable Long expectVersion,
        @Nullable Boolean expectAbsent,
        @Nullable String text,
        @Nullable JsonText metadata,

        @JsonDeserialize(using = VectorReader.class) float @Nullable [] vector) {

    /** The expectation of a step that is called {@code field} in errors. */
    Expectation expectation(String field) {
        if (expectVersion != null && expectAbsent != null) {
            throw ProblemException.invalid(field, "has expect_version and expect_absent, which exclude each other");
        }
        if (expectVersion != null) {
            return Expectation.version(expectVersion);
        }
        return expectAbsent == null ? Expectation.NONE : expectAbsent ? Expectation.ABSENT : Expectation.PRESENT;
    }
}
