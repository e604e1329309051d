package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.FoundChunks.Found;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.lexical.TextMatch;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns found chunk numbers into results: reads the live rows, which drops what was deleted, and keeps to the budgets. */
@ApplicationScoped
public class SearchResults {
    /** Rows read beyond the limit, in place of hits that turn out to be gone. */
    private static final int SPARE = 10;

    private static final String ROWS = "select " + Passage.COLUMNS + """
            , k.heading_path, d.title, d.source_path, d.document_type, d.collection_id, c.name, c.language
            from unnest($1::bigint[]) as wanted(no)
            join chunk k on k.no = wanted.no
            join document d on d.id = k.document_id
            join collection c on c.id = d.collection_id
            where c.deleted_at is null
            """;

    private static final String DOCUMENTS = """
            select k.no, k.document_id from unnest($1::bigint[]) as wanted(no) join chunk k on k.no = wanted.no
            """;

    private final TextMatcher matcher;
    private final SearchNeighbours neighbours;

    SearchResults(TextMatcher matcher, SearchNeighbours neighbours) {
        this.matcher = matcher;
        this.neighbours = neighbours;
    }

    /**
     * What is shown of a search.
     *
     * @param pieces best first
     * @param more whether there is something behind the last that a further {@code offset} reaches
     * @param groups the documents, best first, when they are grouped
     */
    record Shown(
            String mode,
            List<Piece> pieces,
            boolean more,
            @Nullable List<SearchView.Group> groups,
            @Nullable String degraded) {
        List<SearchView.Result> results() {
            return pieces.stream().map(Piece::result).toList();
        }

        /** Of the results and their neighbours. */
        long tokens() {
            return pieces.stream().mapToLong(Piece::tokens).sum();
        }
    }

    /** A result's passage with its neighbours, nearest first. */
    record Piece(SearchView.Result result, Passage passage, List<Passage> around) {
        private long tokens() {
            return passage.tokens() + around.stream().mapToLong(Passage::tokens).sum();
        }
    }

    /** A candidate whose row is there. */
    private record Hit(Found found, Row row, Passage passage, TextMatch match) {
        UUID documentId() {
            return passage.documentId();
        }
    }

    /** A candidate and its document. */
    private record Owned(Found found, UUID documentId) {}

    /**
     * One page of a ranking.
     *
     * @param sizes of the groups on it: how many of the ranking belong to each document; empty when it is not grouped
     * @param more whether something follows
     */
    private record Part<T>(List<T> items, Map<UUID, Integer> sizes, boolean more) {
        <U> Part<U> with(List<U> others) {
            return new Part<>(others, sizes, more);
        }
    }

    Uni<Shown> read(SqlConnection connection, FoundChunks found, NewSearch wanted, LexicalQuery query) {
        List<Found> candidates = found.reaching(wanted);
        Uni<Part<Hit>> part;
        if (candidates.isEmpty()) {
            part = Uni.createFrom().item(new Part<>(List.of(), Map.of(), false));
        } else if (!query.phrases().isEmpty() && !found.mode().equals("vector")) {
            // A search by meaning knows no phrases.
            part = hits(connection, candidates, query)
                    .map(hits -> hits.stream()
                            .filter(hit -> hit.match().hasPhrases())
                            .toList())
                    .map(hits -> part(hits, Hit::documentId, wanted));
        } else if (wanted.grouped()) {
            part = owned(connection, candidates)
                    .map(owned -> part(owned, Owned::documentId, wanted))
                    .chain(owned -> hits(
                                    connection,
                                    owned.items().stream().map(Owned::found).toList(),
                                    query)
                            .map(owned::with));
        } else {
            part = window(connection, candidates, wanted, query);
        }
        return part.chain(hits -> show(connection, found, wanted, hits));
    }

    private static <T> Part<T> part(List<T> ranking, Function<T, UUID> documentOf, NewSearch wanted) {
        int from = wanted.offsetOrDefault();
        int to = from + wanted.limitOrDefault();
        if (!wanted.grouped()) {
            return new Part<>(slice(ranking, from, to), Map.of(), ranking.size() > to);
        }
        List<DocumentGroups.Group<T>> groups = DocumentGroups.of(ranking, documentOf, wanted.groupSizeOrDefault());
        Map<UUID, Integer> sizes = new LinkedHashMap<>();
        List<T> items = new ArrayList<>();
        for (DocumentGroups.Group<T> group : slice(groups, from, to)) {
            sizes.put(group.documentId(), group.all());
            items.addAll(group.best());
        }
        return new Part<>(items, sizes, groups.size() > to);
    }

    private static <T> List<T> slice(List<T> list, int from, int to) {
        return list.subList(Math.min(from, list.size()), Math.min(to, list.size()));
    }

    private Uni<Part<Hit>> window(
            SqlConnection connection, List<Found> candidates, NewSearch wanted, LexicalQuery query) {
        int to = wanted.offsetOrDefault() + wanted.limitOrDefault();
        List<Found> window = slice(candidates, wanted.offsetOrDefault(), to + SPARE);
        return hits(connection, window, query)
                .map(hits -> new Part<>(
                        slice(hits, 0, wanted.limitOrDefault()), Map.of(), hits.size() > wanted.limitOrDefault()));
    }

    private static Uni<List<Owned>> owned(SqlConnection connection, List<Found> candidates) {
        return connection.preparedQuery(DOCUMENTS).execute(numbers(candidates)).map(rows -> {
            Map<Long, UUID> documents = new HashMap<>();
            rows.forEach(row -> documents.put(row.getLong("no"), row.getUUID("document_id")));
            List<Owned> owned = new ArrayList<>(candidates.size());
            for (Found candidate : candidates) {
                UUID document = documents.get(candidate.chunkNo());
                if (document != null) {
                    owned.add(new Owned(candidate, document));
                }
            }
            return owned;
        });
    }

    private static Tuple numbers(List<Found> candidates) {
        return Tuple.of(candidates.stream().map(Found::chunkNo).toArray(Long[]::new));
    }

    private Uni<List<Hit>> hits(SqlConnection connection, List<Found> candidates, LexicalQuery query) {
        if (candidates.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return connection.preparedQuery(ROWS).execute(numbers(candidates)).chain(rows -> {
            Map<Long, Row> byNo = new HashMap<>();
            rows.forEach(row -> byNo.put(row.getLong("no"), row));
            List<Found> live = candidates.stream()
                    .filter(candidate -> byNo.containsKey(candidate.chunkNo()))
                    .toList();
            List<Row> liveRows = live.stream()
                    .map(candidate -> Objects.requireNonNull(byNo.get(candidate.chunkNo())))
                    .toList();
            return matcher.match(connection, query, texts(liveRows)).map(matches -> {
                List<Hit> hits = new ArrayList<>(live.size());
                for (int i = 0; i < live.size(); i++) {
                    hits.add(new Hit(live.get(i), liveRows.get(i), Passage.of(liveRows.get(i)), matches.get(i)));
                }
                return hits;
            });
        });
    }

    private static List<TextMatcher.Text> texts(List<Row> rows) {
        return rows.stream()
                .map(row -> new TextMatcher.Text(row.getString("language"), row.getString("content")))
                .toList();
    }

    private Uni<Shown> show(SqlConnection connection, FoundChunks found, NewSearch wanted, Part<Hit> part) {
        long budget = wanted.maxTokens() == null ? Long.MAX_VALUE : wanted.maxTokens();
        List<Hit> within = within(part.items(), wanted.grouped(), budget);
        boolean more = (part.more() || within.size() < part.items().size()) && nextPageIsReachable(within, wanted);
        FoundChunks said = within.isEmpty() && !part.items().isEmpty()
                ? found.degradedBy("The first result alone has "
                        + part.items().get(0).passage().tokens() + " tokens, more than max_tokens allows.")
                : found;
        long left = budget
                - within.stream().mapToLong(hit -> hit.passage().tokens()).sum();
        return neighbours
                .around(
                        connection,
                        within.stream().map(Hit::passage).toList(),
                        left > 0 ? wanted.neighboursOrDefault() : 0)
                .map(around -> {
                    List<Piece> pieces = pieces(within, around, wanted, left);
                    return new Shown(
                            said.mode(),
                            pieces,
                            more,
                            wanted.grouped() ? groups(pieces, part.sizes()) : null,
                            said.degraded());
                });
    }

    /**
     * The hits that the budget allows. It ends between two groups: the next page begins with a whole one. Only when the first
     * group is too large in itself, a part of it is given.
     */
    private static List<Hit> within(List<Hit> hits, boolean grouped, long budget) {
        long used = 0;
        int groupStart = 0;
        for (int i = 0; i < hits.size(); i++) {
            if (!grouped
                    || i > 0 && !hits.get(i).documentId().equals(hits.get(i - 1).documentId())) {
                groupStart = i;
            }
            used += hits.get(i).passage().tokens();
            if (used > budget) {
                return hits.subList(0, groupStart == 0 ? i : groupStart);
            }
        }
        return hits;
    }

    /** Whether who goes on behind what is given gets further. */
    private static boolean nextPageIsReachable(List<Hit> given, NewSearch wanted) {
        long count = wanted.grouped()
                ? given.stream().map(Hit::documentId).distinct().count()
                : given.size();
        return count > 0 && wanted.offsetOrDefault() + count < NewSearch.DEEPEST;
    }

    /** The results with as many of their neighbours as the rest of the budget allows, better results first. */
    private static List<Piece> pieces(List<Hit> hits, List<List<Passage>> around, NewSearch wanted, long budget) {
        long left = budget;
        List<Piece> pieces = new ArrayList<>(hits.size());
        for (int i = 0; i < hits.size(); i++) {
            List<Passage> kept = new ArrayList<>();
            for (Passage neighbour : around.get(i)) {
                if (neighbour.tokens() > left) {
                    break;
                }
                left -= neighbour.tokens();
                kept.add(neighbour);
            }
            List<SearchView.Neighbour> neighbours = wanted.neighboursOrDefault() == 0
                    ? null
                    : kept.stream()
                            .sorted(Comparator.comparingInt(Passage::ordinal))
                            .map(SearchView.Neighbour::of)
                            .toList();
            pieces.add(new Piece(result(hits.get(i), neighbours), hits.get(i).passage(), kept));
        }
        return pieces;
    }

    private static List<SearchView.Group> groups(List<Piece> pieces, Map<UUID, Integer> sizes) {
        return DocumentGroups.of(pieces, piece -> piece.passage().documentId(), Integer.MAX_VALUE).stream()
                .map(group -> {
                    SearchView.Result best = group.best().get(0).result();
                    return new SearchView.Group(
                            best.documentId(),
                            best.collectionId(),
                            best.title(),
                            best.score(),
                            sizes.getOrDefault(best.documentId(), group.all()),
                            group.best().stream()
                                    .map(piece -> piece.result().chunkId())
                                    .toList());
                })
                .toList();
    }

    private static SearchView.Result result(Hit hit, @Nullable List<SearchView.Neighbour> neighbours) {
        Row row = hit.row();
        Found found = hit.found();
        Passage passage = hit.passage();
        return new SearchView.Result(
                passage.chunkId(),
                passage.documentId(),
                row.getUUID("collection_id"),
                row.getString("name"),
                row.getString("title"),
                row.getString("source_path"),
                row.getString("document_type"),
                passage.ordinal(),
                List.of(row.getArrayOfStrings("heading_path")),
                passage.pageFrom(),
                passage.pageTo(),
                passage.lineFrom(),
                passage.lineTo(),
                passage.tokens(),
                found.score(),
                found.keywordScore(),
                found.keywordRank(),
                found.vectorScore(),
                found.vectorRank(),
                passage.content(),
                hit.match().highlights().stream()
                        .map(range -> new SearchView.Highlight(range.start(), range.end()))
                        .toList(),
                neighbours,
                found.foundBy());
    }
}
