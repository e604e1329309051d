package dev.evenkeel.knowledge.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Content in quarantine.
 *
 * @param revision the content of the document that is held
 * @param rule the rule that refused it
 * @param severity {@code critical} or {@code warning}
 * @param found what the rule has found
 * @param advice what can be done about it
 * @param waivedRules rules that were waived for it before
 * @param contentHash SHA-256 of the bytes, hexadecimal
 * @param expiresAt when it will be purged by itself
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuarantineItemView(
        UUID id,
        UUID documentId,
        int revision,
        UUID collectionId,
        String collectionName,
        String title,
        @Nullable String sourcePath,
        String rule,
        String severity,
        String found,
        String advice,
        List<String> waivedRules,
        long sizeBytes,
        String contentHash,
        Instant heldAt,
        Instant expiresAt) {
    /** What {@link #of} takes of an item {@code q}, its document {@code d} and collection {@code c}. */
    static final String COLUMNS = """
            q.id, q.document_id, q.revision, d.collection_id, c.name as collection_name, d.title, d.source_path, q.rule,
            q.severity, q.found, q.waived, d.size_bytes, encode(d.content_hash, 'hex') as content_hash, q.held_at,
            q.expires_at""";

    private static final String ARCHIVE_ADVICE =
            "Purge it, or restore it: the files that are in it are then taken in its place, each judged for itself.";

    static QuarantineItemView of(Row row) {
        String rule = row.getString("rule");
        return new QuarantineItemView(
                row.getUUID("id"),
                row.getUUID("document_id"),
                row.getInteger("revision"),
                row.getUUID("collection_id"),
                row.getString("collection_name"),
                row.getString("title"),
                row.getString("source_path"),
                rule,
                row.getString("severity"),
                row.getString("found"),
                isArchive(row.getString("source_path"), rule)
                        ? ARCHIVE_ADVICE
                        : SafetyRule.ofWireName(rule).map(SafetyRule::advice).orElse("Restore or purge it."),
                List.of(row.getArrayOfStrings("waived")),
                row.getLong("size_bytes"),
                row.getString("content_hash"),
                row.getOffsetDateTime("held_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }

    /** What is held as a ZIP archive, and not for being none. */
    private static boolean isArchive(@Nullable String path, String rule) {
        return path != null
                && path.toLowerCase(Locale.ROOT).endsWith(".zip")
                && !rule.equals(SafetyRule.WRONG_MAGIC.wireName())
                && !rule.equals(SafetyRule.EXECUTABLE.wireName());
    }
}
