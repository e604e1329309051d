package dev.evenkeel.knowledge.ingestion.extract;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which paragraph styles of a Word document are headings. */
final class DocxStyles {

    /** Built-in names are English in every language of the program. */
    private static final Pattern HEADING = Pattern.compile("heading ([1-9])");

    private static final int MAX_ANCESTORS = 20;
    private static final int BODY_TEXT = 9;

    /** Most chars of the ids of all styles, with {@value #STYLE_CHARS} more for the memory of each. */
    private static final int MAX_CHARS = 4 << 20;

    private static final int STYLE_CHARS = 128;

    private final Map<String, Integer> levels = new HashMap<>();
    private final Map<String, String> parents = new HashMap<>();
    private long chars;

    void read(XmlWalk xml) {
        String style = "";
        while (xml.next()) {
            if (!xml.isStart()) {
                continue;
            }
            String value = xml.attribute("val", "");
            switch (xml.name()) {
                case "style" -> style = counted(xml.attribute("styleId", ""));
                case "name" -> noteName(style, value.toLowerCase(Locale.ROOT));
                case "basedOn" -> parents.put(style, counted(value));
                case "outlineLvl" -> noteOutline(style, value);
                default -> {
                    // How a style looks is of no interest.
                }
            }
        }
    }

    private String counted(String id) {
        chars += STYLE_CHARS + id.length();
        if (chars > MAX_CHARS) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "The document has too many styles.");
        }
        return id;
    }

    private void noteName(String style, String name) {
        Matcher heading = HEADING.matcher(name);
        if (heading.matches()) {
            levels.put(style, Integer.parseInt(heading.group(1)));
        } else if (name.equals("title")) {
            levels.put(style, 1);
        }
    }

    private void noteOutline(String style, String value) {
        if (value.matches("[0-9]")) {
            int outline = value.charAt(0) - '0';
            levels.putIfAbsent(style, outline == BODY_TEXT ? 0 : outline + 1);
        }
    }

    /** The heading level of a style from 1, or 0 when it is none; styles inherit it. */
    int level(@Nullable String style) {
        String current = style;
        for (int i = 0; i < MAX_ANCESTORS && current != null; i++) {
            Integer level = levels.get(current);
            if (level != null) {
                return level;
            }
            current = parents.get(current);
        }
        return 0;
    }
}
