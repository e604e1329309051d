package dev.evenkeel.bench.fuzz;

/**
 * An answer that broke a rule.
 *
 * @param number of the request, which makes the same request again for the same seed
 * @param kind what was wrong with the request
 * @param line the request line
 * @param rule what is wrong with the answer
 */
public record Violation(long number, String kind, String line, String rule) {}
