package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.evenkeel.platform.database.RowReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a document.
 *
 * @param ordinal its place in the document, from 0
 * @param headingPath the headings it stands under, outermost first
 * @param pageFrom first page of a PDF or first cell of a notebook, from 1
 * @param lineFrom first line of the extracted text, from 1
 * @param tokens its length in tokens (cl100k_base)
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChunkView(
        UUID id,
        int ordinal,
        List<String> headingPath,
        @Nullable Integer pageFrom,
        @Nullable Integer pageTo,
        int lineFrom,
        int lineTo,
        int tokens,
        String content) {
    /** What {@link #of} takes of a chunk {@code k}, in this order. */
    static final String COLUMNS =
            "k.id, k.ordinal, k.heading_path, k.page_from, k.page_to, k.line_from, k.line_to, k.tokens, k.content";

    /** Empty for a row that stands for a document without chunks. */
    static Optional<ChunkView> of(Row row) {
        RowReader columns = new RowReader(row);
        return Optional.ofNullable(columns.uuidOrNull())
                .map(id -> new ChunkView(
                        id,
                        columns.number(),
                        columns.texts(),
                        columns.numberOrNull(),
                        columns.numberOrNull(),
                        columns.number(),
                        columns.number(),
                        columns.number(),
                        columns.text()));
    }
}
