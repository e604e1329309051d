package dev.evenkeel.knowledge.notes.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a document says of itself and of others.
 *
 * @param links in the order of the text; each kind, target and heading once
 * @param tags without {@code #}, in lower case, each once
 * @param aliases other names of the document
 * @param headings as {@link HeadingSlug}s; null when not all are known
 * @param warnings sentences about what was left out
 */
public record NoteFacts(
        List<NoteLink> links,
        List<String> tags,
        List<String> aliases,
        @Nullable List<String> headings,
        List<String> warnings) {
    /** Of a document that says nothing. */
    public static final NoteFacts NONE = new NoteFacts(List.of(), List.of(), List.of(), null, List.of());

    public NoteFacts {
        links = List.copyOf(links);
        tags = List.copyOf(tags);
        aliases = List.copyOf(aliases);
        headings = headings == null ? null : List.copyOf(headings);
        warnings = List.copyOf(warnings);
    }
}
