package dev.evenkeel.platform.search.embedding;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of embedding models. */
public enum ModelKind {
    /** No model: search is by keyword. */
    NONE,
    /** An OpenAI-compatible endpoint. */
    OPENAI,
    /** Files in model2vec's format. */
    STATIC,
    /** For trials without a model; not semantic. */
    LEXICAL_HASH,
    /** What the configuration says; the kind of the service's default model alone. */
    CONFIGURED;

    /** As in the API, in the configuration and in the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ModelKind> of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }
}
