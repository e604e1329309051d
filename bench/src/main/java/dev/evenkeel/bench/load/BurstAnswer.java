package dev.evenkeel.bench.load;

/**
 * The answer to one request of a burst.
 *
 * @param status HTTP status; 0 when the connection broke
 * @param millis from the start of the burst to the end of the answer
 */
public record BurstAnswer(int status, double millis) {}
