package dev.evenkeel.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.search.filter.MetadataFilter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which documents a search looks into. What is null does not restrict; the rest must all hold.
 *
 * @param filter a condition on metadata
 * @param tags all of them are in the metadata's {@code tags}
 * @param pathPrefix the source path begins so
 * @param createdFrom inclusive, as is {@code updatedFrom}
 * @param createdBefore exclusive, as is {@code updatedBefore}
 */
record DocumentSelection(
        @Nullable MetadataFilter filter,
        @Nullable MetadataFilter tags,
        @Nullable List<UUID> documentIds,
        @Nullable List<String> documentTypes,
        @Nullable String pathPrefix,
        @Nullable Instant createdFrom,
        @Nullable Instant createdBefore,
        @Nullable Instant updatedFrom,
        @Nullable Instant updatedBefore) {
    static DocumentSelection of(NewSearch wanted) {
        PlainText.requireStorable("path_prefix", wanted.pathPrefix());
        PlainText.requireStorable("document_types", wanted.documentTypes());
        return new DocumentSelection(
                MetadataFilter.parse(wanted.filter()),
                MetadataFilter.parse(tagged(wanted.tags())),
                wanted.documentIds(),
                wanted.documentTypes(),
                wanted.pathPrefix(),
                wanted.createdFrom(),
                wanted.createdBefore(),
                wanted.updatedFrom(),
                wanted.updatedBefore());
    }

    private static @Nullable JsonNode tagged(@Nullable List<String> tags) {
        if (tags == null || tags.isEmpty()) {
            return null;
        }
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        var conditions = all.putArray("and");
        tags.forEach(tag -> conditions.addObject().put("tags", tag));
        return all;
    }

    boolean isAll() {
        return filter == null
                && tags == null
                && documentIds == null
                && documentTypes == null
                && pathPrefix == null
                && createdFrom == null
                && createdBefore == null
                && updatedFrom == null
                && updatedBefore == null;
    }

    /** Adds what documents, named {@code d}, must meet. */
    void restrict(SqlConditions conditions) {
        if (documentIds != null) {
            conditions.and("d.id = any($)", documentIds.toArray(UUID[]::new));
        }
        if (documentTypes != null) {
            conditions.and("d.document_type = any($)", documentTypes.toArray(String[]::new));
        }
        if (pathPrefix != null) {
            conditions.and("starts_with(d.source_path, $)", pathPrefix);
        }
        restrict(conditions, "d.created_at >= $", createdFrom);
        restrict(conditions, "d.created_at < $", createdBefore);
        restrict(conditions, "d.updated_at >= $", updatedFrom);
        restrict(conditions, "d.updated_at < $", updatedBefore);
        if (filter != null) {
            conditions.and(filter.sql("d.metadata", conditions));
        }
        if (tags != null) {
            conditions.and(tags.sql("d.metadata", conditions));
        }
    }

    private static void restrict(SqlConditions conditions, String condition, @Nullable Instant time) {
        if (time != null) {
            conditions.and(condition, time.atOffset(ZoneOffset.UTC));
        }
    }
}
