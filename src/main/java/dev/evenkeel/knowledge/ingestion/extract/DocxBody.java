package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Walks the body of a Word document and adds its paragraphs and tables to a text. */
final class DocxBody {

    /** Memory of a cell, or of a row, besides its text, in chars. */
    private static final int CELL_CHARS = 32;

    private final TextAssembly text;
    private final DocxStyles styles;
    private final ExtractionLimits limits;
    private final Deque<Table> tables = new ArrayDeque<>();
    private Paragraph paragraph = new Paragraph();
    private long tableChars;

    /** Paragraphs that are open around one in a text box. */
    private final Deque<Paragraph> outer = new ArrayDeque<>();

    private static final class Paragraph {
        private final StringBuilder content = new StringBuilder();
        private int level;
        private int listDepth = -1;
    }

    /** A table that is open; the text of one inside a cell becomes text of the cell. */
    private static final class Table {
        private final List<List<String>> rows = new ArrayList<>();
        private List<String> row = new ArrayList<>();
        private StringBuilder cell = new StringBuilder();
    }

    DocxBody(TextAssembly text, DocxStyles styles, ExtractionLimits limits) {
        this.text = text;
        this.styles = styles;
        this.limits = limits;
    }

    /** Adds all of a part with that root element. */
    void addAll(XmlWalk xml, String root) {
        boolean first = true;
        while (xml.next()) {
            if (first && xml.isStart()) {
                requireRoot(xml, root);
                first = false;
            } else if (xml.isStart()) {
                start(xml);
            } else if (xml.isEnd()) {
                end(xml.name());
            }
        }
    }

    private static void requireRoot(XmlWalk xml, String root) {
        if (!xml.name().equals(root)) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The file is not a Word document.");
        }
    }

    private void start(XmlWalk xml) {
        switch (xml.name()) {
            // What older programs see instead of what was said just before; what a tracked change took out.
            case "Fallback", "del", "moveFrom" -> xml.skip();
            case "p" -> {
                outer.push(paragraph);
                paragraph = new Paragraph();
            }
            case "pStyle" -> paragraph.level = styles.level(xml.attribute("val"));
            case "outlineLvl" -> {
                String level = xml.attribute("val", "");
                paragraph.level = level.matches("[0-8]") ? level.charAt(0) - '0' + 1 : paragraph.level;
            }
            case "numPr" -> paragraph.listDepth = Math.max(0, paragraph.listDepth);
            case "ilvl" -> {
                String depth = xml.attribute("val", "0");
                paragraph.listDepth = depth.matches("[0-8]") ? depth.charAt(0) - '0' : 0;
            }
            case "t" -> append(xml.elementText(limits.maxChars()));
            case "tab" -> append("\t");
            case "br", "cr" -> append("\n");
            case "noBreakHyphen" -> append("-");
            case "tbl" -> tables.push(new Table());
            case "pPrChange", "rPrChange", "sectPr" -> xml.skip();
            default -> {
                // Everything else only says how it looks.
            }
        }
    }

    private void append(String content) {
        paragraph.content.append(content);
        limits.checkChars(paragraph.content.length());
    }

    private void end(String name) {
        switch (name) {
            case "p" -> {
                endParagraph();
                paragraph = outer.isEmpty() ? new Paragraph() : outer.pop();
            }
            case "tc" -> {
                if (!tables.isEmpty()) {
                    Table table = tables.element();
                    countInTable(table.cell.length());
                    table.row.add(table.cell.toString());
                    table.cell = new StringBuilder();
                }
            }
            case "tr" -> {
                if (!tables.isEmpty()) {
                    Table table = tables.element();
                    countInTable(0);
                    table.rows.add(table.row);
                    table.row = new ArrayList<>();
                }
            }
            case "tbl" -> endTable();
            default -> {
                // Ends of what was of no interest at its start.
            }
        }
    }

    private void countInTable(int chars) {
        tableChars += CELL_CHARS + chars;
        limits.checkChars(tableChars);
    }

    private void endParagraph() {
        String content = paragraph.content.toString();
        if (!tables.isEmpty()) {
            StringBuilder cell = tables.element().cell;
            limits.checkChars(
                    cell.append(cell.isEmpty() ? "" : "\n").append(content).length());
        } else if (paragraph.level > 0) {
            text.heading(paragraph.level, content);
        } else if (paragraph.listDepth >= 0) {
            text.item(paragraph.listDepth, "- ", content);
        } else {
            text.paragraph(content);
        }
    }

    private void endTable() {
        if (tables.isEmpty()) {
            return;
        }
        Table table = tables.pop();
        if (tables.isEmpty()) {
            tableChars = 0;
            text.table(table.rows);
            text.endGroup();
            return;
        }
        StringBuilder cell = tables.element().cell;
        for (List<String> row : table.rows) {
            cell.append(cell.isEmpty() ? "" : "\n").append(String.join(" ", row));
        }
        limits.checkChars(cell.length());
    }
}
