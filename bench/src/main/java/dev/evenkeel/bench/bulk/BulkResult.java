package dev.evenkeel.bench.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Rows a second into one table: medians of the rounds. */
public record BulkResult(
        String table,
        long rows,
        int batches,
        @JsonProperty("copy_one_transaction") double copyOneTransaction,
        @JsonProperty("copy_batches") double copyBatches,
        @JsonProperty("unnest_batches") double unnestBatches) {

    /** What unnest reaches of the ceiling: COPY in one transaction. */
    @JsonProperty("unnest_of_copy")
    public double unnestOfCopy() {
        return unnestBatches / copyOneTransaction;
    }
}
