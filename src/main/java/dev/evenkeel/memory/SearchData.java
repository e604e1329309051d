package dev.evenkeel.memory;

import org.jspecify.annotations.Nullable;

/**
 * What an entry can be searched for by.
 *
 * @param text found by words and, when a model is configured and no vector is given, by meaning
 * @param metadata a JSON object
 * @param vector of the namespace's dimension
 */
record SearchData(@Nullable String text, String metadata, float @Nullable [] vector) {
    /** Bytes that it adds to its entry. */
    static int sizeBytes(@Nullable SearchData data) {
        if (data == null) {
            return 0;
        }
        float[] vector = data.vector();
        return JsonText.utf8Length(data.text())
                + JsonText.utf8Length(data.metadata())
                + (vector == null ? 0 : vector.length * Float.BYTES);
    }
}
