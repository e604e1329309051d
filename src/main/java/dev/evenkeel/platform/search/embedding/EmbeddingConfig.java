package dev.evenkeel.platform.search.embedding;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The embedding model. */
@ConfigMapping(prefix = "evenkeel.embedding")
public interface EmbeddingConfig {
    /** {@code none}: search by keyword; {@code openai}: an OpenAI-compatible endpoint; {@code lexical-hash}: for trials without a model, not semantic. */
    @WithDefault("none")
    Kind kind();

    /** Address of the endpoint, with or without the trailing {@code /v1}. */
    Optional<URI> baseUrl();

    /** Bearer token for the endpoint. */
    Optional<String> apiKey();

    /** Name of the model at the endpoint. */
    Optional<String> model();

    /** Numbers in a vector; an endpoint that answers otherwise is refused. */
    @WithDefault("384")
    int dimension();

    /** Whether the endpoint is asked for that dimension; many endpoints refuse the question. */
    @WithDefault("false")
    boolean requestDimension();

    /** Texts in one request; halved when the endpoint finds a request too large. */
    @WithDefault("32")
    int batchSize();

    /** Longest wait for an answer while indexing. */
    @WithDefault("60s")
    Duration timeout();

    /** Longest wait for the vector of a query; after it the search is by keyword. */
    @WithDefault("300ms")
    Duration queryTimeout();

    /** Put before a query, for models that want it, for example {@code query: }. */
    Optional<String> queryPrefix();

    /** Put before a text to be found, for models that want it, for example {@code passage: }. */
    Optional<String> passagePrefix();

    /** Weight of the vector arm against the keyword arm (1) in hybrid search; {@code lexical-hash} always has 0. */
    @WithDefault("1.0")
    double hybridWeight();

    /** Kinds of models. */
    enum Kind {
        NONE,
        OPENAI,
        LEXICAL_HASH
    }
}
