package dev.evenkeel.platform.search.embedding.model2vec;

import java.util.Arrays;
import java.util.Map;

/**
 * WordPiece as BERT has it: the longest piece of the vocabulary that a word begins with, then the longest that the rest
 * begins with, which carries the prefix of continuations ({@code ##}). A word of which a part is not in the vocabulary, or
 * that is too long, is unknown as a whole (Schuster and Nakajima 2012; huggingface/tokenizers, models/wordpiece).
 */
final class WordPiece implements Tokenizer.Pieces {
    private static final int[] UNKNOWN = {-1};

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final String continuation;
    private final int maxWordLength;
    private final int highest;
    private final int longest;

    /**
     * A vocabulary.
     *
     * @param unknownPiece the sign for what is not known; its number is never given
     * @param maxWordLength longest word that is cut, in code points
     */
    WordPiece(Map<String, Integer> vocabulary, String unknownPiece, String continuation, int maxWordLength) {
        this.vocabulary = vocabulary;
        this.unknown = vocabulary.getOrDefault(unknownPiece, -1);
        this.continuation = continuation;
        this.maxWordLength = maxWordLength;
        this.highest =
                vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        this.longest =
                vocabulary.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    @Override
    public int[] of(String word) {
        if (word.codePointCount(0, word.length()) > maxWordLength) {
            return UNKNOWN;
        }
        int[] found = new int[word.length()];
        int count = 0;
        int at = 0;
        while (at < word.length()) {
            int end = Math.min(word.length(), at + longest);
            Integer piece = null;
            while (end > at && piece == null) {
                String part = word.substring(at, end);
                piece = vocabulary.get(at == 0 ? part : continuation + part);
                end -= piece == null ? 1 : 0;
            }
            if (piece == null) {
                return UNKNOWN;
            }
            found[count++] = piece == unknown ? -1 : piece;
            at = end;
        }
        return Arrays.copyOf(found, count);
    }

    @Override
    public Iterable<String> vocabulary() {
        return vocabulary.keySet();
    }

    @Override
    public int highest() {
        return highest;
    }
}
