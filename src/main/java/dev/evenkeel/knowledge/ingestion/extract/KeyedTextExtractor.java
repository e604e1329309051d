package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML, TOML and INI files as their source, divided at what begins at the margin: keys of YAML, tables of TOML, sections of INI.
 * Nothing is evaluated, so that no alias or reference is expanded.
 */
final class KeyedTextExtractor implements Extractor {

    private static final int MAX_LINE_CHARS = 300;
    private static final int MAX_KEY_CHARS = 200;

    private static final Pattern YAML_KEY =
            Pattern.compile("(?:\"([^\"]+)\"|'([^']+)'|([^\\s#&*!|>%@`\\-\\[\\]{},\"'][^:#]*?))\\s*:(?:\\s.*)?");
    private static final Pattern SECTION = Pattern.compile("\\[\\[?\\s*([^\\[\\]]+?)\\s*\\]\\]?\\s*(?:[#;].*)?");

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.YAML || type == DocumentType.TOML || type == DocumentType.PROPERTIES;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = source.text(limits);
        String text = decoded.text();
        SourceSections sections = new SourceSections(text);
        boolean yaml = type == DocumentType.YAML;
        int comment = -1;
        int line = 0;
        while (line < text.length()) {
            deadline.check();
            int newline = text.indexOf('\n', line);
            int end = newline < 0 ? text.length() : newline;
            boolean isComment = text.charAt(line) == '#' || (!yaml && text.charAt(line) == ';');
            if (isComment) {
                comment = comment < 0 ? line : comment;
            } else {
                begin(
                        sections,
                        text.substring(line, Math.min(end, line + MAX_LINE_CHARS)),
                        yaml,
                        comment < 0 ? line : comment);
                comment = -1;
            }
            line = end + 1;
        }
        return sections.extracted(decoded, type.wireName());
    }

    /** A comment right above a key belongs to it. */
    private static void begin(SourceSections sections, String line, boolean yaml, int start) {
        if (yaml && (line.startsWith("---") || line.startsWith("- "))) {
            sections.begin(start, List.of());
            return;
        }
        String key = key(line, yaml);
        if (key != null) {
            sections.begin(start, List.of(HeadingTitle.truncate(TextAssembly.oneLine(key), MAX_KEY_CHARS)));
        }
    }

    private static @Nullable String key(String line, boolean yaml) {
        Matcher matcher = (yaml ? YAML_KEY : SECTION).matcher(line);
        if (!matcher.matches()) {
            return null;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return null;
    }
}
