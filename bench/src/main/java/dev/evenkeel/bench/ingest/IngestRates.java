package dev.evenkeel.bench.ingest;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * Chunks a second that became keyword-searchable.
 *
 * @param alone with nobody reading
 * @param underLoad with the probes and reads
 * @param chunkBytes bytes of text in a chunk, on average
 * @param failures upload requests that failed, by reason
 */
public record IngestRates(
        @JsonProperty("chunks_per_second_alone") double alone,
        @JsonProperty("chunks_per_second_under_load") double underLoad,
        @JsonProperty("chunk_bytes") double chunkBytes,
        @JsonProperty("documents_accepted") long accepted,
        @JsonProperty("documents_rejected") long rejected,
        Map<String, Long> failures) {}
