package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Walks the shapes of a slide, or of its notes, and adds their text. */
final class PptxShapes {

    /** Placeholders that say the same on every slide. */
    private static final Set<String> BOILERPLATE = Set.of("dt", "ftr", "sldNum", "hdr", "sldImg");

    private static final Set<String> TITLES = Set.of("title", "ctrTitle");

    /** Memory of a cell, row or paragraph besides its text, in chars. */
    private static final int CELL_CHARS = 32;

    private final TextAssembly text;
    private final ExtractionLimits limits;
    private final boolean notes;

    private String placeholder = "";
    private int depth;
    private final StringBuilder paragraph = new StringBuilder();
    private final List<String> paragraphs = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private List<String> row = new ArrayList<>();
    private boolean inTable;
    private long chars;

    PptxShapes(TextAssembly text, ExtractionLimits limits, boolean notes) {
        this.text = text;
        this.limits = limits;
        this.notes = notes;
    }

    void addAll(XmlWalk xml) {
        while (xml.next()) {
            if (xml.isStart()) {
                start(xml);
            } else if (xml.isEnd()) {
                end(xml.name());
            }
        }
    }

    private void start(XmlWalk xml) {
        switch (xml.name()) {
            case "Fallback" -> xml.skip();
            case "sp", "graphicFrame" -> placeholder = "";
            case "ph" -> placeholder = xml.attribute("type", "body");
            case "p" -> {
                paragraph.setLength(0);
                depth = 0;
            }
            case "pPr" -> {
                String level = xml.attribute("lvl", "0");
                depth = level.matches("[0-8]") ? level.charAt(0) - '0' : 0;
            }
            case "t" -> append(xml.elementText(limits.maxChars()));
            case "br" -> append("\n");
            case "tbl" -> inTable = true;
            default -> {
                // Everything else only says how it looks.
            }
        }
    }

    private void append(String content) {
        paragraph.append(content);
        chars += content.length();
        limits.checkChars(chars);
    }

    private void end(String name) {
        switch (name) {
            case "p" -> endParagraph();
            case "txBody" -> {
                if (!inTable) {
                    endShape();
                }
            }
            case "tc" -> {
                countOne();
                row.add(String.join("\n", paragraphs));
                paragraphs.clear();
            }
            case "tr" -> {
                countOne();
                rows.add(row);
                row = new ArrayList<>();
            }
            case "tbl" -> {
                inTable = false;
                text.table(rows);
                text.endGroup();
                rows.clear();
            }
            default -> {
                // Ends of what was of no interest at its start.
            }
        }
    }

    private void countOne() {
        chars += CELL_CHARS;
        limits.checkChars(chars);
    }

    private void endParagraph() {
        String content = paragraph.toString();
        paragraph.setLength(0);
        boolean listed = !inTable && !notes && placeholder.equals("body") && !content.isBlank();
        if (listed) {
            text.item(depth, "- ", content);
        } else if (!content.isBlank()) {
            countOne();
            paragraphs.add(content.strip());
        }
    }

    private void endShape() {
        String content = String.join("\n", paragraphs);
        paragraphs.clear();
        if (content.isEmpty() || BOILERPLATE.contains(placeholder)) {
            return;
        }
        if (notes) {
            text.paragraph("Notes: " + content);
        } else if (TITLES.contains(placeholder)) {
            text.heading(1, content);
        } else {
            text.paragraph(content);
        }
    }
}
