package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects blocks in the order of the text. Short paragraphs and list items are joined with the next, and beyond a number of
 * blocks the last one grows instead, so that the memory for blocks stays in proportion to the text, whatever it holds.
 */
final class BlockCollector {

    /** Paragraphs and list items shorter than this are joined. */
    private static final int SHORT_CHARS = 80;

    private static final int MAX_BLOCKS = 250_000;

    private final List<Block> blocks = new ArrayList<>();

    void add(
            BlockKind kind,
            int start,
            int end,
            List<String> headingPath,
            @Nullable Integer page,
            @Nullable String language) {
        if (end <= start) {
            return;
        }
        Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
        boolean full = blocks.size() >= MAX_BLOCKS;
        if (last != null && (full || isShort(last, kind, headingPath, page))) {
            blocks.set(
                    blocks.size() - 1,
                    new Block(last.kind(), last.start(), end, last.headingPath(), last.page(), last.language()));
        } else {
            blocks.add(new Block(kind, start, end, headingPath, page, language));
        }
    }

    private static boolean isShort(Block last, BlockKind kind, List<String> headingPath, @Nullable Integer page) {
        return (kind == BlockKind.PARAGRAPH || kind == BlockKind.LIST)
                && last.kind() == kind
                && last.end() - last.start() < SHORT_CHARS
                && java.util.Objects.equals(last.page(), page)
                && last.headingPath().equals(headingPath);
    }

    List<Block> blocks() {
        return blocks;
    }
}
