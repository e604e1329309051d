package dev.evenkeel.knowledge.notes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * A link between two documents, or one whose target is not there.
 *
 * @param document for a document's own links where they lead, absent while that is not there; for backlinks where they stand
 * @param ordinal its place among the links of the document in which it stands, from 0
 * @param kind {@code wikilink}, {@code embed}, {@code link}, {@code image} or {@code import}
 * @param target as it is written
 * @param heading the heading, or after {@code ^} the block, within the target
 * @param headingFound whether the target has that heading; absent without a target or a heading, and where the headings of
 *     the target are not known
 * @param line where it stands, from 1
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LinkView(
        @Nullable NoteRef document,
        int ordinal,
        String kind,
        String target,
        @Nullable String heading,
        @Nullable Boolean headingFound,
        @Nullable String label,
        int line) {
    /** Columns of a table {@code l} of links that {@link #of} reads. */
    static final String COLUMNS = "l.ordinal, l.kind, l.target, l.heading, l.label, l.line";

    static LinkView of(Row row) {
        return new LinkView(
                row.getUUID("document_id") == null ? null : NoteRef.of(row),
                row.getInteger("ordinal"),
                row.getString("kind"),
                row.getString("target"),
                row.getString("heading"),
                row.getBoolean("heading_found"),
                row.getString("label"),
                row.getInteger("line"));
    }
}
