package dev.evenkeel.mcp;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.knowledge.ChunkView;
import dev.evenkeel.knowledge.DocumentResource.ChunkPage;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.platform.http.Cursor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A document with text of it.
 *
 * @param text the indexed text, or as much of it as was asked for
 * @param textTokens its length in tokens (cl100k_base)
 * @param truncated whether text follows; {@code nextCursor} then leads to it
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentText(
        DocumentView document,
        String text,
        long textTokens,
        boolean truncated,
        @Nullable String nextCursor) {
    private static final String BETWEEN = "\n\n";

    /** Takes whole chunks while they fit. */
    static DocumentText of(DocumentView document, ChunkPage page, int maxTokens) {
        long tokens = 0;
        int taken = 0;
        for (ChunkView chunk : page.items()) {
            if (tokens + chunk.tokens() > maxTokens) {
                break;
            }
            tokens += chunk.tokens();
            taken++;
        }
        List<ChunkView> given = page.items().subList(0, taken);
        String next = taken < page.items().size() && taken > 0
                ? Cursor.encode(String.valueOf(given.get(taken - 1).ordinal()))
                : page.nextCursor();
        String text = given.stream().map(ChunkView::content).collect(Collectors.joining(BETWEEN));
        return new DocumentText(document, text, tokens, next != null, next);
    }
}
