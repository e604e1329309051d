package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the text of a document together that has no readable source, such as HTML or DOCX: in Markdown notation, block by block.
 * Limits hold with every block. For one document, by one thread.
 */
final class TextAssembly {

    private static final int MAX_TITLE_CHARS = 200;
    private static final int MIN_FENCE = 3;

    private final ExtractionLimits limits;
    private final Deadline deadline;
    private final StringBuilder text = new StringBuilder();
    private final BlockCollector blocks = new BlockCollector();
    private final HeadingStack headings = new HeadingStack();
    private @Nullable Integer page;
    private @Nullable BlockKind lastKind;
    private long removedNuls;

    TextAssembly(ExtractionLimits limits, Deadline deadline) {
        this.limits = limits;
        this.deadline = deadline;
    }

    /** The page of the blocks from here on. */
    void page(@Nullable Integer number) {
        this.page = number;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The first heading so far. */
    @Nullable String firstHeading() {
        return headings.first();
    }

    /** Leaves the headings of this level and deeper ones. */
    void leave(int level) {
        headings.enter(level, "");
    }

    /**
     * Adds a heading on a line of its own.
     *
     * @param level from 1; beyond {@link HeadingStack#MAX_LEVEL} it counts as that
     */
    void heading(int level, String title) {
        String line = oneLine(title);
        if (!line.isEmpty()) {
            int depth = Math.max(1, Math.min(HeadingStack.MAX_LEVEL, level));
            headings.enter(depth, HeadingTitle.truncate(line, MAX_TITLE_CHARS));
            add(BlockKind.HEADING, "#".repeat(depth) + " " + line, null);
        }
    }

    void paragraph(String content) {
        add(BlockKind.PARAGRAPH, content.strip(), null);
    }

    /** Adds an item with its mark, such as {@code "- "}, indented by its depth from 0. */
    void item(int depth, String mark, String content) {
        String stripped = content.strip();
        if (!stripped.isEmpty()) {
            String indentation = "  ".repeat(Math.min(depth, 20));
            String continued = "\n" + indentation + " ".repeat(mark.length());
            add(BlockKind.LIST, indentation + mark + stripped.replace("\n", continued), null);
        }
    }

    /** Adds code between fences. */
    void code(String content, @Nullable String language) {
        if (!content.isBlank()) {
            String fence = "`".repeat(Math.max(MIN_FENCE, longestBacktickRun(content) + 1));
            String name = language == null ? "" : language;
            add(BlockKind.CODE, fence + name + "\n" + content.stripTrailing() + "\n" + fence, language);
        }
    }

    /** Adds rows of cells, each a line; the first row is set off as the head of the table. */
    void table(List<List<String>> rows) {
        StringBuilder table = new StringBuilder();
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        boolean first = true;
        for (List<String> row : rows) {
            deadline.check();
            if (row.stream().allMatch(String::isBlank)) {
                continue;
            }
            table.append(table.isEmpty() ? "" : "\n").append('|');
            for (int i = 0; i < columns; i++) {
                table.append(' ')
                        .append(i < row.size() ? oneLine(row.get(i)).replace("|", "\\|") : "")
                        .append(" |");
            }
            if (first) {
                table.append("\n|").append(" --- |".repeat(columns));
                first = false;
            }
            limits.checkChars(text.length() + (long) table.length());
        }
        add(BlockKind.TABLE, table.toString(), null);
    }

    /** Adds a record of a table on a line of its own, right below the record before it. */
    void row(String line) {
        add(BlockKind.TABLE, oneLine(line), null);
    }

    /**
     * Checks that so many chars more stay within the limits, before they are put together.
     *
     * @throws ExtractionException {@code too_large} or {@code timeout}
     */
    void checkRoom(long chars) {
        deadline.check();
        limits.checkChars(text.length() + chars);
    }

    private void add(BlockKind kind, String content, @Nullable String language) {
        deadline.check();
        CleanText clean = CleanText.of(content);
        removedNuls += clean.removedNuls();
        if (clean.text().isBlank()) {
            return;
        }
        limits.checkChars(text.length() + (long) clean.text().length());
        if (!text.isEmpty()) {
            boolean continues = kind == lastKind && (kind == BlockKind.LIST || kind == BlockKind.TABLE);
            text.append(continues ? "\n" : "\n\n");
        }
        int start = text.length();
        text.append(clean.text());
        blocks.add(kind, start, text.length(), headings.path(), page, language);
        lastKind = kind;
    }

    /** Ends a table or list, so that the next row or item begins another. */
    void endGroup() {
        lastKind = null;
    }

    ExtractedText finish(String method, int pages, Map<String, Object> metadata, List<String> warnings) {
        return new ExtractedText(text.toString(), blocks.blocks(), method, pages, removedNuls, metadata, warnings);
    }

    /** The text with every run of white space as one space, and none around it. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || c == '\u00A0') {
                gap = !line.isEmpty();
            } else {
                if (gap) {
                    line.append(' ');
                    gap = false;
                }
                line.append(c);
            }
        }
        return line.toString();
    }

    static int longestBacktickRun(String source) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < source.length(); i++) {
            run = source.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }
}
