package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.SearchResults.Shown;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import dev.evenkeel.knowledge.notes.NoteStanding;
import dev.evenkeel.platform.search.lexical.LexicalQuery;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What links and titles of documents add to a search; nothing, and no statement, unless it is asked for. */
@ApplicationScoped
public class SearchLinks {
    private final NoteStanding notes;
    private final SearchTitles titles;

    SearchLinks(NoteStanding notes, SearchTitles titles) {
        this.notes = notes;
        this.titles = titles;
    }

    /**
     * Prefers what others link to, in proportion to the percentile of its document, and what has words of the query in its
     * title, in proportion to their share.
     */
    Uni<FoundChunks> raise(SqlConnection connection, FoundChunks found, NewSearch wanted, LexicalQuery query) {
        double byLinks = wanted.linkBoostOrDefault();
        double byTitle = wanted.titleBoostOrDefault();
        if (byLinks + byTitle == 0 || found.chunks().isEmpty()) {
            return Uni.createFrom().item(found);
        }
        Map<Long, Double> shares = new HashMap<>();
        Uni<Map<Long, Double>> percentiles =
                byLinks == 0 ? Uni.createFrom().item(Map.of()) : notes.percentiles(connection, found.chunkNos());
        return percentiles
                .invoke(known -> known.forEach((no, percentile) -> shares.put(no, byLinks * percentile)))
                .chain(() -> byTitle == 0
                        ? Uni.createFrom().item(Map.<Long, Double>of())
                        : titles.shares(connection, found.chunkNos(), query))
                .map(known -> {
                    known.forEach((no, share) -> shares.merge(no, byTitle * share, Double::sum));
                    return found.raised(shares, byLinks + byTitle);
                });
    }

    /** What is around the documents of the results; null unless that is asked for. */
    Uni<@Nullable List<LinkedDocuments>> around(SqlConnection connection, Shown shown, NewSearch wanted) {
        if (!Boolean.TRUE.equals(wanted.includeLinks()) || shown.pieces().isEmpty()) {
            return Uni.createFrom().nullItem();
        }
        return notes.around(
                connection,
                shown.pieces().stream()
                        .map(piece -> piece.passage().documentId())
                        .distinct()
                        .toList());
    }
}
