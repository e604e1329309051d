package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Words of a language whose full stop does not end a sentence. */
final class Abbreviations {

    private static final int LONGEST = 12;

    private static final Set<String> OF_ALL =
            Set.of("dr", "prof", "st", "nr", "vol", "p", "pp", "vs", "cf", "etc", "ca", "fig");

    private static final Map<String, Set<String>> OF_LANGUAGE = Map.of(
            "english",
                    Set.of(
                            "mr", "mrs", "ms", "jr", "sr", "e.g", "i.e", "approx", "dept", "est", "inc", "ltd", "co",
                            "corp", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
                            "al", "eq", "sec", "ch", "rev", "gen"),
            "german",
                    Set.of(
                            "z.b", "d.h", "u.a", "s", "bzw", "usw", "evtl", "ggf", "inkl", "zzgl", "vgl", "abb", "abs",
                            "art", "aufl", "bd", "bsp", "hr", "fr", "str", "tel", "u", "o.ä", "i.d.r", "m.e", "mio",
                            "mrd", "geb", "gest", "hrsg", "kap"),
            "french",
                    Set.of(
                            "m", "mm", "mme", "mlle", "p.ex", "c.-à-d", "env", "av", "bd", "chap", "éd", "art", "janv",
                            "févr", "juil"),
            "spanish",
                    Set.of(
                            "sr", "sra", "srta", "ud", "uds", "p.ej", "pág", "núm", "cap", "av", "dra", "lic", "ing",
                            "aprox"),
            "italian", Set.of("sig", "sig.ra", "sigg", "dott", "ing", "avv", "pag", "cap", "es", "ecc", "art", "tel"),
            "portuguese", Set.of("sr", "sra", "dra", "p.ex", "pág", "cap", "av", "tel", "núm", "aprox"),
            "dutch", Set.of("dhr", "mevr", "bijv", "bv", "d.w.z", "o.a", "enz", "blz", "hfst", "art", "t.a.v", "i.p.v"),
            "russian",
                    Set.of(
                            "г", "гг", "в", "вв", "т.е", "т.д", "т.п", "и.о", "им", "ул", "стр", "см", "рис", "напр",
                            "руб", "тыс", "млн"));

    /** Languages that write ordinal numbers with a full stop. */
    private static final Set<String> ORDINALS =
            Set.of("german", "danish", "norwegian", "finnish", "hungarian", "turkish", "serbian", "estonian", "basque");

    private final Set<String> words;
    private final boolean ordinals;

    private Abbreviations(Set<String> words, boolean ordinals) {
        this.words = words;
        this.ordinals = ordinals;
    }

    /** Those of a language of the keyword index; of any other those that many languages have. */
    static Abbreviations of(String language) {
        Set<String> words = new HashSet<>(OF_ALL);
        words.addAll(OF_LANGUAGE.getOrDefault(language, Set.of()));
        return new Abbreviations(words, ORDINALS.contains(language));
    }

    /** Whether the full stop at an index belongs to the word before it. */
    boolean endsWith(String text, int from, int fullStop) {
        int start = fullStop;
        boolean digits = true;
        while (start > from && fullStop - start <= LONGEST && isWordChar(text.charAt(start - 1))) {
            start--;
            digits &= Character.isDigit(text.charAt(start));
        }
        int length = fullStop - start;
        if (length == 0 || length > LONGEST) {
            return false;
        }
        if (digits) {
            return ordinals && length <= 2;
        }
        boolean initial = length == 1 && Character.isUpperCase(text.charAt(start));
        return initial || words.contains(text.substring(start, fullStop).toLowerCase(java.util.Locale.ROOT));
    }

    private static boolean isWordChar(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-';
    }
}
