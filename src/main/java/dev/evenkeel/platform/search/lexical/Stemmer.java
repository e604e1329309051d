package dev.evenkeel.platform.search.lexical;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stems and stop words by the database's own dictionaries, remembered in memory, so that every replica and every query
 * agrees with what was indexed.
 */
@ApplicationScoped
public class Stemmer {
    /** Longer tokens are no words of a natural language. */
    private static final int MAX_WORD_LENGTH = 40;

    private static final int WORDS_PER_STATEMENT = 2_000;

    /** Beyond this (CJK radicals) no script has a stemmer. */
    private static final char FIRST_UNSTEMMED_CHARACTER = 0x2E80;

    private static final String LEXIZE = """
            select array_agg(case when stems is null then word else coalesce(stems[1], '') end order by ordinal)
            from (select word, ordinal, ts_lexize($1::text::regdictionary, word) as stems
                  from unnest($2::text[]) with ordinality as given(word, ordinal)) as looked_up""";

    private final Map<String, GenerationalCache<String, String>> caches = new ConcurrentHashMap<>();
    private final int cachedWords;

    Stemmer(LexicalConfig config) {
        this.cachedWords = config.cachedWords();
    }

    /**
     * The terms of the given tokens. Asks the database only for words that are not remembered.
     *
     * @throws IllegalArgumentException when the language is not one of {@link Languages#supported()}
     */
    public Uni<Stems> stems(SqlConnection connection, String language, Collection<String> tokens) {
        Lookup lookup = lookup(language, tokens);
        return lookup.complete() ? Uni.createFrom().item(lookup.stems()) : finish(connection, lookup);
    }

    /** What memory knows about the tokens; {@link #finish} asks the database for the rest. Pure CPU work. */
    Lookup lookup(String language, Collection<String> tokens) {
        String dictionary = Languages.dictionary(language);
        Lookup lookup = new Lookup(language, new HashMap<>(), new LinkedHashSet<>());
        if (dictionary == null) {
            return lookup;
        }
        GenerationalCache<String, String> cache = cache(language);
        for (String token : tokens) {
            if (isStemmable(language, token)) {
                String form = dictionaryInput(language, token);
                String stem = cache.get(form);
                if (stem == null) {
                    lookup.missing().add(form);
                } else {
                    lookup.known().put(form, stem);
                }
            }
        }
        return lookup;
    }

    Uni<Stems> finish(SqlConnection connection, Lookup lookup) {
        String dictionary = Languages.dictionary(lookup.language());
        List<String> missing = new ArrayList<>(lookup.missing());
        List<List<String>> statements = new ArrayList<>();
        for (int from = 0; from < missing.size(); from += WORDS_PER_STATEMENT) {
            statements.add(missing.subList(from, Math.min(missing.size(), from + WORDS_PER_STATEMENT)));
        }
        return Multi.createFrom()
                .iterable(statements)
                .onItem()
                .transformToUniAndConcatenate(
                        words -> lexize(connection, dictionary, words).invoke(stems -> remember(lookup, words, stems)))
                .collect()
                .last()
                .replaceWith(lookup::stems);
    }

    private static Uni<String[]> lexize(SqlConnection connection, @Nullable String dictionary, List<String> words) {
        return connection
                .preparedQuery(LEXIZE)
                .execute(Tuple.of(dictionary, words.toArray(String[]::new)))
                .map(rows -> rows.iterator().next().getArrayOfStrings(0));
    }

    private void remember(Lookup lookup, List<String> words, String[] stems) {
        GenerationalCache<String, String> cache = cache(lookup.language());
        for (int i = 0; i < stems.length; i++) {
            String word = words.get(i);
            String stem = stems[i].equals(word) ? word : stems[i];
            cache.put(word, stem);
            lookup.known().put(word, stem);
        }
    }

    private GenerationalCache<String, String> cache(String language) {
        return caches.computeIfAbsent(language, ignored -> new GenerationalCache<>(cachedWords));
    }

    static String dictionaryInput(String language, String token) {
        return Languages.unaccentsFirst(language) ? Folding.unaccent(token) : token;
    }

    /** Only words of letters have a stem; identifiers with digits or signs, and pairs of ideographs, stay as they are. */
    static boolean isStemmable(String language, String token) {
        if (language.equals(Languages.SIMPLE) || token.length() > MAX_WORD_LENGTH) {
            return false;
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean ascii = c >= 'a' && c <= 'z';
            if (!ascii && (c < 128 || c >= FIRST_UNSTEMMED_CHARACTER || Character.isDigit(c))) {
                return false;
            }
        }
        return true;
    }

    record Lookup(String language, Map<String, String> known, Set<String> missing) {
        boolean complete() {
            return missing.isEmpty();
        }

        Stems stems() {
            return new Stems(language, known);
        }
    }
}
