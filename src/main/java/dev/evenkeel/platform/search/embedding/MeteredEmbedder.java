package dev.evenkeel.platform.search.embedding;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Locale;

/** A model with the version of its settings. Counts what it is given, by its name and what for. */
final class MeteredEmbedder implements Embedder {
    private final Embedder embedder;
    private final String name;
    private final long settingsVersion;
    private final MeterRegistry metrics;

    MeteredEmbedder(Embedder embedder, String name, long settingsVersion, MeterRegistry metrics) {
        this.embedder = embedder;
        this.name = name;
        this.settingsVersion = settingsVersion;
        this.metrics = metrics;
    }

    Embedder metered() {
        return embedder;
    }

    @Override
    public String model() {
        return embedder.model();
    }

    @Override
    public int dimension() {
        return embedder.dimension();
    }

    @Override
    public double hybridWeight() {
        return embedder.hybridWeight();
    }

    @Override
    public long settingsVersion() {
        return settingsVersion;
    }

    @Override
    public boolean isAtHand() {
        return embedder.isAtHand();
    }

    @Override
    public Uni<Embeddings> embed(List<String> texts, Purpose purpose) {
        return Uni.createFrom().deferred(() -> embedder.embed(texts, purpose)).invoke(made -> {
            counter("evenkeel.embedding.tokens", purpose).increment(made.tokens());
            counter("evenkeel.embedding.texts", purpose).increment(texts.size());
        });
    }

    private Counter counter(String meter, Purpose purpose) {
        return Counter.builder(meter)
                .tag("model", name)
                .tag("purpose", purpose.name().toLowerCase(Locale.ROOT))
                .register(metrics);
    }
}
