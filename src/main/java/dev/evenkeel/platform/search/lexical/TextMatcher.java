package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Looks at the texts of hits: where the query's words stand, and whether its phrases do. */
@ApplicationScoped
public class TextMatcher {
    private final Stemmer stemmer;
    private final Offload offload;

    TextMatcher(Stemmer stemmer, Offload offload) {
        this.stemmer = stemmer;
        this.offload = offload;
    }

    /** A text and the language of its corpus. */
    public record Text(String language, String content) {}

    /**
     * One match a text, in the texts' order. Takes about 10 microseconds for each kilobyte, off the event loop.
     *
     * @param connection asked for stems that are not in memory; needs no transaction
     */
    public Uni<List<TextMatch>> match(SqlConnection connection, LexicalQuery query, List<Text> texts) {
        if (texts.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return offload.interactive(() -> Read.of(query, texts))
                .chain(read -> Multi.createFrom()
                        .iterable(read.words().entrySet())
                        .onItem()
                        .transformToUniAndConcatenate(
                                language -> stemmer.stems(connection, language.getKey(), language.getValue()))
                        .collect()
                        .asMap(Stems::language)
                        .chain(stems -> offload.interactive(() -> matches(query, texts, read.tokens(), stems))));
    }

    /**
     * Texts cut into tokens.
     *
     * @param words the distinct ones of each language, with those of the query
     */
    private record Read(List<List<Token>> tokens, Map<String, Set<String>> words) {
        static Read of(LexicalQuery query, List<Text> texts) {
            List<List<Token>> tokens = new ArrayList<>(texts.size());
            Map<String, Set<String>> words = new HashMap<>();
            for (Text text : texts) {
                List<Token> cut = Analyzer.tokens(text.content());
                Set<String> ofLanguage = words.computeIfAbsent(
                        text.language(), language -> new HashSet<>(query.words().keySet()));
                cut.forEach(token -> ofLanguage.add(token.text()));
                tokens.add(cut);
            }
            return new Read(tokens, words);
        }
    }

    private static List<TextMatch> matches(
            LexicalQuery query, List<Text> texts, List<List<Token>> tokens, Map<String, Stems> stems) {
        Map<String, Highlighter> highlighters = new HashMap<>();
        Map<String, PhraseMatcher> phrases = new HashMap<>();
        stems.forEach((language, known) -> {
            highlighters.put(language, new Highlighter(known, query));
            phrases.put(language, new PhraseMatcher(known, query.phrases()));
        });
        List<TextMatch> matches = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String language = texts.get(i).language();
            List<Token> words = tokens.get(i);
            Highlighter highlighter = Objects.requireNonNull(highlighters.get(language));
            matches.add(new TextMatch(
                    highlighter.ranges(words),
                    Objects.requireNonNull(phrases.get(language)).matches(words),
                    highlighter.share(words)));
        }
        return matches;
    }
}
