package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Source paths are names, never places on a disk of ours; they are still kept tidy and relative. */
public final class SourcePaths {
    private static final int MAX_LENGTH = 1024;
    /** A key of an index cannot be longer than about 2,700 bytes. */
    private static final int MAX_UTF8_BYTES = 2048;

    private static final int MAX_TITLE_LENGTH = 500;

    private SourcePaths() {}

    /**
     * The path with {@code /} as separator and without empty or {@code .} segments.
     *
     * @throws ProblemException 400 when it is empty, too long, leads upwards or holds control characters
     */
    public static String normalise(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.replace('\\', '/').split("/")) {
            if (segment.equals("..")) {
                throw ProblemException.invalid("source_path", "must not lead upwards");
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        String normal = String.join("/", segments);
        if (normal.isBlank()
                || normal.length() > MAX_LENGTH
                || normal.getBytes(StandardCharsets.UTF_8).length > MAX_UTF8_BYTES
                || normal.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.invalid(
                    "source_path",
                    "must have 1 to " + MAX_LENGTH + " characters and at most " + MAX_UTF8_BYTES
                            + " bytes in UTF-8, and no control character");
        }
        PlainText.requireStorable("source_path", normal);
        return normal;
    }

    /** The last segment, as a title. */
    static String title(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return PlainText.cut(name, MAX_TITLE_LENGTH);
    }
}
