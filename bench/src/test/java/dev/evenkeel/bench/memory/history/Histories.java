package dev.evenkeel.bench.memory.history;

import java.util.ArrayList;
import java.util.List;

/** Histories for tests, written operation by operation with times that a reader can follow. */
final class Histories {

    private final List<Operation> operations = new ArrayList<>();

    /** An operation that was answered between the two times. */
    Histories done(long called, long returned, Access... accesses) {
        return add(called, returned, Outcome.DONE, accesses);
    }

    Histories refused(long called, long returned, Access... accesses) {
        return add(called, returned, Outcome.REFUSED, accesses);
    }

    /** An operation that was sent and never answered. */
    Histories unknown(long called, Access... accesses) {
        return add(called, Operation.NEVER, Outcome.UNKNOWN, accesses);
    }

    private Histories add(long called, long returned, Outcome outcome, Access... accesses) {
        operations.add(new Operation(
                operations.size(), 0, 0, "request " + operations.size(), called, returned, outcome, List.of(accesses)));
        return this;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    List<String> problems() {
        return HistoryChecker.check(operations);
    }
}
