package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.List;

/** Looks for words that follow one another. Inflected forms count as the word; stop words count too. Pure CPU work. */
final class PhraseMatcher {
    private final Stems stems;
    private final List<List<String>> phrases;

    /** @param stems of the phrases' tokens and of the texts' */
    PhraseMatcher(Stems stems, List<List<String>> phrases) {
        this.stems = stems;
        this.phrases = phrases.stream()
                .map(phrase -> phrase.stream().map(this::key).toList())
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
        return phrases.stream().allMatch(phrase -> java.util.Collections.indexOfSubList(keys, phrase) >= 0);
    }

    private String key(String token) {
        String term = stems.termOf(token);
        return term == null ? Folding.unaccent(token) : term;
    }
}
