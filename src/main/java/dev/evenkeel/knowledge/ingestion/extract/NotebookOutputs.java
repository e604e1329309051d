package dev.evenkeel.knowledge.ingestion.extract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Names the outputs of a code cell: streams, kinds of data, errors with their message. Data itself is skipped. */
final class NotebookOutputs {

    private static final int MAX_NAMES = 10;
    private static final int MAX_NAME_CHARS = 200;
    private static final String PLAIN = "text/plain";

    private final JsonParser json;
    private final Set<String> names = new LinkedHashSet<>();

    NotebookOutputs(JsonParser json) {
        this.json = json;
    }

    /** Reads the list that begins here to its end. */
    List<String> names() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return List.of();
        }
        while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                readOutput();
            } else {
                json.skipChildren();
            }
        }
        return names.stream().limit(MAX_NAMES).toList();
    }

    private void readOutput() throws IOException {
        String type = "";
        String stream = "stdout";
        String error = "";
        String message = "";
        List<String> kinds = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "output_type" -> type = text();
                case "name", "stream" -> stream = text();
                case "ename" -> error = text();
                case "evalue" -> message = text();
                case "data" -> kinds = keys();
                default -> json.skipChildren();
            }
        }
        switch (type) {
            case "stream" -> add(stream);
            case "error", "pyerr" -> add(("error " + error + ": " + message).replace(" : ", " "));
            default -> addKinds(kinds);
        }
    }

    /** Data come in several kinds; as plain text only for those who can show no other. */
    private void addKinds(List<String> kinds) {
        for (String kind : kinds) {
            if (!kind.equals(PLAIN) || kinds.size() == 1) {
                add(kind);
            }
        }
    }

    private void add(String name) {
        if (!name.isBlank() && names.size() < MAX_NAMES) {
            names.add(HeadingTitle.truncate(
                    TextAssembly.oneLine(CleanText.of(name).text()), MAX_NAME_CHARS));
        }
    }

    private String text() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return HeadingTitle.truncate(json.getText(), MAX_NAME_CHARS);
        }
        json.skipChildren();
        return "";
    }

    private List<String> keys() throws IOException {
        List<String> keys = new ArrayList<>();
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (keys.size() < MAX_NAMES) {
                    keys.add(json.currentName());
                }
                json.nextToken();
                json.skipChildren();
            }
        }
        return keys;
    }
}
