package dev.evenkeel.knowledge.notes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * A link that leads nowhere.
 *
 * @param document where it stands
 * @param reason {@code no_document}, or {@code no_heading} when only the heading is not there
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BrokenLinkView(
        NoteRef document,
        int ordinal,
        String kind,
        String target,
        @Nullable String heading,
        int line,
        String reason) {
    static BrokenLinkView of(Row row) {
        return new BrokenLinkView(
                NoteRef.of(row),
                row.getInteger("ordinal"),
                row.getString("kind"),
                row.getString("target"),
                row.getString("heading"),
                row.getInteger("line"),
                row.getBoolean("resolved") ? "no_heading" : "no_document");
    }
}
