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
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the cells of a notebook from its JSON (nbformat 4, and 3 with worksheets) in one pass. Of outputs, often the largest part by far,
 * only the kinds are noted; their content is skipped without being built.
 */
final class NotebookReader {

    private static final int MAX_DEPTH = 1000;
    private static final Pattern CELL_MAGIC = Pattern.compile("^\\s*%%([A-Za-z0-9]+)");
    private static final int MAX_LANGUAGE_CHARS = 32;

    private final JsonParser json;
    private final ExtractionLimits limits;
    private final Deadline deadline;
    private final List<Cell> cells = new ArrayList<>();
    private int cellCount;
    private long chars;
    private String kernelLanguage = "";
    private String kernelName = "";
    private String title = "";

    enum CellKind {
        MARKDOWN,
        CODE
    }

    /**
     * A cell that is read.
     *
     * @param number place among all cells, from 1
     * @param language what the cell itself says, or empty
     * @param outputs names of what running it gave, such as {@code stdout}, {@code image/png} or an error
     */
    record Cell(CellKind kind, int number, String source, String language, List<String> outputs) {}

    /**
     * A notebook.
     *
     * @param language of code cells that do not say otherwise, in lower case
     * @param title from the metadata, or empty
     * @param cellCount with those that are not read
     */
    record Notebook(List<Cell> cells, String language, String title, int cellCount) {

        String languageOf(Cell cell) {
            return cell.language().isEmpty() ? language : cell.language();
        }
    }

    private NotebookReader(JsonParser json, ExtractionLimits limits, Deadline deadline) {
        this.json = json;
        this.limits = limits;
        this.deadline = deadline;
    }

    static Notebook read(DocumentSource source, ExtractionLimits limits, Deadline deadline) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(limits.maxChars())
                        .build())
                .build();
        try (JsonParser json = source instanceof DocumentSource.OfFile file
                ? factory.createParser(file.path().toFile())
                : factory.createParser(((DocumentSource.OfText) source).content())) {
            return new NotebookReader(json, limits, deadline).readNotebook();
        } catch (StreamConstraintsException e) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE, "The notebook is nested too deeply or has too long a text.", e);
        } catch (JsonProcessingException e) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The notebook is not valid JSON.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Notebook readNotebook() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw noNotebook();
        }
        boolean found = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "cells" -> found |= readCells();
                case "worksheets" -> found |= readWorksheets();
                case "metadata" -> readMetadata();
                default -> json.skipChildren();
            }
        }
        if (!found) {
            throw noNotebook();
        }
        return new Notebook(List.copyOf(cells), language(), title, cellCount);
    }

    private static ExtractionException noNotebook() {
        return new ExtractionException(ExtractionCode.DAMAGED, "The file is not a notebook: it has no list of cells.");
    }

    private String language() {
        String language = clean(kernelLanguage.isEmpty() ? kernelName : kernelLanguage);
        if (language.startsWith("python") || language.startsWith("ipython") || language.isEmpty()) {
            return "python";
        }
        return language.equals("ir") ? "r" : language;
    }

    private boolean readWorksheets() throws IOException {
        boolean found = false;
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return false;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isCells = json.currentName().equals("cells");
                json.nextToken();
                if (isCells) {
                    found |= readCells();
                } else {
                    json.skipChildren();
                }
            }
        }
        return found;
    }

    private boolean readCells() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return false;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            deadline.check();
            if (json.currentToken() == null) {
                throw noNotebook();
            }
            cellCount++;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                readCell();
            } else {
                json.skipChildren();
            }
        }
        return true;
    }

    private void readCell() throws IOException {
        String type = "";
        String source = "";
        String language = "";
        int level = 1;
        List<String> outputs = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "cell_type" -> type = text();
                case "source", "input" -> source = lines();
                case "language" -> language = text();
                case "level" -> level = json.getValueAsInt(1);
                case "metadata" -> language = cellLanguage(language);
                case "outputs" -> outputs = new NotebookOutputs(json).names();
                default -> json.skipChildren();
            }
        }
        add(type, source, language, level, outputs);
    }

    private void add(String type, String source, String language, int level, List<String> outputs) {
        switch (type) {
            case "code" -> {
                Matcher magic = CELL_MAGIC.matcher(source);
                String own = magic.lookingAt() ? languageOfMagic(magic.group(1)) : "";
                cells.add(new Cell(CellKind.CODE, cellCount, source, own.isEmpty() ? clean(language) : own, outputs));
            }
            case "markdown", "html" -> cells.add(new Cell(CellKind.MARKDOWN, cellCount, source, "", List.of()));
            case "heading" -> {
                String marks = "#".repeat(Math.max(1, Math.min(HeadingStack.MAX_LEVEL, level)));
                cells.add(
                        new Cell(CellKind.MARKDOWN, cellCount, marks + " " + source.replace('\n', ' '), "", List.of()));
            }
            default -> {
                // Raw cells are input for converters, not for readers.
            }
        }
    }

    /** The language a cell magic switches to; empty for magics that run the kernel's own language, such as timeit. */
    private static String languageOfMagic(String magic) {
        String name = magic.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "bash", "sh", "script" -> "bash";
            case "js", "javascript" -> "javascript";
            case "html", "latex", "markdown", "perl", "r", "ruby", "sql", "svg" -> name;
            case "cython" -> "cython";
            default -> "";
        };
    }

    /** The language that editors note in the metadata of a cell. */
    private String cellLanguage(String known) throws IOException {
        String language = known;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return language;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isEditor = json.currentName().equals("vscode");
            json.nextToken();
            if (!isEditor || json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isLanguage = json.currentName().equals("languageId");
                json.nextToken();
                language = isLanguage ? text() : language;
                json.skipChildren();
            }
        }
        return language;
    }

    private void readMetadata() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "language_info" -> kernelLanguage = field("name", kernelLanguage);
                case "kernelspec" -> kernelName = field("language", kernelName);
                case "title", "name" -> title = json.currentToken() == JsonToken.VALUE_STRING ? text() : title;
                default -> json.skipChildren();
            }
        }
    }

    private String field(String wanted, String otherwise) throws IOException {
        String value = otherwise;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isWanted = json.currentName().equals(wanted);
                json.nextToken();
                value = isWanted ? text() : value;
                json.skipChildren();
            }
        }
        return value;
    }

    private String text() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        json.skipChildren();
        return "";
    }

    /** A text given as one string or as a list of lines. */
    private String lines() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return counted(text());
        }
        StringBuilder all = new StringBuilder();
        while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
            all.append(counted(text()));
        }
        return all.toString();
    }

    private String counted(String text) {
        chars += text.length();
        limits.checkChars(chars);
        return text;
    }

    /** A name fit to stand behind a code fence. */
    private static String clean(String language) {
        String name = language.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9+#_.-]", "");
        return name.length() > MAX_LANGUAGE_CHARS ? name.substring(0, MAX_LANGUAGE_CHARS) : name;
    }
}
