package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Words hashed into a vector (feature hashing, Weinberger et al. 2009): texts with words in common are near each other.
 * It knows no meaning and is for tests and trials of the vector path only; in hybrid search it has no weight.
 */
final class LexicalHashEmbedder implements Embedder {
    private final int dimension;
    private final Offload offload;

    LexicalHashEmbedder(int dimension, Offload offload) {
        this.dimension = dimension;
        this.offload = offload;
    }

    @Override
    public String model() {
        return "lexical-hash-" + dimension;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public double hybridWeight() {
        return 0;
    }

    @Override
    public boolean isAtHand() {
        return true;
    }

    @Override
    public Uni<Embeddings> embed(List<String> texts, Purpose purpose) {
        return purpose == Purpose.QUERY
                ? offload.interactive(() -> vectors(texts))
                : offload.bulk(() -> vectors(texts));
    }

    private Embeddings vectors(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        long words = 0;
        for (String text : texts) {
            String[] cut = text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+");
            vectors.add(vector(cut));
            words += cut.length;
        }
        return new Embeddings(vectors, words);
    }

    private float[] vector(String[] words) {
        float[] vector = new float[dimension];
        for (String word : words) {
            if (!word.isEmpty()) {
                int hash = mix(word.hashCode());
                vector[Math.floorMod(hash, dimension)] += (hash >>> 31) == 0 ? 1 : -1;
            }
        }
        return normalised(vector);
    }

    private static float[] normalised(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        if (square == 0) {
            vector[0] = 1;
            return vector;
        }
        float scale = (float) (1 / Math.sqrt(square));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    /** The finaliser of MurmurHash3: spreads the few bits in which short words differ. */
    private static int mix(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= 0x85ebca6b;
        h ^= h >>> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >>> 16);
    }
}
