package dev.evenkeel.platform.search.embedding;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model has made of some texts.
 *
 * @param vectors one a text, in the texts' order
 * @param tokens of all the texts together, as the model counts them; where an endpoint does not say how many there were,
 *     one for every four characters begun
 */
public record Embeddings(List<float[]> vectors, long tokens) {
    static Embeddings joined(List<Embeddings> parts) {
        List<float[]> vectors = new ArrayList<>();
        long tokens = 0;
        for (Embeddings part : parts) {
            vectors.addAll(part.vectors());
            tokens += part.tokens();
        }
        return new Embeddings(vectors, tokens);
    }
}
