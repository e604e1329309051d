package dev.evenkeel.platform.search.lexical;

/** A range of UTF-16 units of a text: from {@code start} up to before {@code end}. */
public record TextRange(int start, int end) {}
