package dev.evenkeel.memory;

import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** What texts, metadata and vectors must keep to. */
@Singleton
class SearchDataRules {
    static final int MAX_DIMENSION = 8_192;
    private static final String NO_METADATA = "{}";

    private final MemoryConfig config;

    SearchDataRules(MemoryConfig config) {
        this.config = config;
    }

    /** Null when there is nothing to search for. */
    @Nullable SearchData check(@Nullable String text, @Nullable JsonText metadata, float @Nullable [] vector) {
        if (text == null && metadata == null && vector == null) {
            return null;
        }
        PlainText.requireStorable("text", text);
        long maxText = config.maxTextSize().asLongValue();
        if (JsonText.utf8Length(text) > maxText) {
            throw ProblemException.tooLarge("The text has more than " + maxText + " bytes.");
        }
        if (vector != null) {
            vector("vector", vector);
        }
        return new SearchData(text, metadata(metadata), vector);
    }

    /** The JSON of metadata, an empty object when there is none. */
    String metadata(@Nullable JsonText metadata) {
        if (metadata == null || metadata.text().equals("null")) {
            return NO_METADATA;
        }
        String json = metadata.requireStorable("metadata").text();
        if (!json.startsWith("{")) {
            throw ProblemException.invalid("metadata", "must be an object");
        }
        long max = config.maxMetadataSize().asLongValue();
        if (JsonText.utf8Length(json) > max) {
            throw ProblemException.tooLarge("The metadata have more than " + max + " bytes.");
        }
        return json;
    }

    /** Checks that a vector is one. */
    static float[] vector(String field, float[] vector) {
        if (vector.length == 0 || vector.length > MAX_DIMENSION) {
            throw ProblemException.invalid(field, "must have 1 to " + MAX_DIMENSION + " numbers");
        }
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                throw ProblemException.invalid(field, "must hold finite numbers of 32 bits");
            }
        }
        return vector;
    }

    /** The answer to a vector of another dimension. */
    static ProblemException mismatch(int given, int wanted, String where) {
        return ProblemException.unprocessable(
                "The vector has " + given + " numbers; those of " + where + " have " + wanted + ".");
    }
}
