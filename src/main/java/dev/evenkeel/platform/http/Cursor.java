package dev.evenkeel.platform.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The place where a page ended: the sort keys of its last row, opaque to the client. */
public final class Cursor {
    private static final String SEPARATOR = "\u001f";
    private static final int MAX_LENGTH = 2048;

    private Cursor() {}

    public static String encode(String... keys) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, keys).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The sort keys in a cursor.
     *
     * @throws ProblemException 400 when the text is not a cursor with that many keys
     */
    public static List<String> decode(String cursor, int keys) {
        try {
            if (cursor.length() <= MAX_LENGTH) {
                byte[] bytes = Base64.getUrlDecoder().decode(cursor);
                List<String> parts = List.of(new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, -1));
                if (parts.size() == keys) {
                    return parts;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            // Falls through to the one answer for every malformed cursor.
        }
        throw invalid();
    }

    /** The answer to a cursor that did not come from this list. */
    public static ProblemException invalid() {
        return ProblemException.invalid("cursor", "is not a cursor of this list");
    }
}
