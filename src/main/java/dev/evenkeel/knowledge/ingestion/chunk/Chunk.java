package dev.evenkeel.knowledge.ingestion.chunk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a document as it is indexed and shown.
 *
 * @param ordinal place in the document, from 0
 * @param start index of its first char in the extracted text
 * @param end index after its last char
 * @param content the text between {@code start} and {@code end}
 * @param headingPath titles it stands under, outermost first; where it covers several sections, what their paths have in common
 * @param pageFrom first PDF page or notebook cell, from 1, or null
 * @param pageTo last PDF page or notebook cell, or null
 * @param lineFrom first line of the extracted text, from 1
 * @param lineTo last line
 * @param tokens exact number of cl100k_base tokens of {@code content}
 */
public record Chunk(
        int ordinal,
        int start,
        int end,
        String content,
        List<String> headingPath,
        @Nullable Integer pageFrom,
        @Nullable Integer pageTo,
        int lineFrom,
        int lineTo,
        int tokens) {

    public Chunk {
        headingPath = List.copyOf(headingPath);
    }
}
