package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.SearchResults.Shown;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the results of a search as one text for a language model. */
@ApplicationScoped
public class SearchContext {
    private final Offload offload;

    SearchContext(Offload offload) {
        this.offload = offload;
    }

    /**
     * Null unless it is asked for.
     *
     * @param links what is around the documents, to be told in the text
     */
    Uni<SearchView.@Nullable Context> of(Shown shown, @Nullable List<LinkedDocuments> links, NewSearch wanted) {
        Integer budget = wanted.maxContextTokens();
        if (budget == null) {
            return Uni.createFrom().nullItem();
        }
        return offload.interactive(
                () -> new ContextText(budget, links == null ? List.of() : links).write(shown.pieces()));
    }
}
