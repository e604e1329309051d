package dev.evenkeel.platform.search.lexical;

import java.util.List;

/**
 * How a text answers a query.
 *
 * @param highlights where words of the query stand, ascending, not touching one another
 * @param hasPhrases whether each quoted phrase of the query stands in the text, word by word
 * @param share of the query's words, those that are none in the language left aside, that stand in the text: 0 to 1
 */
public record TextMatch(List<TextRange> highlights, boolean hasPhrases, double share) {}
