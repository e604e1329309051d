package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;
import org.jspecify.annotations.Nullable;

/** Walks a parsed page and adds its headings, paragraphs, lists, tables and code to a text. */
final class HtmlBlocks implements NodeFilter {

    private static final Set<String> SKIPPED = Set.of(
            "head",
            "script",
            "style",
            "noscript",
            "template",
            "nav",
            "svg",
            "math",
            "canvas",
            "iframe",
            "object",
            "audio",
            "video",
            "button",
            "select",
            "input",
            "textarea",
            "dialog");
    private static final Set<String> SKIPPED_ROLES =
            Set.of("navigation", "search", "menu", "menubar", "dialog", "alert");
    private static final Set<String> CELLS = Set.of("td", "th");
    private static final Pattern HEADING = Pattern.compile("h([1-6])");
    private static final Pattern LANGUAGE = Pattern.compile("(?:^|\\s)(?:language|lang|brush:)-?\\s*([\\w+#.-]{1,32})");

    /** A cell of a table that only lays out the page holds one of these. */
    private static final String NO_CELL_CONTENT = "table, h1, h2, h3, h4, h5, h6, pre, ul, ol";

    private final TextAssembly text;
    private final int levelOffset;
    private final StringBuilder inline = new StringBuilder();
    private final Deque<OpenList> lists = new ArrayDeque<>();
    private @Nullable String mark;

    /** A list that is open; {@code next} is the number of its next item, 0 when items have none. */
    private static final class OpenList {
        private int next;

        OpenList(int next) {
            this.next = next;
        }
    }

    private HtmlBlocks(TextAssembly text, int levelOffset) {
        this.text = text;
        this.levelOffset = levelOffset;
    }

    /**
     * Adds what a page shows.
     *
     * @param levelOffset is added to the level of every heading
     */
    static void addTo(TextAssembly text, Document page, int levelOffset) {
        HtmlBlocks blocks = new HtmlBlocks(text, levelOffset);
        NodeTraversor.filter(blocks, page.body());
        blocks.flush();
        text.endGroup();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        text.deadline().check();
        if (node instanceof TextNode content) {
            append(content.getWholeText());
        } else if (node instanceof Element element) {
            return enter(element);
        }
        return FilterResult.CONTINUE;
    }

    private FilterResult enter(Element element) {
        String name = element.normalName();
        if (isSkipped(element, name)) {
            return FilterResult.SKIP_ENTIRELY;
        }
        if (standsAlone(element, name)) {
            flush();
        }
        switch (name) {
            case "br" -> inline.append('\n');
            case "img" -> append(" " + element.attr("alt") + " ");
            case "pre" -> {
                text.code(element.wholeText(), language(element));
                return FilterResult.SKIP_ENTIRELY;
            }
            case "ul" -> lists.push(new OpenList(0));
            case "ol" -> lists.push(new OpenList(1));
            case "li" -> mark = nextMark();
            case "table" -> {
                if (isData(element)) {
                    addTable(element);
                    return FilterResult.SKIP_ENTIRELY;
                }
            }
            default -> {
                if (HEADING.matcher(name).matches()) {
                    text.heading(name.charAt(1) - '0' + levelOffset, element.text());
                    return FilterResult.SKIP_ENTIRELY;
                }
            }
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element) {
            String name = element.normalName();
            if (standsAlone(element, name)) {
                flush();
            }
            if ((name.equals("ul") || name.equals("ol")) && !lists.isEmpty()) {
                lists.pop();
                if (lists.isEmpty()) {
                    text.endGroup();
                }
            }
            if (name.equals("li")) {
                mark = null;
            }
        }
        return FilterResult.CONTINUE;
    }

    private static boolean standsAlone(Element element, String name) {
        return (element.isBlock() && !name.equals("br")) || CELLS.contains(name) || name.equals("summary");
    }

    private static boolean isSkipped(Element element, String name) {
        if (SKIPPED.contains(name)
                || element.hasAttr("hidden")
                || element.attr("aria-hidden").equals("true")) {
            return true;
        }
        Element parent = element.parent();
        // The footer of an article belongs to it; that of the page says the same on every page.
        boolean pageFooter =
                name.equals("footer") && parent != null && parent.normalName().equals("body");
        return pageFooter || SKIPPED_ROLES.contains(element.attr("role").toLowerCase(Locale.ROOT));
    }

    private String nextMark() {
        OpenList list = lists.peek();
        return list == null || list.next == 0 ? "- " : list.next++ + ". ";
    }

    private void append(String content) {
        boolean gap = inline.isEmpty() || Character.isWhitespace(inline.charAt(inline.length() - 1));
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f') {
                inline.append(c);
                gap = false;
            } else if (!gap) {
                inline.append(' ');
                gap = true;
            }
        }
    }

    private void flush() {
        if (inline.isEmpty()) {
            return;
        }
        String content = inline.toString();
        inline.setLength(0);
        if (content.isBlank()) {
            return;
        }
        if (lists.isEmpty()) {
            text.paragraph(content);
        } else {
            text.item(lists.size() - 1, mark == null ? "  " : mark, content);
            mark = null;
        }
    }

    private static boolean isData(Element table) {
        String role = table.attr("role");
        return !role.equals("presentation")
                && !role.equals("none")
                && table.children().stream().allMatch(part -> part.selectFirst(NO_CELL_CONTENT) == null);
    }

    private void addTable(Element table) {
        Element caption = table.selectFirst("caption");
        if (caption != null) {
            text.paragraph(caption.text());
        }
        List<List<String>> rows = new ArrayList<>();
        for (Element row : table.select("tr")) {
            text.deadline().check();
            List<String> cells = new ArrayList<>();
            for (Element cell : row.children()) {
                if (CELLS.contains(cell.normalName())) {
                    cells.add(cell.text());
                }
            }
            rows.add(cells);
        }
        text.table(rows);
        text.endGroup();
    }

    private static @Nullable String language(Element pre) {
        Element code = pre.selectFirst("code");
        for (String classes : List.of(code == null ? "" : code.className(), pre.className())) {
            Matcher matcher = LANGUAGE.matcher(classes);
            if (matcher.find()) {
                return matcher.group(1).toLowerCase(Locale.ROOT);
            }
        }
        return null;
    }
}
