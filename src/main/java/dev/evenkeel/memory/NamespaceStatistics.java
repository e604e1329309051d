package dev.evenkeel.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace holds and how it is used.
 *
 * @param entries living entries, exact
 * @param bytes of their keys and values, exact
 * @param expiring living entries that have a time to live
 * @param hits reads that found their key; other replicas' reads of the last seconds may be missing
 * @param misses reads that did not
 * @param hitRate hits of all reads, from 0 to 1; absent before the first read
 * @param expired entries that have outlived their time and were swept or overwritten
 * @param evicted entries that made room for others
 * @param maxEntries the quota, if there is one
 * @param maxBytes the quota, if there is one
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NamespaceStatistics(
        String namespace,
        long entries,
        long bytes,
        long expiring,
        long hits,
        long misses,
        @Nullable Double hitRate,
        long expired,
        long evicted,
        @Nullable Long maxEntries,
        @Nullable Long maxBytes) {}
