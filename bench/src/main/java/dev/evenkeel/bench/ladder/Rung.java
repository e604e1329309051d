package dev.evenkeel.bench.ladder;

import dev.evenkeel.bench.load.Operation;

/**
 * One operation of one server.
 *
 * @param baseline true for the server that ratios refer to
 */
public record Rung(Operation operation, boolean baseline) {

    public String operationName() {
        return operation.name();
    }

    public String server() {
        return operation.target().name();
    }
}
