package dev.evenkeel.platform.search.lexical;

/**
 * A corpus to be searched.
 *
 * @param no the corpus number
 * @param language one of {@link Languages#supported()}, the same as at indexing
 */
public record CorpusRef(long no, String language) {}
