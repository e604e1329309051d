package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import dev.evenkeel.platform.search.embedding.model2vec.StaticModel;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A static model: vectors by looking up, in this process. */
final class StaticEmbedder implements Embedder {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final String vectorsName;
    private final int dimension;
    private final double hybridWeight;
    private final SharedModel model;
    private final Offload offload;

    StaticEmbedder(String vectorsName, int dimension, double hybridWeight, SharedModel model, Offload offload) {
        this.vectorsName = vectorsName;
        this.dimension = dimension;
        this.hybridWeight = hybridWeight;
        this.model = model;
        this.offload = offload;
    }

    SharedModel shared() {
        return model;
    }

    @Override
    public String model() {
        return vectorsName;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public double hybridWeight() {
        return hybridWeight;
    }

    @Override
    public boolean isAtHand() {
        return model.isLoaded();
    }

    @Override
    public Uni<Embeddings> embed(List<String> texts, Purpose purpose) {
        return model.get()
                .onFailure(ModelFileException.class)
                .transform(unusable -> new EmbeddingUnavailable(String.valueOf(unusable.getMessage()), RETRY_AFTER))
                .chain(loaded -> purpose == Purpose.QUERY
                        ? offload.interactive(() -> embed(loaded, texts))
                        : offload.bulk(() -> embed(loaded, texts)));
    }

    private static Embeddings embed(StaticModel model, List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        long tokens = 0;
        for (String text : texts) {
            StaticModel.Embedded made = model.embed(text);
            vectors.add(made.vector());
            tokens += made.tokens();
        }
        return new Embeddings(vectors, tokens);
    }
}
