package dev.evenkeel.knowledge.ingestion.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON and lines of JSON as their source, divided at the keys of the two outer levels and at the elements of an outer list or of
 * lines. What is not JSON after all, such as JSON with comments, is read as text.
 */
final class JsonExtractor implements Extractor {

    private static final int MAX_DEPTH = 1000;

    /** Levels of objects whose keys begin a block. */
    private static final int DIVIDED_LEVELS = 2;

    private static final int MAX_KEY_CHARS = 200;

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.JSON;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = source.text(limits);
        SourceSections sections = new SourceSections(decoded.text());
        try {
            if (divide(decoded.text(), limits, sections, true, deadline) > 1) {
                // Each line or value is a record of its own, which its keys must not divide.
                sections = new SourceSections(decoded.text());
                divide(decoded.text(), limits, sections, false, deadline);
            }
        } catch (StreamConstraintsException e) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE,
                    "The JSON is nested deeper than " + MAX_DEPTH + " levels or has too long a number or name.",
                    e);
        } catch (JsonProcessingException e) {
            return PlainTextExtractor.extract(
                    decoded,
                    "The file is not valid JSON from line " + e.getLocation().getLineNr()
                            + " on; it was read as text.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections.extracted(decoded, "json");
    }

    private static JsonFactory factory(ExtractionLimits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(limits.maxChars())
                        .build())
                .build();
    }

    private static int divide(
            String text, ExtractionLimits limits, SourceSections sections, boolean byKeys, Deadline deadline)
            throws IOException {
        try (JsonParser json = factory(limits).createParser(text)) {
            return divide(json, sections, byKeys, deadline);
        }
    }

    /** Begins the sections and returns the number of outer values. */
    private static int divide(JsonParser json, SourceSections sections, boolean byKeys, Deadline deadline)
            throws IOException {
        List<String> path = new ArrayList<>();
        int depth = 0;
        int values = 0;
        boolean inList = false;
        for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
            deadline.check();
            if (token == JsonToken.FIELD_NAME) {
                if (byKeys && depth <= DIVIDED_LEVELS && !inList) {
                    while (path.size() >= depth) {
                        path.remove(path.size() - 1);
                    }
                    path.add(HeadingTitle.truncate(TextAssembly.oneLine(json.currentName()), MAX_KEY_CHARS));
                    sections.begin(offset(json), path);
                }
                continue;
            }
            values += depth == 0 ? 1 : 0;
            boolean element = depth == 0 || (depth == 1 && inList);
            if (element && !token.isStructEnd()) {
                sections.begin(offset(json), List.of());
            }
            if (token.isStructStart()) {
                inList = depth == 0 ? token == JsonToken.START_ARRAY : inList;
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
        }
        return values;
    }

    private static int offset(JsonParser json) {
        return (int) json.currentTokenLocation().getCharOffset();
    }
}
