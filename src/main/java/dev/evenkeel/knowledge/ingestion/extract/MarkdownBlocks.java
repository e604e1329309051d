package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.commonmark.Extension;
import org.commonmark.ext.front.matter.YamlFrontMatterBlock;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.ext.front.matter.YamlFrontMatterNode;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Block;
import org.commonmark.node.Document;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.InlineParser;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * Finds the blocks of Markdown. Only the block structure is parsed; emphasis, links and the like stay as they are in the text. A long text is
 * parsed in segments, since the tree takes many times the memory of the text.
 */
final class MarkdownBlocks {

    /** Deeper nesting is taken as the text of the innermost block. */
    private static final int MAX_NESTING = 64;

    private static final InlineParser NO_INLINES = (lines, node) -> {};
    private static final Parser PARSER = parser(List.of(TablesExtension.create()));
    private static final Parser PARSER_WITH_FRONT_MATTER =
            parser(List.of(TablesExtension.create(), YamlFrontMatterExtension.create()));

    private final BlockCollector blocks;
    private final String text;
    private final HeadingStack headings;
    private final @Nullable Integer page;
    private final Map<String, Object> frontMatter = new TreeMap<>();

    /** The block that is open: it ends where the next begins, or at {@link #openEnd}. */
    private BlockKind openKind = BlockKind.PARAGRAPH;

    private int openStart;
    private int openEnd;
    private @Nullable String openLanguage;
    private List<String> openPath = List.of();

    MarkdownBlocks(BlockCollector blocks, String text, HeadingStack headings, @Nullable Integer page) {
        this.blocks = blocks;
        this.text = text;
        this.headings = headings;
        this.page = page;
    }

    private static Parser parser(List<Extension> extensions) {
        return Parser.builder()
                .extensions(extensions)
                .inlineParserFactory(context -> NO_INLINES)
                .includeSourceSpans(IncludeSourceSpans.BLOCKS)
                .maxOpenBlockParsers(MAX_NESTING)
                .build();
    }

    /** Adds the blocks of a range that starts at the start of a line. */
    void addRange(int from, int to, Deadline deadline) {
        openStart = from;
        openEnd = from;
        openPath = headings.path();
        for (MarkdownSegments.Segment segment : new MarkdownSegments(text, from, to)) {
            deadline.check();
            if (segment.insideFence()) {
                open(BlockKind.CODE, segment.start(), segment.end(), null);
            } else {
                Parser parser = segment.start() == 0 ? PARSER_WITH_FRONT_MATTER : PARSER;
                Node document = parser.parse(text.substring(segment.start(), segment.end()));
                addChildren(document, segment.start());
            }
        }
        close(to);
    }

    /** Keys and values in front of the document: a string, or a list of strings where a key has several. */
    Map<String, Object> frontMatter() {
        return frontMatter;
    }

    private void addChildren(Node document, int offset) {
        Deque<Node> pending = new ArrayDeque<>();
        pushChildren(document, pending);
        while (!pending.isEmpty()) {
            Node node = pending.pop();
            boolean leaf = !(node instanceof Block block) || add(block, offset);
            if (!leaf) {
                pushChildren(node, pending);
            }
        }
    }

    private static void pushChildren(Node parent, Deque<Node> pending) {
        for (Node child = parent.getLastChild(); child != null; child = child.getPrevious()) {
            pending.push(child);
        }
    }

    /** Opens what the node stands for; false when its children are to be looked at. */
    private boolean add(Block node, int offset) {
        if (node.getSourceSpans().isEmpty()) {
            return false;
        }
        SourceSpan first = node.getSourceSpans().get(0);
        SourceSpan last = node.getSourceSpans().get(node.getSourceSpans().size() - 1);
        int start = offset + first.getInputIndex() - first.getColumnIndex();
        int end = offset + last.getInputIndex() + last.getLength();
        if (node instanceof Heading heading && node.getParent() instanceof Document) {
            openHeading(heading.getLevel(), start, end);
        } else if (node instanceof FencedCodeBlock code) {
            open(BlockKind.CODE, start, end, language(code.getInfo()));
        } else if (node instanceof IndentedCodeBlock) {
            open(BlockKind.CODE, start, end, null);
        } else if (node instanceof TableBlock) {
            open(BlockKind.TABLE, start, end, null);
        } else if (node instanceof YamlFrontMatterBlock) {
            open(BlockKind.FRONT_MATTER, start, end, null);
            addFrontMatter(node);
        } else if (node instanceof ListItem) {
            open(BlockKind.LIST, start, start, null);
            return false;
        } else if (node.getFirstChild() instanceof Block) {
            return false;
        } else {
            open(isInList(node) ? BlockKind.LIST : BlockKind.PARAGRAPH, start, end, null);
        }
        return true;
    }

    private void openHeading(int level, int start, int end) {
        close(start);
        headings.enter(level, HeadingTitle.of(text.substring(start, end)));
        open(BlockKind.HEADING, start, end, null);
    }

    private void addFrontMatter(Node block) {
        for (Node child = block.getFirstChild(); child != null; child = child.getNext()) {
            if (child instanceof YamlFrontMatterNode entry) {
                List<String> values = entry.getValues();
                frontMatter.put(entry.getKey(), values.size() == 1 ? values.get(0) : List.copyOf(values));
            }
        }
    }

    private static boolean isInList(Node node) {
        for (Node parent = node.getParent(); parent != null; parent = parent.getParent()) {
            if (parent instanceof ListItem) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String language(@Nullable String info) {
        if (info == null || info.isBlank()) {
            return null;
        }
        String word = info.strip().split("[\\s{},]", 2)[0];
        return word.isEmpty() ? null : HeadingTitle.truncate(word.toLowerCase(Locale.ROOT), 32);
    }

    private void open(BlockKind kind, int start, int end, @Nullable String language) {
        boolean sameLine = start <= openStart && openEnd > openStart;
        boolean itemOnly = start <= openStart && openKind == BlockKind.LIST;
        if (sameLine || itemOnly) {
            // The child of a list item or quote on its first line: code and tables matter more than what they stand in.
            openKind = kind.keptWhole() ? kind : openKind;
            openLanguage = language;
            openEnd = Math.max(openEnd, end);
            return;
        }
        close(start);
        openKind = kind;
        openStart = start;
        openEnd = end;
        openLanguage = language;
        openPath = headings.path();
    }

    /** Ends the open block; lines between its end and the next block, such as link definitions, are a paragraph. */
    private void close(int nextStart) {
        if (openEnd > openStart || openKind == BlockKind.LIST) {
            int end = trimmedEnd(openStart, openKind == BlockKind.LIST ? nextStart : Math.min(openEnd, nextStart));
            blocks.add(openKind, openStart, end, openPath, page, openLanguage);
            openEnd = Math.max(openEnd, end);
        }
        int rest = startOfNextLine(openEnd);
        if (rest < nextStart) {
            Paragraphs.addTo(blocks, text, rest, nextStart, openPath, page);
        }
        openKind = BlockKind.PARAGRAPH;
        openStart = nextStart;
        openEnd = nextStart;
    }

    private int startOfNextLine(int position) {
        if (position == 0 || text.charAt(position - 1) == '\n') {
            return position;
        }
        int newline = text.indexOf('\n', position);
        return newline < 0 ? text.length() : newline + 1;
    }

    private int trimmedEnd(int start, int end) {
        int i = end;
        while (i > start && Character.isWhitespace(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }
}
