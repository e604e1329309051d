package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds, for words of a query that occur nowhere in some corpora, words that do: similar ones, and those they begin. Looks at
 * the terms with the same first two characters, also swapped, in the largest segments and up to a limit, so that it takes some
 * tens of milliseconds at most.
 */
@ApplicationScoped
public class LexicalVocabulary {
    /** Words of a query that are looked after. */
    private static final int MAX_WORDS = 3;

    private static final int SHORTEST_WORD = 3;
    private static final int LONGEST_WORD = 40;

    /** From this length on two changes are forgiven, not one. */
    private static final int LONG_WORD = 6;

    private static final int SEGMENTS = 8;
    private static final int TERMS_PER_SEGMENT = 1_000;

    /** Terms whose spelling is looked up, because the first may be of deleted chunks. */
    private static final int TRIED = 3;

    private static final String TERMS = """
            select found.term, sum(found.documents)::bigint as documents
            from unnest($1::bigint[]) as segment(segment_no)
            cross join unnest($2::text[]) as wanted(prefix)
            cross join lateral (
                select term, entry_count as documents from lexical_posting
                where lexical_posting.segment_no = segment.segment_no
                  and lexical_posting.term >= wanted.prefix collate "C"
                  and lexical_posting.term < (wanted.prefix || U&'\\+10FFFF') collate "C"
                order by term limit $3) found
            group by found.term""";

    private final Stemmer stemmer;
    private final LexicalSearch search;
    private final LexicalIndex index;
    private final Offload offload;

    LexicalVocabulary(Stemmer stemmer, LexicalSearch search, LexicalIndex index, Offload offload) {
        this.stemmer = stemmer;
        this.search = search;
        this.index = index;
        this.offload = offload;
    }

    /**
     * A word of a query that occurs nowhere.
     *
     * @param word as the query has it, folded
     * @param instead a word that occurs, as it is spelled in a text
     * @param begins whether the one is the beginning of the other
     */
    public record Replacement(String word, String instead, boolean begins) {}

    /** A term of the index. */
    private record Known(String term, long documents) {}

    /** A term that a word may stand for. */
    private record Similar(String term, boolean begins, int distance, long documents) {
        static final Comparator<Similar> BEST_FIRST = Comparator.comparingInt(Similar::distance)
                .thenComparing(Comparator.comparingLong(Similar::documents).reversed())
                .thenComparing(Similar::term);
    }

    /** At most one replacement for each of the first words that occur nowhere, in the order of the query. */
    public Uni<List<Replacement>> replacements(SqlConnection connection, List<CorpusRef> corpora, LexicalQuery query) {
        if (query.words().isEmpty() || corpora.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Set<String> languages = new LinkedHashSet<>();
        corpora.forEach(corpus -> languages.add(corpus.language()));
        return Multi.createFrom()
                .iterable(languages)
                .onItem()
                .transformToUniAndConcatenate(language ->
                        stemmer.stems(connection, language, query.words().keySet()))
                .collect()
                .asList()
                .chain(stems -> replacements(connection, corpora, query, stems))
                // A merge came between; there will be another search.
                .onFailure(LexicalSearch.SegmentGone.class)
                .recoverWithItem(List.of());
    }

    private Uni<List<Replacement>> replacements(
            SqlConnection connection, List<CorpusRef> corpora, LexicalQuery query, List<Stems> stems) {
        var bound = new BoundQuery(query, List.copyOf(new HashSet<>(corpora)), stems);
        if (bound.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return search.snapshot(connection, bound)
                .chain(snapshot -> search.segments(connection, snapshot).chain(segments -> {
                    Set<String> found = found(bound, snapshot, segments);
                    List<String> missing = query.words().keySet().stream()
                            .filter(word -> isWord(word) && !found.contains(word) && isTerm(word, stems))
                            .limit(MAX_WORDS)
                            .toList();
                    return replacements(connection, corpora, missing, stems, snapshot, segments);
                }));
    }

    private Uni<List<Replacement>> replacements(
            SqlConnection connection,
            List<CorpusRef> corpora,
            List<String> missing,
            List<Stems> stems,
            IndexSnapshot snapshot,
            List<Segment> segments) {
        Multi<List<Replacement>> found = Multi.createFrom()
                .iterable(missing)
                .onItem()
                .transformToUniAndConcatenate(
                        word -> replacement(connection, corpora, word, stems, snapshot, segments));
        return found.collect()
                .asList()
                .map(lists -> lists.stream().flatMap(List::stream).toList());
    }

    private static boolean isWord(String word) {
        return word.length() >= SHORTEST_WORD
                && word.length() <= LONGEST_WORD
                && word.chars().allMatch(Character::isLetter);
    }

    private static boolean isTerm(String word, List<Stems> stems) {
        return stems.stream().anyMatch(language -> language.termOf(word) != null);
    }

    /** The words of the query that occur. */
    private static Set<String> found(BoundQuery bound, IndexSnapshot snapshot, List<Segment> segments) {
        Set<String> found = new HashSet<>();
        for (int i = 0; i < bound.words().size(); i++) {
            BoundQuery.Word word = bound.words().get(i);
            if (snapshot.mergedFrequency(i) + SearchPlan.tailFrequency(word, snapshot, segments) > 0) {
                found.add(word.token());
            }
        }
        return found;
    }

    private Uni<List<Replacement>> replacement(
            SqlConnection connection,
            List<CorpusRef> corpora,
            String word,
            List<Stems> stems,
            IndexSnapshot snapshot,
            List<Segment> segments) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(word);
        stems.forEach(language -> {
            String term = language.termOf(word);
            if (term != null && term.length() >= SHORTEST_WORD) {
                forms.add(term);
            }
        });
        Set<String> prefixes = new LinkedHashSet<>();
        forms.forEach(form -> {
            prefixes.add(form.substring(0, 2));
            prefixes.add("" + form.charAt(1) + form.charAt(0));
        });
        return known(connection, snapshot, prefixes)
                .chain(merged -> offload.interactive(() -> {
                    Map<String, Long> terms = new HashMap<>();
                    merged.forEach(known -> terms.merge(known.term(), known.documents(), Long::sum));
                    addTails(segments, prefixes, terms);
                    return similar(forms, terms);
                }))
                .chain(similar -> spelled(connection, corpora, word, similar));
    }

    private static Uni<List<Known>> known(SqlConnection connection, IndexSnapshot snapshot, Set<String> prefixes) {
        Long[] largest = snapshot.entries().stream()
                .filter(IndexSnapshot.Entry::merged)
                .sorted(Comparator.comparingInt(IndexSnapshot.Entry::chunks).reversed())
                .limit(SEGMENTS)
                .map(IndexSnapshot.Entry::segmentNo)
                .toArray(Long[]::new);
        if (largest.length == 0) {
            return Uni.createFrom().item(List.of());
        }
        return connection
                .preparedQuery(TERMS)
                .execute(Tuple.of(largest, prefixes.toArray(String[]::new), TERMS_PER_SEGMENT))
                .map(rows -> {
                    List<Known> known = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        known.add(new Known(row.getString(0), row.getLong(1)));
                    }
                    return known;
                });
    }

    private static void addTails(List<Segment> segments, Set<String> prefixes, Map<String, Long> terms) {
        int left = SEGMENTS * TERMS_PER_SEGMENT;
        for (Segment segment : segments) {
            TailPostings tail = segment.tail();
            if (tail != null) {
                for (String prefix : prefixes) {
                    byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
                    for (int i = tail.firstFrom(start); i < tail.termCount() && left > 0; i++, left--) {
                        String term = new String(tail.term(i), StandardCharsets.UTF_8);
                        if (!term.startsWith(prefix)) {
                            break;
                        }
                        terms.merge(term, (long) tail.documentCount(i), Long::sum);
                    }
                }
            }
        }
    }

    private static List<Similar> similar(Set<String> forms, Map<String, Long> terms) {
        List<Similar> similar = new ArrayList<>();
        terms.forEach((term, documents) -> {
            Similar best = null;
            for (String form : forms) {
                int most = form.length() >= LONG_WORD ? 2 : 1;
                int distance = EditDistance.between(form, term, most);
                boolean begins = term.startsWith(form);
                if (distance <= most || begins) {
                    // A word that it begins comes behind those that are spelled almost alike.
                    var candidate = new Similar(term, begins, Math.min(distance, most + 1), documents);
                    best = best == null || Similar.BEST_FIRST.compare(candidate, best) < 0 ? candidate : best;
                }
            }
            if (best != null) {
                similar.add(best);
            }
        });
        similar.sort(Similar.BEST_FIRST);
        return similar.subList(0, Math.min(TRIED, similar.size()));
    }

    /** The first of some terms that a live chunk has, as the chunk spells it; a term is a stem, which is no word for people. */
    private Uni<List<Replacement>> spelled(
            SqlConnection connection, List<CorpusRef> corpora, String word, List<Similar> similar) {
        if (similar.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Similar first = similar.get(0);
        return spelling(connection, corpora, first.term())
                .chain(spelling -> spelling == null
                        ? spelled(connection, corpora, word, similar.subList(1, similar.size()))
                        : Uni.createFrom().item(List.of(new Replacement(word, spelling, first.begins()))));
    }

    private Uni<@Nullable String> spelling(SqlConnection connection, List<CorpusRef> corpora, String term) {
        return index.search(connection, corpora, LexicalQuery.parse(term), ChunkSet.ALL, 1)
                .chain(hits -> hits.isEmpty()
                        ? Uni.createFrom().nullItem()
                        : text(connection, corpora, hits.get(0))
                                .chain(text ->
                                        text == null ? Uni.createFrom().nullItem() : spelling(connection, text, term)));
    }

    /** A text and its language. */
    private record Text(String content, String language) {}

    private static Uni<@Nullable Text> text(SqlConnection connection, List<CorpusRef> corpora, LexicalHit hit) {
        String language = corpora.stream()
                .filter(corpus -> corpus.no() == hit.corpusNo())
                .map(CorpusRef::language)
                .findFirst()
                .orElse(Languages.SIMPLE);
        return connection
                .preparedQuery("select content from chunk where no = $1")
                .execute(Tuple.of(hit.chunkNo()))
                .map(rows -> rows.size() == 0
                        ? null
                        : new Text(rows.iterator().next().getString(0), language));
    }

    private Uni<@Nullable String> spelling(SqlConnection connection, Text text, String term) {
        return offload.interactive(() -> Analyzer.tokens(text.content()))
                .chain(tokens -> stemmer.stems(
                                connection,
                                text.language(),
                                tokens.stream().map(Token::text).distinct().toList())
                        .map(stems -> tokens.stream()
                                .filter(token -> term.equals(stems.termOf(token.text())))
                                .map(token -> text.content().substring(token.start(), token.end()))
                                .findFirst()
                                .orElse(null)));
    }
}
