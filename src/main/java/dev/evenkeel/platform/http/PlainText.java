package dev.evenkeel.platform.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks of short texts that are stored as they come. U+0000 has no place in a text of PostgreSQL, half of a surrogate pair
 * none in UTF-8; content is cleaned of them instead, because files hold anything.
 */
public final class PlainText {
    private static final char REPLACEMENT = '\uFFFD';

    private PlainText() {}

    /**
     * A name without the white space around it.
     *
     * @throws ProblemException 400 when nothing is left, or when it cannot be stored
     */
    public static String name(String field, String text) {
        String name = text.strip();
        if (name.isEmpty()) {
            throw ProblemException.invalid(field, "must not be blank");
        }
        requireStorable(field, name);
        return name;
    }

    /**
     * Checks a text, the elements of a list, or the keys and values of a map.
     *
     * @throws ProblemException 400 when it cannot be stored
     */
    public static void requireStorable(String field, @Nullable Object value) {
        if (value instanceof String text && !isStorable(text)) {
            throw ProblemException.invalid(field, "must not hold U+0000 or half of a surrogate pair");
        } else if (value instanceof List<?> list) {
            list.forEach(element -> requireStorable(field, element));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> {
                requireStorable(field, key);
                requireStorable(field, element);
            });
        }
    }

    /** The text with U+FFFD for every half of a surrogate pair. */
    public static String wellFormed(String text) {
        return text.codePoints().noneMatch(PlainText::isLoneSurrogate)
                ? text
                : text.codePoints()
                        .map(c -> isLoneSurrogate(c) ? REPLACEMENT : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /** The text, cut to so many UTF-16 units or, so as not to halve a surrogate pair, one fewer. */
    public static String cut(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        boolean halves = Character.isHighSurrogate(text.charAt(maxLength - 1));
        return text.substring(0, halves ? maxLength - 1 : maxLength);
    }

    /** Whether a text holds neither U+0000 nor half of a surrogate pair. */
    public static boolean isStorable(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || isLoneSurrogate(c));
    }

    private static boolean isLoneSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
