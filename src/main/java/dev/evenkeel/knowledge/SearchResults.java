package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.FoundChunks.Found;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import dev.evenkeel.platform.search.lexical.TextMatch;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns found chunk numbers into results: reads the live rows, which drops what was deleted, and keeps to the budgets. */
@ApplicationScoped
public class SearchResults {
    /** Rows read beyond the limit, in place of hits that turn out to be gone. */
    private static final int SPARE = 10;

    private static final String ROWS = """
            select k.no, k.id, k.document_id, k.ordinal, k.content, k.heading_path, k.page_from, k.page_to, k.line_from,
                   k.line_to, k.tokens, d.title, d.source_path, d.document_type, d.collection_id, c.name, c.language
            from unnest($1::bigint[]) as wanted(no)
            join chunk k on k.no = wanted.no
            join document d on d.id = k.document_id
            join collection c on c.id = d.collection_id
            where c.deleted_at is null
            """;

    private final TextMatcher matcher;

    SearchResults(TextMatcher matcher) {
        this.matcher = matcher;
    }

    /** A candidate whose row is there. */
    private record Live(Found found, Row row) {}

    Uni<SearchView> read(SqlConnection connection, FoundChunks found, NewSearch wanted, LexicalQuery query) {
        double minScore = wanted.minScore() == null ? Double.NEGATIVE_INFINITY : wanted.minScore();
        List<Found> candidates = found.chunks().stream()
                .filter(chunk -> chunk.score() >= minScore)
                .limit(query.phrases().isEmpty() ? wanted.limitOrDefault() + SPARE : Long.MAX_VALUE)
                .toList();
        if (candidates.isEmpty()) {
            return Uni.createFrom().item(view(wanted, found, List.of()));
        }
        return connection
                .preparedQuery(ROWS)
                .execute(Tuple.of(candidates.stream().map(Found::chunkNo).toArray(Long[]::new)))
                .map(rows -> live(candidates, rows))
                .chain(live -> matcher.match(connection, query, texts(live))
                        .map(matches -> view(wanted, found, withinBudget(wanted, found.mode(), live, matches))));
    }

    private static List<Live> live(List<Found> candidates, RowSet<Row> rows) {
        Map<Long, Row> byNo = new HashMap<>();
        rows.forEach(row -> byNo.put(row.getLong("no"), row));
        List<Live> live = new ArrayList<>(candidates.size());
        for (Found candidate : candidates) {
            Row row = byNo.get(candidate.chunkNo());
            if (row != null) {
                live.add(new Live(candidate, row));
            }
        }
        return live;
    }

    private static List<TextMatcher.Text> texts(List<Live> live) {
        return live.stream()
                .map(chunk -> new TextMatcher.Text(
                        chunk.row().getString("language"), chunk.row().getString("content")))
                .toList();
    }

    /** Leaves out what lacks a quoted phrase (a search by meaning knows no phrases), then keeps to limit and budget. */
    private static List<SearchView.Result> withinBudget(
            NewSearch wanted, String mode, List<Live> live, List<TextMatch> matches) {
        long budget = wanted.maxTokens() == null ? Long.MAX_VALUE : wanted.maxTokens();
        List<SearchView.Result> results = new ArrayList<>();
        for (int i = 0; i < live.size(); i++) {
            if (!matches.get(i).hasPhrases() && !mode.equals("vector")) {
                continue;
            }
            budget -= live.get(i).row().getInteger("tokens");
            if (budget < 0 || results.size() == wanted.limitOrDefault()) {
                break;
            }
            results.add(result(live.get(i).found(), live.get(i).row(), matches.get(i)));
        }
        return results;
    }

    private static SearchView view(NewSearch wanted, FoundChunks found, List<SearchView.Result> results) {
        long tokens = results.stream().mapToLong(SearchView.Result::tokens).sum();
        return new SearchView(wanted.query(), found.mode(), results, results.size(), tokens, found.degraded(), null);
    }

    private static SearchView.Result result(Found found, Row row, TextMatch match) {
        return new SearchView.Result(
                row.getUUID("id"),
                row.getUUID("document_id"),
                row.getUUID("collection_id"),
                row.getString("name"),
                row.getString("title"),
                row.getString("source_path"),
                row.getString("document_type"),
                row.getInteger("ordinal"),
                List.of(row.getArrayOfStrings("heading_path")),
                row.getInteger("page_from"),
                row.getInteger("page_to"),
                row.getInteger("line_from"),
                row.getInteger("line_to"),
                row.getInteger("tokens"),
                found.score(),
                found.keywordScore(),
                found.keywordRank(),
                found.vectorScore(),
                found.vectorRank(),
                row.getString("content"),
                match.highlights().stream()
                        .map(range -> new SearchView.Highlight(range.start(), range.end()))
                        .toList());
    }
}
