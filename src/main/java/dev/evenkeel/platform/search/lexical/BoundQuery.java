package dev.evenkeel.platform.search.lexical;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query bound to the corpora it is asked of. A word is a token of the query; in each language it has a term of its
 * own, or none when it is a stop word there.
 */
final class BoundQuery {
    private final List<CorpusRef> corpora;
    private final List<String> languages;
    private final List<Word> words;
    private final boolean anyPhrase;

    /** A term as it is compared in the database and in memory. */
    record Term(String text, byte[] utf8) {
        Term(String text) {
            this(text, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * One token: itself, how often the query has it, its term in each language, whether a phrase demands it, and in how many
     * chunks it is that are themselves the question.
     */
    record Word(String token, double weight, List<@Nullable Term> terms, boolean required, int ownChunks) {
        @Nullable Term term(int language) {
            return terms.get(language);
        }
    }

    /** @param stems one for each distinct language of the corpora */
    BoundQuery(LexicalQuery query, List<CorpusRef> corpora, List<Stems> stems) {
        this.corpora = corpora;
        this.languages = stems.stream().map(Stems::language).toList();
        Set<String> required = query.phrases().stream().flatMap(List::stream).collect(Collectors.toSet());
        this.anyPhrase = !required.isEmpty();
        this.words = new ArrayList<>();
        query.words().forEach((token, count) -> {
            List<@Nullable Term> terms = new ArrayList<>();
            boolean any = false;
            for (Stems language : stems) {
                String term = language.termOf(token);
                terms.add(term == null ? null : new Term(term));
                any |= term != null;
            }
            if (any) {
                words.add(new Word(token, count, terms, required.contains(token), query.ownChunks(token)));
            }
        });
    }

    List<CorpusRef> corpora() {
        return corpora;
    }

    int languageOf(CorpusRef corpus) {
        return languages.indexOf(corpus.language());
    }

    List<Word> words() {
        return words;
    }

    boolean isEmpty() {
        return words.isEmpty() || corpora.isEmpty();
    }

    boolean hasPhrase() {
        return anyPhrase;
    }
}
