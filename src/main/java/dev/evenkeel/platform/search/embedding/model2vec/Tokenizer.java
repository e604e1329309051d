package dev.evenkeel.platform.search.embedding.model2vec;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Cuts texts into the numbered pieces of a vocabulary: normalises, splits into words, cuts the words. Never fails, whatever
 * the text. Immutable and safe for concurrent use.
 *
 * <p>Control signs of the vocabulary, such as {@code [CLS]}, are not looked for in texts: there they are words like others.
 */
final class Tokenizer {
    /** Cuts a text into words. */
    interface Splitter {
        List<String> words(String text);
    }

    /** Cuts a word into pieces. */
    interface Pieces {
        /** Numbers of the pieces of a word; -1 for what is not known. */
        int[] of(String word);

        /** Texts of all pieces, by which the length of a piece is told. */
        Iterable<String> vocabulary();

        /** The highest number of a piece. */
        int highest();
    }

    private final UnaryOperator<String> normaliser;
    private final Splitter splitter;
    private final Pieces pieces;

    Tokenizer(UnaryOperator<String> normaliser, Splitter splitter, Pieces pieces) {
        this.normaliser = normaliser;
        this.splitter = splitter;
        this.pieces = pieces;
    }

    Pieces pieces() {
        return pieces;
    }

    /** Numbers of the first known pieces of a text, in order. */
    int[] encode(String text, int most) {
        int[] found = new int[most];
        int count = 0;
        for (String word : splitter.words(normaliser.apply(text))) {
            for (int piece : pieces.of(word)) {
                if (count == most) {
                    return found;
                }
                if (piece >= 0) {
                    found[count++] = piece;
                }
            }
        }
        return java.util.Arrays.copyOf(found, count);
    }
}
