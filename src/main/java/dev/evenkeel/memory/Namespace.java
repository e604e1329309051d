package dev.evenkeel.memory;

import io.vertx.mutiny.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as a transaction sees it.
 *
 * @param corpusNo where its entries are indexed; null while none can be searched for
 * @param searchLanguage of the texts in it
 * @param vectorDimension of the vectors that came with entries
 */
record Namespace(
        long no,
        String name,
        @Nullable Long defaultTtlS,
        boolean sliding,
        @Nullable Long maxEntries,
        @Nullable Long maxBytes,
        @Nullable Integer maxValueBytes,
        Eviction eviction,
        boolean history,
        @Nullable Long corpusNo,
        @Nullable String searchLanguage,
        @Nullable Integer vectorDimension) {
    static final String COLUMNS =
            "namespace_no, name, default_ttl_s, sliding, max_entries, max_bytes, max_value_bytes, eviction, history,"
                    + " corpus_no, search_language, vector_dimension";

    static Namespace of(Row row) {
        return new Namespace(
                row.getLong("namespace_no"),
                row.getString("name"),
                row.getLong("default_ttl_s"),
                row.getBoolean("sliding"),
                row.getLong("max_entries"),
                row.getLong("max_bytes"),
                row.getInteger("max_value_bytes"),
                Eviction.valueOf(row.getString("eviction")),
                row.getBoolean("history"),
                row.getLong("corpus_no"),
                row.getString("search_language"),
                row.getInteger("vector_dimension"));
    }

    boolean hasQuota() {
        return maxEntries != null || maxBytes != null;
    }
}
