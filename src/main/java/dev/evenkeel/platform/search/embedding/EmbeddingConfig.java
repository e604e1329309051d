package dev.evenkeel.platform.search.embedding;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The default embedding model, and what holds for all of them. */
@ConfigMapping(prefix = "evenkeel.embedding")
public interface EmbeddingConfig {
    /** The default model. {@code none}: search by keyword; {@code openai}: an OpenAI-compatible endpoint; {@code static}: files in model2vec's format; {@code lexical-hash}: for trials without a model, not semantic. */
    @WithDefault("none")
    ModelKind kind();

    /** Address of the endpoint, with or without the trailing {@code /v1}. */
    Optional<URI> baseUrl();

    /** Bearer token for the endpoint. */
    Optional<String> apiKey();

    /** Name of the model at the endpoint; of a static model its folder below the directory of models. */
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

    /** Directory whose folders are static models: {@code tokenizer.json}, {@code model.safetensors}, {@code config.json}. */
    Optional<Path> modelsDirectory();

    /** Largest {@code model.safetensors}; it is kept in memory, once a replica. */
    @WithDefault("1G")
    MemorySize maxModelSize();

    /** Memory for all static models together; half of the heap when not set. */
    Optional<MemorySize> maxModelMemory();

    /** Most embedding models that administrators may make. */
    @WithDefault("100")
    int maxModels();

    /** How long vectors that nothing needs any more are kept, for searches that are still running. */
    @WithDefault("1m")
    Duration obsoleteVectorsKept();
}
