package dev.evenkeel.platform.search.lexical;

/**
 * A chunk found by its words.
 *
 * @param score BM25, greater than 0; comparable only within one answer
 */
public record LexicalHit(long chunkNo, long corpusNo, double score) {}
