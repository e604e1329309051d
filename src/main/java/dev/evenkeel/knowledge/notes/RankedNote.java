package dev.evenkeel.knowledge.notes;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;

/**
 * A document with its standing among those of its collection.
 *
 * @param score PageRank: the probability that a reader who follows links at random is here
 * @param percentile the share of the other documents that rank lower, 0 to 1
 * @param links distinct documents that it links to
 * @param backlinks distinct documents that link to it
 */
@RegisterForReflection
public record RankedNote(NoteRef document, double score, double percentile, int links, int backlinks) {
    static RankedNote of(Row row) {
        return new RankedNote(
                NoteRef.of(row),
                row.getDouble("score"),
                row.getFloat("percentile"),
                row.getInteger("links"),
                row.getInteger("backlinks"));
    }
}
