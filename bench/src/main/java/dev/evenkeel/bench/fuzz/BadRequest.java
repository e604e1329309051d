package dev.evenkeel.bench.fuzz;

/**
 * A request that something is wrong with.
 *
 * @param kind what is wrong
 * @param line its request line, for reports
 * @param codec whether the HTTP codec itself may refuse it, with an empty answer or by closing the connection
 */
record BadRequest(String kind, String line, byte[] bytes, boolean codec) {}
