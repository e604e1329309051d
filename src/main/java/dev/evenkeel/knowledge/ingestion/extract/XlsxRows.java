package dev.evenkeel.knowledge.ingestion.extract;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Walks the cells of a sheet. */
final class XlsxRows {

    /** Columns of the largest sheet (A to XFD). */
    private static final int MAX_COLUMNS = 16_384;

    /** A double has 15 digits that mean something; the rest is noise such as 0.30000000000000004. */
    private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);

    private static final int MAX_PLAIN_SCALE = 30;

    /** Longer ones take a time that grows with the square of their length, and are no numbers of a sheet. */
    private static final int MAX_DIGITS = 400;

    private final List<String> strings;
    private final XlsxDates dates;
    private final RowText rows;
    private final ExtractionLimits limits;
    private final List<String> row = new ArrayList<>();
    private long rowChars;
    private String type = "";
    private int style;
    private final StringBuilder value = new StringBuilder();

    XlsxRows(List<String> strings, XlsxDates dates, RowText rows, ExtractionLimits limits) {
        this.strings = strings;
        this.dates = dates;
        this.rows = rows;
        this.limits = limits;
    }

    void addAll(XmlWalk xml) {
        while (xml.next()) {
            if (xml.isStart()) {
                start(xml);
            } else if (xml.ends("c")) {
                addCell();
            } else if (xml.ends("row")) {
                rows.add(row);
                row.clear();
                rowChars = 0;
            }
        }
        rows.finish();
    }

    private void addCell() {
        String cell = cell(value.toString());
        value.setLength(0);
        rowChars += cell.length();
        limits.checkChars(rowChars);
        row.add(cell);
    }

    private void start(XmlWalk xml) {
        switch (xml.name()) {
            case "c" -> {
                type = xml.attribute("t", "n");
                style = integer(xml.attribute("s", "0"));
                int column = column(xml.attribute("r", ""));
                while (row.size() < column) {
                    row.add("");
                }
            }
            case "v", "t" -> {
                value.append(xml.elementText(limits.maxChars()));
                limits.checkChars(value.length());
            }
            case "f", "rPh" -> xml.skip();
            default -> {
                // Everything else only says how it looks.
            }
        }
    }

    private String cell(String content) {
        if (row.size() >= MAX_COLUMNS) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "A row has more than " + MAX_COLUMNS + " columns.");
        }
        return switch (type) {
            case "s" -> {
                int index = integer(content.strip());
                yield index >= 0 && index < strings.size() && !content.isEmpty() ? strings.get(index) : "";
            }
            case "b" -> content.strip().equals("1") ? "true" : content.isEmpty() ? "" : "false";
            case "n" -> number(content.strip());
            default -> content;
        };
    }

    private String number(String digits) {
        if (digits.length() > MAX_DIGITS || digits.isEmpty()) {
            return digits;
        }
        try {
            BigDecimal number = new BigDecimal(digits);
            if (dates.isDate(style)) {
                return dates.text(number.doubleValue(), style);
            }
            BigDecimal rounded = number.round(DIGITS).stripTrailingZeros();
            return Math.abs(rounded.scale()) <= MAX_PLAIN_SCALE ? rounded.toPlainString() : rounded.toString();
        } catch (NumberFormatException e) {
            return digits;
        }
    }

    /** The place of a reference such as {@code AB12}, from 0; that of the next cell when it says none. */
    private int column(String reference) {
        int column = 0;
        for (int i = 0; i < reference.length() && column <= MAX_COLUMNS; i++) {
            char c = Character.toUpperCase(reference.charAt(i));
            if (c < 'A' || c > 'Z') {
                break;
            }
            column = column * 26 + c - 'A' + 1;
        }
        return column == 0 ? row.size() : Math.min(column - 1, MAX_COLUMNS);
    }

    private static int integer(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
