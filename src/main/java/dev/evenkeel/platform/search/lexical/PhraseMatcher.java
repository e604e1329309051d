package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks for words that follow one another. Inflected forms count as the word; stop words count too. Pure CPU work, linear in the
 * phrase and the text together, however they repeat themselves (Knuth, Morris and Pratt 1977).
 */
final class PhraseMatcher {
    private final Stems stems;
    private final List<Phrase> phrases;

    /**
     * A phrase.
     *
     * @param borders of each of its beginnings, how many of its first words are its last words too
     */
    private record Phrase(List<String> keys, int[] borders) {
        static Phrase of(List<String> keys) {
            int[] borders = new int[keys.size()];
            for (int i = 1, matched = 0; i < borders.length; i++) {
                matched = next(keys, borders, matched, keys.get(i));
                borders[i] = matched;
            }
            return new Phrase(keys, borders);
        }

        /** How many words of the beginning match after one more word of the text. */
        private static int next(List<String> keys, int[] borders, int matched, String word) {
            int now = matched;
            while (now > 0 && !keys.get(now).equals(word)) {
                now = borders[now - 1];
            }
            return keys.get(now).equals(word) ? now + 1 : 0;
        }

        boolean isIn(List<String> words) {
            int matched = 0;
            for (String word : words) {
                matched = next(keys, borders, matched, word);
                if (matched == keys.size()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** @param stems of the phrases' tokens and of the texts' */
    PhraseMatcher(Stems stems, List<List<String>> phrases) {
        this.stems = stems;
        this.phrases = phrases.stream()
                .map(phrase -> Phrase.of(phrase.stream().map(this::key).toList()))
                .toList();
    }

    /** Whether every phrase occurs among a text's tokens. */
    boolean matches(List<Token> tokens) {
        if (phrases.isEmpty()) {
            return true;
        }
        List<String> keys = new ArrayList<>(tokens.size());
        for (Token token : tokens) {
            if (!token.overlap()) {
                keys.add(key(token.text()));
            }
        }
        return phrases.stream().allMatch(phrase -> phrase.isIn(keys));
    }

    private String key(String token) {
        String term = stems.termOf(token);
        return term == null ? Folding.unaccent(token) : term;
    }
}
