package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of documents. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentList(
        List<DocumentSummary> documents, @Nullable String nextCursor) {
    static DocumentList of(Page<DocumentView> page) {
        return new DocumentList(page.items().stream().map(DocumentSummary::of).toList(), page.nextCursor());
    }
}
