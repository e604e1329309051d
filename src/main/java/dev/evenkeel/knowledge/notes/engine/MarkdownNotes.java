package dev.evenkeel.knowledge.notes.engine;

import dev.evenkeel.knowledge.ingestion.extract.MarkdownSegments;
import dev.evenkeel.platform.offload.Interruption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.ext.front.matter.YamlFrontMatterBlock;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * Finds links and tags in Markdown. What is code, HTML or an address is neither; link definitions count within the 256 kB
 * of text or so that are parsed at once.
 */
final class MarkdownNotes {
    private static final int MAX_NESTING = 64;
    private static final int MAX_LABEL_CHARS = 200;

    /** An address in the text, which no brackets mark as one. */
    private static final Pattern ADDRESS = Pattern.compile("\\bhttps?+://[^\\s<>\"',;)]++");

    private final NoteCollector collector;
    private final String text;
    private final long endNanos;
    private final BoundedInlines inlineParsing;
    private final Parser parser;

    /** Gives up at a moment of {@link System#nanoTime()}. */
    MarkdownNotes(NoteCollector collector, String text, long endNanos) {
        this.collector = collector;
        this.text = text;
        this.endNanos = endNanos;
        inlineParsing = new BoundedInlines(endNanos);
        parser = Parser.builder()
                .extensions(List.of(TablesExtension.create(), YamlFrontMatterExtension.create()))
                .inlineParserFactory(inlineParsing::parser)
                .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
                .maxOpenBlockParsers(MAX_NESTING)
                .build();
    }

    void read(int to) {
        for (MarkdownSegments.Segment segment : new MarkdownSegments(text, 0, to)) {
            Interruption.check();
            if (System.nanoTime() - endNanos > 0) {
                collector.warn("The search for links took too long; what it had found by then is kept.");
                break;
            }
            if (!segment.insideFence()) {
                new Segment(segment.start(), text.substring(segment.start(), segment.end())).read();
            }
        }
        if (inlineParsing.isExhausted()) {
            collector.warn("Some long paragraphs were not searched for links.");
        }
    }

    /** A link of Markdown itself, by its first line. */
    private record Inline(int start, int end, boolean image, String destination, String label) {}

    /** What is parsed at once. */
    private final class Segment {
        private final int offset;
        private final String source;
        /** The source, in which what has been taken or does not count is replaced by U+0000. */
        private final char[] open;

        private final List<SourceSpan> lines = new ArrayList<>();
        private final List<SourceSpan> frontMatter = new ArrayList<>();
        private final List<Inline> inlines = new ArrayList<>();

        Segment(int offset, String source) {
            this.offset = offset;
            this.source = source;
            this.open = source.toCharArray();
        }

        void read() {
            walk(parser.parse(source));
            List<Inline> taken = new ArrayList<>();
            for (Inline inline : inlines) {
                if (!isInsideDoubleBrackets(inline)) {
                    taken.add(inline);
                }
            }
            taken.forEach(inline -> mask(inline.start(), inline.end()));
            lines.forEach(this::maskAddresses);
            if (offset == 0) {
                frontMatter.forEach(this::addWikilinks);
            }
            lines.forEach(this::addWikilinks);
            taken.forEach(this::add);
            for (SourceSpan line : lines) {
                TagScanner.scan(open, line.getInputIndex(), end(line), collector::tag);
            }
        }

        private void walk(Node document) {
            Deque<Node> pending = new ArrayDeque<>();
            pending.push(document);
            while (!pending.isEmpty()) {
                Node node = pending.pop();
                visit(node);
                for (Node child = node.getLastChild(); child != null; child = child.getPrevious()) {
                    pending.push(child);
                }
            }
        }

        private void visit(Node node) {
            if (inlineParsing.isSkipped(node)) {
                return;
            }
            if (node instanceof Paragraph || node instanceof Heading || node instanceof TableCell) {
                lines.addAll(node.getSourceSpans());
            } else if (node instanceof YamlFrontMatterBlock) {
                frontMatter.addAll(node.getSourceSpans());
            } else if (node instanceof Code || node instanceof HtmlInline) {
                node.getSourceSpans().forEach(span -> mask(span.getInputIndex(), end(span)));
            } else if (node instanceof Link link) {
                addInline(node, false, link.getDestination());
            } else if (node instanceof Image image) {
                addInline(node, true, image.getDestination());
            }
        }

        private void addInline(Node node, boolean image, @Nullable String destination) {
            List<SourceSpan> spans = node.getSourceSpans();
            if (spans.isEmpty()) {
                return;
            }
            int start = spans.get(0).getInputIndex();
            int end = end(spans.get(spans.size() - 1));
            inlines.add(new Inline(start, end, image, destination == null ? "" : destination, label(node)));
        }

        /** {@code [[name]]} is a wikilink even where a link definition of that name makes a link of the inner brackets. */
        private boolean isInsideDoubleBrackets(Inline inline) {
            return !inline.image()
                    && inline.start() > 0
                    && inline.end() < source.length()
                    && source.charAt(inline.start() - 1) == '['
                    && source.charAt(inline.end()) == ']'
                    && source.charAt(inline.end() - 1) == ']';
        }

        private void maskAddresses(SourceSpan line) {
            Matcher address = ADDRESS.matcher(source).region(line.getInputIndex(), end(line));
            while (address.find()) {
                mask(address.start(), address.end());
            }
        }

        private void addWikilinks(SourceSpan line) {
            WikilinkScanner.scan(open, line.getInputIndex(), end(line), (start, end, embed, target, label) -> {
                LinkTarget.ofWikilink(target)
                        .ifPresent(found -> collector.link(
                                embed ? LinkKind.EMBED : LinkKind.WIKILINK,
                                found,
                                cut(label),
                                offset + start,
                                found.mayBeDocument()));
                mask(start, end);
            });
        }

        private void add(Inline inline) {
            LinkTarget.ofDestination(inline.destination())
                    .ifPresent(target -> collector.link(
                            inline.image() ? LinkKind.IMAGE : LinkKind.LINK,
                            target,
                            inline.label().isEmpty() ? null : cut(inline.label()),
                            offset + inline.start(),
                            target.mayBeDocument()));
        }

        private void mask(int start, int end) {
            for (int i = start; i < end; i++) {
                if (open[i] != '\n') {
                    open[i] = '\0';
                }
            }
        }

        private String label(Node node) {
            StringBuilder label = new StringBuilder();
            Deque<Node> pending = new ArrayDeque<>();
            pending.push(node);
            while (!pending.isEmpty() && label.length() < MAX_LABEL_CHARS) {
                Node next = pending.pop();
                if (next instanceof org.commonmark.node.Text literal) {
                    label.append(literal.getLiteral());
                } else if (next instanceof Code code) {
                    label.append(code.getLiteral());
                }
                for (Node child = next.getLastChild(); child != null; child = child.getPrevious()) {
                    pending.push(child);
                }
            }
            return label.toString().strip();
        }
    }

    private static int end(SourceSpan span) {
        return span.getInputIndex() + span.getLength();
    }

    private static @Nullable String cut(@Nullable String label) {
        if (label == null || label.length() <= MAX_LABEL_CHARS) {
            return label;
        }
        boolean halves = Character.isHighSurrogate(label.charAt(MAX_LABEL_CHARS - 1));
        return label.substring(0, halves ? MAX_LABEL_CHARS - 1 : MAX_LABEL_CHARS);
    }
}
