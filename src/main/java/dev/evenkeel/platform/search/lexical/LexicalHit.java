package dev.evenkeel.platform.search.lexical;

/**
 * A chunk found by its words.
 *
 * @param score BM25, greater than 0; comparable only within one answer
 * @param share the score as a share of the highest that any text could have for this query, above 0 and below 1: words that
 *     occur nowhere count as missed. A text of average length that has each word of the query once has about 0.45.
 */
public record LexicalHit(long chunkNo, long corpusNo, double score, double share) {}
