package dev.evenkeel.bench.fuzz;

import java.util.Locale;
import java.util.Map;

/**
 * An HTTP answer as it came.
 *
 * @param status 0 when the server closed the connection or stayed silent
 * @param headers names in lower case
 */
public record RawAnswer(int status, Map<String, String> headers, String body) {

    static final RawAnswer NONE = new RawAnswer(0, Map.of(), "");

    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
