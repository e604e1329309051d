package dev.evenkeel.knowledge.maintenance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a collection lacks at this moment.
 *
 * @param complete documents that have everything that the collection promises
 * @param incomplete the others
 * @param missingVectors chunks without a vector, where the collection has vectors
 * @param documentsChunkedOtherwise documents that were cut by other settings than the collection has
 * @param issuesByKind how many documents have which issue
 * @param failuresByCode why documents failed or were rejected
 * @param issues the first 100
 */
@RegisterForReflection
public record CompletenessReport(
        UUID collectionId,
        long documents,
        long complete,
        long incomplete,
        long chunks,
        long missingVectors,
        long documentsChunkedOtherwise,
        Map<String, Long> documentsByState,
        Map<String, Long> issuesByKind,
        Map<String, Long> failuresByCode,
        List<Issue> issues) {

    /**
     * A document that lacks something.
     *
     * @param issue {@code failed}, {@code rejected}, {@code quarantined}, {@code cancelled}, {@code processing_incomplete}, {@code zero_chunks},
     *     {@code chunk_count_mismatch}, {@code missing_vectors} or {@code page_count_missing}
     * @param code why it failed
     */
    @RegisterForReflection
    public record Issue(
            UUID documentId,
            String path,
            String issue,
            @Nullable Long expected,
            @Nullable Long actual,
            @Nullable String code,
            @Nullable String message) {}
}
