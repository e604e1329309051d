package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.FoundChunks.Found;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
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
                   k.line_to, k.tokens, d.title, d.source_path, d.document_type, d.collection_id, c.name
            from unnest($1::bigint[]) as wanted(no)
            join chunk k on k.no = wanted.no
            join document d on d.id = k.document_id
            join collection c on c.id = d.collection_id
            where c.deleted_at is null
            """;

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
                .map(rows -> {
                    Map<Long, Row> byNo = new HashMap<>();
                    rows.forEach(row -> byNo.put(row.getLong("no"), row));
                    return view(wanted, found, withinBudget(wanted, candidates, byNo));
                });
    }

    private static List<SearchView.Result> withinBudget(NewSearch wanted, List<Found> candidates, Map<Long, Row> rows) {
        long budget = wanted.maxTokens() == null ? Long.MAX_VALUE : wanted.maxTokens();
        List<SearchView.Result> results = new ArrayList<>();
        for (Found candidate : candidates) {
            Row row = rows.get(candidate.chunkNo());
            if (row == null) {
                continue;
            }
            budget -= row.getInteger("tokens");
            if (budget < 0 || results.size() == wanted.limitOrDefault()) {
                break;
            }
            results.add(result(candidate, row));
        }
        return results;
    }

    private static SearchView view(NewSearch wanted, FoundChunks found, List<SearchView.Result> results) {
        long tokens = results.stream().mapToLong(SearchView.Result::tokens).sum();
        return new SearchView(wanted.query(), found.mode(), results, results.size(), tokens, found.degraded());
    }

    private static SearchView.Result result(Found found, Row row) {
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
                List.of());
    }
}
