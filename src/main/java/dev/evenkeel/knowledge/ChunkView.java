package dev.evenkeel.knowledge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
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
    static ChunkView of(Row row) {
        return new ChunkView(
                row.getUUID("id"),
                row.getInteger("ordinal"),
                List.of(row.getArrayOfStrings("heading_path")),
                row.getInteger("page_from"),
                row.getInteger("page_to"),
                row.getInteger("line_from"),
                row.getInteger("line_to"),
                row.getInteger("tokens"),
                row.getString("content"));
    }
}
