package dev.evenkeel.bench.fuzz;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What a run of bad requests gave.
 *
 * @param statuses answers by status, 0 for a closed connection
 * @param violations every answer that broke a rule
 */
public record FuzzResult(
        int requests,
        Map<Integer, Long> statuses,
        Map<String, Long> kinds,
        List<Violation> violations,
        @JsonProperty("resident_bytes_after_third") long residentAfterThird,
        @JsonProperty("resident_bytes_at_end") long residentAtEnd) {

    /** Growth of resident memory over the last two thirds of the run, as a share. */
    @JsonProperty("memory_growth")
    public double memoryGrowth() {
        return residentAfterThird == 0 ? 0 : (double) residentAtEnd / residentAfterThird - 1;
    }
}
