package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.SearchResults.Shown;
import dev.evenkeel.knowledge.SearchView.Suggestion;
import dev.evenkeel.platform.search.lexical.Analyzer;
import dev.evenkeel.platform.search.lexical.CorpusRef;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.lexical.LexicalVocabulary;
import dev.evenkeel.platform.search.lexical.LexicalVocabulary.Replacement;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import dev.evenkeel.platform.search.lexical.Token;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what else could be searched for: from what is stored, never from a list of words. */
@ApplicationScoped
public class SearchSuggestions {
    private static final int MAX_HEADINGS = 3;

    private final LexicalVocabulary vocabulary;
    private final TextMatcher matcher;

    SearchSuggestions(LexicalVocabulary vocabulary, TextMatcher matcher) {
        this.vocabulary = vocabulary;
        this.matcher = matcher;
    }

    /**
     * First a spelling with which every word occurs, if there is one, then headings that say more than the query; null unless
     * suggestions are asked for.
     */
    Uni<@Nullable List<Suggestion>> of(
            SqlConnection connection, List<CollectionRef> searched, Shown shown, NewSearch wanted, LexicalQuery query) {
        if (!Boolean.TRUE.equals(wanted.suggest())) {
            return Uni.createFrom().nullItem();
        }
        List<CorpusRef> corpora = searched.stream()
                .map(collection -> new CorpusRef(collection.corpusNo(), collection.language()))
                .toList();
        List<Suggestion> suggestions = new ArrayList<>();
        return vocabulary
                .replacements(connection, corpora, query)
                .invoke(replacements -> {
                    if (!replacements.isEmpty()) {
                        suggestions.add(respelled(wanted.query(), replacements));
                    }
                })
                .chain(() -> headings(connection, searched, shown, query))
                .map(headings -> {
                    suggestions.addAll(headings);
                    return suggestions;
                });
    }

    /** The query with other words in the place of those that occur nowhere. */
    static Suggestion respelled(String query, List<Replacement> replacements) {
        Map<String, Replacement> byWord =
                replacements.stream().collect(Collectors.toMap(Replacement::word, Function.identity()));
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (Token token : Analyzer.queryTokens(query)) {
            Replacement replacement = byWord.get(token.text());
            if (replacement != null && token.start() >= at) {
                text.append(query, at, token.start()).append(replacement.instead());
                at = token.end();
            }
        }
        boolean begins = replacements.stream().allMatch(Replacement::begins);
        return new Suggestion(
                begins ? Suggestion.Kind.completion : Suggestion.Kind.correction,
                text.append(query.substring(at)).toString());
    }

    /** Headings of the results that have a word of the query and others besides. */
    private Uni<List<Suggestion>> headings(
            SqlConnection connection, List<CollectionRef> searched, Shown shown, LexicalQuery query) {
        Map<java.util.UUID, String> languages = searched.stream()
                .collect(Collectors.toMap(CollectionRef::id, CollectionRef::language, (one, same) -> one));
        List<TextMatcher.Text> headings = shown.results().stream()
                .filter(result -> !result.headingPath().isEmpty())
                .map(result -> new TextMatcher.Text(
                        languages.getOrDefault(result.collectionId(), "simple"),
                        result.headingPath().get(result.headingPath().size() - 1)))
                .distinct()
                .toList();
        return matcher.match(connection, query, headings).map(matches -> {
            List<Suggestion> suggestions = new ArrayList<>();
            for (int i = 0; i < headings.size() && suggestions.size() < MAX_HEADINGS; i++) {
                String heading = headings.get(i).content();
                boolean saysMore = Analyzer.queryTokens(heading).stream()
                        .anyMatch(token -> !query.words().containsKey(token.text()));
                if (matches.get(i).share() > 0 && saysMore) {
                    suggestions.add(new Suggestion(Suggestion.Kind.heading, heading));
                }
            }
            return suggestions;
        });
    }
}
