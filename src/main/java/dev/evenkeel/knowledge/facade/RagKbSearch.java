package dev.evenkeel.knowledge.facade;

import dev.evenkeel.knowledge.NewSearch;
import dev.evenkeel.knowledge.SearchService;
import dev.evenkeel.knowledge.SearchView;
import dev.evenkeel.platform.access.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the knowledge base. */
@ApplicationScoped
public class RagKbSearch {
    private final RagKbCollection collection;
    private final SearchService search;

    RagKbSearch(RagKbCollection collection, SearchService search) {
        this.collection = collection;
        this.search = search;
    }

    /**
     * Passages that answer, best first.
     *
     * @param limit most passages
     * @param threshold least cosine of those that were found by their meaning alone; as there, words in common always count
     */
    public Uni<RagKbAnswer> ask(Caller caller, String text, int limit, @Nullable Double threshold) {
        return collection
                .within(caller.reading())
                .chain(id -> search.search(
                        caller,
                        NewSearch.of(text)
                                .collectionIds(List.of(id))
                                .limit(limit)
                                .build()))
                .map(found -> RagKbAnswer.of(
                        text,
                        found.results().stream()
                                .filter(result -> passes(result, threshold))
                                .toList()));
    }

    private static boolean passes(SearchView.Result result, @Nullable Double threshold) {
        Double cosine = result.vectorScore();
        return threshold == null || result.keywordScore() != null || cosine == null || cosine >= threshold;
    }
}
