package dev.evenkeel.platform.search.lexical;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The languages of a corpus: PostgreSQL's text search configurations that every supported server has. */
public final class Languages {
    /** No stemming and no stop words: every word is a term, accents aside. */
    public static final String SIMPLE = "simple";

    private static final Set<String> STEMMED = Set.of(
            "arabic",
            "armenian",
            "basque",
            "catalan",
            "danish",
            "dutch",
            "english",
            "finnish",
            "french",
            "german",
            "greek",
            "hindi",
            "hungarian",
            "indonesian",
            "irish",
            "italian",
            "lithuanian",
            "nepali",
            "norwegian",
            "portuguese",
            "romanian",
            "russian",
            "serbian",
            "spanish",
            "swedish",
            "tamil",
            "turkish",
            "yiddish");

    private Languages() {}

    /** Every accepted language name, sorted. */
    public static Set<String> supported() {
        Set<String> all = new TreeSet<>(STEMMED);
        all.add(SIMPLE);
        return all;
    }

    public static boolean isSupported(String language) {
        return language.equals(SIMPLE) || STEMMED.contains(language);
    }

    /** The server's stemming dictionary of a language; none for {@link #SIMPLE}. */
    static @Nullable String dictionary(String language) {
        if (!isSupported(language)) {
            throw new IllegalArgumentException("unknown language: " + language);
        }
        return language.equals(SIMPLE) ? null : "pg_catalog." + language + "_stem";
    }

    /**
     * Whether accents go before stemming. English words are written with and without them; elsewhere the stemmer and
     * the stop words need them, so they go afterwards.
     */
    static boolean unaccentsFirst(String language) {
        return language.equals(SIMPLE) || language.equals("english");
    }
}
