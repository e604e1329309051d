package dev.evenkeel.platform.search.embedding.model2vec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The pieces of a unigram language model (Kudo 2018; huggingface/tokenizers, models/unigram): of all ways to cut a word into pieces
 * that with the highest sum of scores, found by Viterbi's algorithm. A character that is no piece by itself may stand as an
 * unknown one, with the lowest score of a piece less 10; unknown characters that follow one another are one unknown piece, or where
 * the model says so the pieces of their bytes in UTF-8. Time and memory are in proportion to the length of a word, times at
 * most the length of the longest piece.
 */
final class Unigram implements Tokenizer.Pieces {
    private static final double UNKNOWN_PENALTY = 10;
    private static final int NONE = PieceTrie.NONE;
    private static final String BYTE = "<0x%02X>";

    private final List<String> vocabulary;
    private final double[] scores;
    private final PieceTrie trie;
    private final int unknown;
    private final double unknownScore;

    /** Numbers of the pieces that stand for bytes; empty when unknown characters are not spelt so. */
    private final int[] bytes;

    /**
     * A vocabulary.
     *
     * @param vocabulary pieces in the order of their numbers, each of whole characters
     * @param scores of each piece: logarithms of probabilities, finite
     * @param unknown the piece that stands for what is not known, or -1 when there is none. It is a piece as others are, with a
     *     vector of its own, since model2vec drops unknown pieces of other kinds of tokenizers only
     * @param byteFallback whether unknown characters are spelt by pieces such as {@code <0xE2>} where the vocabulary has them
     */
    Unigram(List<String> vocabulary, double[] scores, int unknown, boolean byteFallback) {
        this.vocabulary = vocabulary;
        this.scores = scores;
        this.unknown = unknown;
        this.trie = PieceTrie.of(vocabulary);
        this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
        this.bytes = new int[byteFallback ? 256 : 0];
        Arrays.setAll(bytes, value -> trie.find(String.format(BYTE, value)));
    }

    /** The best way to each place of a word: its score, and where its last piece begins and which that is. */
    private static final class Ways {
        private final double[] scores;
        private final int[] begins;
        private final int[] pieces;

        Ways(int length) {
            scores = new double[length + 1];
            begins = new int[length + 1];
            pieces = new int[length + 1];
            Arrays.fill(begins, NONE);
        }

        void offer(int end, int begin, int piece, double score) {
            double sum = scores[begin] + score;
            if (begins[end] == NONE || sum > scores[end]) {
                scores[end] = sum;
                begins[end] = begin;
                pieces[end] = piece;
            }
        }
    }

    @Override
    public int[] of(String word) {
        Ways ways = ways(word);
        int length = word.length();
        // Filled from its end; in UTF-8 there are at most three bytes for each char.
        int[] found = new int[bytes.length == 0 ? length : 3 * length];
        int first = found.length;
        int end = length;
        while (end > 0) {
            int begin = ways.begins[end];
            int piece = ways.pieces[end];
            if (piece == unknown) {
                while (unknown != NONE && begin > 0 && ways.pieces[begin] == unknown) {
                    begin = ways.begins[begin];
                }
                int[] spelt = unknown(word.substring(begin, end));
                first -= spelt.length;
                System.arraycopy(spelt, 0, found, first, spelt.length);
            } else {
                found[--first] = piece;
            }
            end = begin;
        }
        return Arrays.copyOfRange(found, first, found.length);
    }

    private Ways ways(String word) {
        int length = word.length();
        Ways ways = new Ways(length);
        int next;
        for (int at = 0; at < length; at = next) {
            next = at + Character.charCount(word.codePointAt(at));
            boolean alone = false;
            int node = trie.child(PieceTrie.ROOT, word.charAt(at));
            for (int end = at + 1; node != NONE; end++) {
                int piece = trie.piece(node);
                if (piece != NONE) {
                    ways.offer(end, at, piece, scores[piece]);
                    alone |= end == next;
                }
                node = end == length ? NONE : trie.child(node, word.charAt(end));
            }
            if (!alone) {
                ways.offer(next, at, unknown, unknownScore);
            }
        }
        return ways;
    }

    /** What stands for characters that are not known. */
    private int[] unknown(String text) {
        int whole = trie.find(text);
        if (whole != NONE || bytes.length == 0) {
            return new int[] {whole != NONE ? whole : unknown};
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int[] spelt = new int[utf8.length];
        for (int i = 0; i < utf8.length; i++) {
            spelt[i] = bytes[utf8[i] & 0xFF];
            if (spelt[i] == NONE) {
                return new int[] {unknown};
            }
        }
        return spelt;
    }

    @Override
    public Iterable<String> vocabulary() {
        return vocabulary;
    }

    @Override
    public int highest() {
        return vocabulary.size() - 1;
    }
}
