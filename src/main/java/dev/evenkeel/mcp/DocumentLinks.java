package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.notes.LinkView;
import dev.evenkeel.platform.http.Page;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the links of a document, or of those that lead to it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentLinks(
        String direction, List<LinkView> links, @Nullable String nextCursor) {
    static DocumentLinks of(String direction, Page<LinkView> page) {
        return new DocumentLinks(direction, page.items(), page.nextCursor());
    }
}
