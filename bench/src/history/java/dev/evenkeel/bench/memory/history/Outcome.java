package dev.evenkeel.bench.memory.history;

/** How a request ended for the client that sent it. */
public enum Outcome {
    /** The service said that it did all of it. */
    DONE,
    /** The service said that a condition did not hold and that it did nothing. */
    REFUSED,
    /** No answer, or a failure of the server: all of it may have happened, or none, now or later. */
    UNKNOWN
}
