package dev.evenkeel.bench.memory.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One request of a history. It took effect, if it did, at one moment between call and return.
 *
 * @param id unique in the history
 * @param request what was sent, for a reader of the history
 * @param calledNanos {@link System#nanoTime()} before it was sent
 * @param returnedNanos the same after the answer; {@link #NEVER} when the outcome is unknown
 */
public record Operation(
        long id,
        int client,
        int replica,
        String request,
        @JsonProperty("called_nanos") long calledNanos,
        @JsonProperty("returned_nanos") long returnedNanos,
        Outcome outcome,
        List<Access> accesses) {

    /** The return of a request whose outcome nobody knows: it may still take effect at any time. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        accesses = List.copyOf(accesses);
        if (returnedNanos < calledNanos) {
            throw new IllegalArgumentException("operation " + id + " returned at an impossible time");
        }
    }

    /** The same operation, known to have taken effect before the given moment. */
    Operation endedBy(long nanos) {
        return new Operation(id, client, replica, request, calledNanos, Math.max(calledNanos, nanos), outcome, accesses);
    }

    @Override
    public String toString() {
        return "#" + id + " (client " + client + ", replica " + replica + ": " + request + ", " + outcome + ")";
    }
}
