package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.notes.NoteStanding;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;

/** What links between documents add to a search; nothing, and no statement, unless it is asked for. */
@ApplicationScoped
public class SearchLinks {
    private final NoteStanding notes;

    SearchLinks(NoteStanding notes) {
        this.notes = notes;
    }

    /** Raises the score of what others link to: by the wanted share of itself times the percentile of its document. */
    Uni<FoundChunks> raise(SqlConnection connection, FoundChunks found, NewSearch wanted) {
        double boost = wanted.linkBoostOrDefault();
        if (boost == 0 || found.chunks().isEmpty()) {
            return Uni.createFrom().item(found);
        }
        return notes.percentiles(connection, found.chunkNos()).map(percentiles -> {
            Map<Long, Double> shares = new HashMap<>();
            percentiles.forEach((chunkNo, percentile) -> shares.put(chunkNo, boost * percentile));
            return found.raised(shares);
        });
    }

    /** Adds what is around the documents of the results. */
    Uni<SearchView> show(SqlConnection connection, SearchView view, NewSearch wanted) {
        if (!Boolean.TRUE.equals(wanted.includeLinks()) || view.results().isEmpty()) {
            return Uni.createFrom().item(view);
        }
        return notes.around(
                        connection,
                        view.results().stream()
                                .map(SearchView.Result::documentId)
                                .distinct()
                                .toList())
                .map(view::with);
    }
}
