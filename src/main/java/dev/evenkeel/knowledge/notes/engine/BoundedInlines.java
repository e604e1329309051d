package dev.evenkeel.knowledge.notes.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.commonmark.internal.InlineParserImpl;
import org.commonmark.node.Node;
import org.commonmark.parser.InlineParser;
import org.commonmark.parser.InlineParserContext;
import org.commonmark.parser.SourceLines;

/**
 * Parses the inline structure of blocks as long as that is little work. For some characters the parser looks for a partner
 * up to the end of the block, or among all others of their kind, which makes a megabyte of them a matter of hours.
 */
final class BoundedInlines {
    /** Characters that are looked at, in the worst case: a few seconds. */
    private static final long MAX_WORK = 1_000_000_000;

    /** Nobody writes longer paragraphs. */
    private static final int MAX_BLOCK_CHARS = 64 * 1024;

    private final long endNanos;

    private final Set<Node> skipped = Collections.newSetFromMap(new IdentityHashMap<>());
    private long work;
    private boolean exhausted;

    /** Gives up at a moment of {@link System#nanoTime()}. */
    BoundedInlines(long endNanos) {
        this.endNanos = endNanos;
    }

    /** The parser of one run. */
    InlineParser parser(InlineParserContext context) {
        InlineParser parser = new InlineParserImpl(context);
        return (lines, node) -> {
            if (isAffordable(lines)) {
                parser.parse(lines, node);
            } else {
                skipped.add(node);
                exhausted = true;
            }
        };
    }

    private boolean isAffordable(SourceLines lines) {
        String content = lines.getContent();
        if (content.length() > MAX_BLOCK_CHARS || System.nanoTime() - endNanos > 0) {
            return false;
        }
        long searches =
                content.chars().filter(c -> c == '<' || c == '`' || c == ']').count();
        long delimiters = content.chars().filter(c -> c == '*' || c == '_').count();
        long cost = searches * content.length() + delimiters * delimiters;
        if (cost > MAX_WORK - work) {
            return false;
        }
        work += cost;
        return true;
    }

    /** Whether the block was not parsed. */
    boolean isSkipped(Node block) {
        return skipped.contains(block);
    }

    /** Whether any block was not parsed. */
    boolean isExhausted() {
        return exhausted;
    }
}
