package dev.evenkeel.bench.retrieval;

/**
 * A query of a test collection.
 *
 * @param number its {@code <num>}
 * @param position its place in the file, from 1
 */
public record TrecQuery(String number, int position, String text) {}
