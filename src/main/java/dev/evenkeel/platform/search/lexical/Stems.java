package dev.evenkeel.platform.search.lexical;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The terms of a set of tokens in one language. Immutable. */
public final class Stems {
    private static final String STOP_WORD = "";

    private final String language;
    private final Map<String, String> dictionaryForms;

    Stems(String language, Map<String, String> dictionaryForms) {
        this.language = language;
        this.dictionaryForms = dictionaryForms;
    }

    public String language() {
        return language;
    }

    /** The term under which a token is indexed and searched; null for a stop word. */
    public @Nullable String termOf(String token) {
        String form = Stemmer.dictionaryInput(language, token);
        if (!Stemmer.isStemmable(language, token)) {
            return Folding.unaccent(form);
        }
        String stem = dictionaryForms.getOrDefault(form, form);
        if (stem.equals(STOP_WORD)) {
            return null;
        }
        return Languages.unaccentsFirst(language) ? stem : Folding.unaccent(stem);
    }
}
