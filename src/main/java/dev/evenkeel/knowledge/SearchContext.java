package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.SearchResults.Shown;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Adds to an answer its results as one text for a language model, when that is asked for. */
@ApplicationScoped
public class SearchContext {
    private final Offload offload;

    SearchContext(Offload offload) {
        this.offload = offload;
    }

    Uni<SearchView> add(Shown shown, NewSearch wanted) {
        Integer budget = wanted.maxContextTokens();
        if (budget == null) {
            return Uni.createFrom().item(shown.view());
        }
        var links = shown.view().documentLinks();
        return offload.interactive(
                        () -> new ContextText(budget, links == null ? List.of() : links).write(shown.pieces()))
                .map(shown.view()::with);
    }
}
