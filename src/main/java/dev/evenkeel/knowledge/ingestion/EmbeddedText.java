package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.http.PlainText;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a passage is embedded. A passage alone often does not say what it is about; with the header
 * {@code title › heading › heading} before it, it does. The header is never shown and is not searched by words.
 */
final class EmbeddedText {
    private static final String BETWEEN = " › ";
    private static final int MAX_HEADER_LENGTH = 400;
    private static final String UNTITLED = "Untitled";

    private EmbeddedText() {}

    static String of(boolean contextualHeader, String title, List<String> headings, String content) {
        if (!contextualHeader) {
            return content;
        }
        List<String> path = new ArrayList<>();
        if (!title.equals(UNTITLED)) {
            path.add(title);
        }
        headings.stream().filter(heading -> !heading.equals(title)).forEach(path::add);
        String header = PlainText.cut(String.join(BETWEEN, path), MAX_HEADER_LENGTH);
        return header.isBlank() ? content : header + "\n\n" + content;
    }
}
