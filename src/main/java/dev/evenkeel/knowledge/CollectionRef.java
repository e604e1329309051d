package dev.evenkeel.knowledge;

import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;

/** What indexing and searching need to know of a collection. */
public record CollectionRef(UUID id, long corpusNo, String name, String language, boolean keepOriginal) {
    static final String COLUMNS = "c.id, c.corpus_no, c.name, c.language, c.keep_original";

    static CollectionRef of(Row row) {
        return new CollectionRef(
                row.getUUID("id"),
                row.getLong("corpus_no"),
                row.getString("name"),
                row.getString("language"),
                row.getBoolean("keep_original"));
    }
}
