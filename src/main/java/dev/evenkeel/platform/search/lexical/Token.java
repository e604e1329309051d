package dev.evenkeel.platform.search.lexical;

/**
 * One word of a text, before stemming.
 *
 * @param text the word in compatibility normal form and lower case, at most {@link Analyzer#MAX_TOKEN_LENGTH} characters
 * @param start offset of the first character in the text
 * @param end offset behind the last character in the text
 * @param position the word's number in the text; consecutive words differ by one
 * @param overlap whether this is another reading of the words that begin at {@code position}: the whole of a compound
 *     identifier whose parts are tokens too, or a single ideograph of a bigram. Overlaps do not count as length.
 */
public record Token(String text, int start, int end, int position, boolean overlap) {}
