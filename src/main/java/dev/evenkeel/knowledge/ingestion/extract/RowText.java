package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes the rows of a table one after the other, each as a line {@code column: value | column: value}, so that a row can be
 * understood without the others.
 *
 * <p>The first row names the columns when there is a second one and each of its cells that has anything below it is a text of its
 * own: not blank, not a number, date or truth value, at most {@value #MAX_NAME_CHARS} chars long and unlike the others. Otherwise
 * columns have no names and a row is written as its values.
 */
final class RowText {

    private static final int MAX_NAME_CHARS = 100;
    private static final int MAX_COLUMNS = 16_384;
    private static final String SEPARATOR = " | ";

    /** Numbers, dates and times in the common notations; no name of a column. */
    private static final Pattern VALUE = Pattern.compile(
            "[-+(]?[$€£]?\\s?[\\d.,'\\u00A0 /:%-]*\\d[\\d.,:%)]*(?:[eE][-+]?\\d+)?(?:T[\\d:.]+Z?)?|true|false|yes|no|null|n/a",
            Pattern.CASE_INSENSITIVE);

    private final TextAssembly text;
    private List<String> first = List.of();
    private List<String> names = List.of();
    private boolean decided;
    private int rows;

    RowText(TextAssembly text) {
        this.text = text;
    }

    /** Adds the next row; a row of blank cells counts for nothing. */
    void add(List<String> cells) {
        if (cells.stream().allMatch(String::isBlank)) {
            return;
        }
        if (cells.size() > MAX_COLUMNS) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "A row has more than " + MAX_COLUMNS + " columns.");
        }
        rows++;
        if (rows == 1) {
            first = List.copyOf(cells);
            return;
        }
        if (!decided) {
            decide(cells);
        }
        text.row(line(cells));
    }

    private void decide(List<String> second) {
        decided = true;
        if (isHeader(first, second)) {
            names = first.stream().map(TextAssembly::oneLine).toList();
        } else {
            text.row(line(first));
        }
    }

    /** To be called after the last row. */
    void finish() {
        if (rows == 1) {
            text.row(line(first));
        }
        text.endGroup();
    }

    /** Names of the columns, empty when they have none. */
    List<String> names() {
        return names;
    }

    /** Rows that are not blank, without the one that names the columns. */
    int count() {
        return names.isEmpty() ? rows : rows - 1;
    }

    private static boolean isHeader(List<String> first, List<String> second) {
        Set<String> seen = new HashSet<>();
        int named = 0;
        for (int i = 0; i < first.size(); i++) {
            String cell = first.get(i).strip();
            if (cell.isEmpty()) {
                // Such as the corner above row names.
                if (i > 0 && i < second.size() && !second.get(i).isBlank()) {
                    return false;
                }
            } else if (cell.length() > MAX_NAME_CHARS
                    || VALUE.matcher(cell).matches()
                    || !seen.add(cell.toLowerCase(Locale.ROOT))) {
                return false;
            } else {
                named++;
            }
        }
        return named > 0;
    }

    private String line(List<String> cells) {
        List<String> parts = new ArrayList<>(cells.size());
        long chars = 0;
        for (int i = 0; i < cells.size(); i++) {
            String cell = TextAssembly.oneLine(cells.get(i));
            if (!cell.isEmpty()) {
                String name = i < names.size() ? names.get(i) : "";
                chars += name.length() + cell.length();
                text.checkRoom(chars);
                parts.add(name.isEmpty() ? cell : name + ": " + cell);
            }
        }
        return String.join(SEPARATOR, parts);
    }
}
