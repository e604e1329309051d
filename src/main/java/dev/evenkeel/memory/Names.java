package dev.evenkeel.memory;

import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import java.nio.charset.StandardCharsets;

/** What namespaces and keys may be called. */
final class Names {
    static final int MAX_NAMESPACE_LENGTH = 256;
    static final int MAX_KEY_BYTES = 1_024;
    static final char SEPARATOR = '/';

    private static final int MAX_DEPTH = 16;

    /** Sorts after every character that a key may hold: a prefix followed by it bounds all keys with that prefix. */
    static final String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

    private Names() {}

    /**
     * Checks the name of a namespace: one to sixteen segments between slashes, for example {@code agents/alice/notes}.
     *
     * @throws ProblemException 400
     */
    static String namespace(String name) {
        requireText("namespace", name);
        if (name.length() > MAX_NAMESPACE_LENGTH) {
            throw ProblemException.invalid("namespace", "must have 1 to " + MAX_NAMESPACE_LENGTH + " characters");
        }
        String[] segments = name.split(String.valueOf(SEPARATOR), -1);
        if (segments.length > MAX_DEPTH) {
            throw ProblemException.invalid("namespace", "must have at most " + MAX_DEPTH + " segments");
        }
        for (String segment : segments) {
            if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
                throw ProblemException.invalid("namespace", "must have no empty segment, and none named . or ..");
            }
        }
        return name;
    }

    /**
     * Checks a key: 1 to 1,024 bytes of UTF-8 without control characters; every other character, slashes and colons
     * included, is its own. The keys {@code .} and {@code ..} mean something else in a path.
     *
     * @throws ProblemException 400
     */
    static String key(String field, String key) {
        requireText(field, key);
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw ProblemException.invalid(field, "must have 1 to " + MAX_KEY_BYTES + " bytes of UTF-8");
        }
        if (key.equals(".") || key.equals("..")) {
            throw ProblemException.invalid(field, "must not be . or ..");
        }
        return key;
    }

    /** Checks the beginning of names or keys, which may be empty. */
    static String prefix(String prefix) {
        return prefix.isEmpty() ? prefix : key("prefix", prefix);
    }

    private static void requireText(String field, String text) {
        if (text.isEmpty()) {
            throw ProblemException.invalid(field, "must not be empty");
        }
        PlainText.requireStorable(field, text);
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || c == Character.MAX_CODE_POINT)) {
            throw ProblemException.invalid(field, "must not hold control characters or U+10FFFF");
        }
    }
}
