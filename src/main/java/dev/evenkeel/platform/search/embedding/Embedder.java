package dev.evenkeel.platform.search.embedding;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Turns texts into vectors of a fixed dimension. */
public interface Embedder {
    /** What a text is: many models want to be told. */
    enum Purpose {
        /** A question. */
        QUERY,
        /** A text to be found. */
        PASSAGE
    }

    /** The name that its vectors are kept under: vectors of different models are never compared. */
    String model();

    /** Numbers in a vector. */
    int dimension();

    /** Weight of the vector arm in hybrid search, from 0: at 0 hybrid search is keyword search. */
    double hybridWeight();

    /** Another one after each change of how it is asked and weighted; its stored vectors stay valid. */
    default long settingsVersion() {
        return 0;
    }

    /** Whether it answers by itself at once: no other service is asked, and nothing has to be loaded first. */
    default boolean isAtHand() {
        return false;
    }

    /**
     * The vectors of some texts.
     *
     * @throws EmbeddingUnavailable (as failure) when it may succeed later
     * @throws EmbeddingRejected (as failure) when it never will
     */
    Uni<Embeddings> embed(List<String> texts, Purpose purpose);
}
