package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of an extracted text.
 *
 * @param kind what it is
 * @param start index of its first char
 * @param end index after its last char, greater than {@code start}
 * @param headingPath titles from the outermost heading (or declaration) to the one this block stands under; that of a
 *     heading ends with its own title
 * @param page number from 1 of the page of a PDF, cell of a notebook, slide, sheet or chapter; null for other types
 * @param language programming language of code in lower case, null when it is not code or the source does not say
 */
public record Block(
        BlockKind kind,
        int start,
        int end,
        List<String> headingPath,
        @Nullable Integer page,
        @Nullable String language) {

    public Block {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("not a range: " + start + ".." + end);
        }
        headingPath = List.copyOf(headingPath);
    }

    public Block(BlockKind kind, int start, int end, List<String> headingPath, @Nullable Integer page) {
        this(kind, start, end, headingPath, page, null);
    }
}
