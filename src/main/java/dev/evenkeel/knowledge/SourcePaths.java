package dev.evenkeel.knowledge;

import dev.evenkeel.platform.http.ProblemException;
import java.util.ArrayList;
import java.util.List;

/** Source paths are names, never places on a disk of ours; they are still kept tidy and relative. */
final class SourcePaths {
    private static final int MAX_LENGTH = 1024;
    private static final int MAX_TITLE_LENGTH = 500;

    private SourcePaths() {}

    /**
     * The path with {@code /} as separator and without empty or {@code .} segments.
     *
     * @throws ProblemException 400 when it is empty, too long, leads upwards or holds control characters
     */
    static String normalise(String path) {
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
        if (normal.isBlank() || normal.length() > MAX_LENGTH || normal.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.invalid(
                    "source_path", "must have 1 to " + MAX_LENGTH + " characters, none of them a control character");
        }
        return normal;
    }

    /** The last segment, as a title. */
    static String title(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.length() <= MAX_TITLE_LENGTH ? name : name.substring(0, MAX_TITLE_LENGTH);
    }
}
