package dev.evenkeel.knowledge.notes;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What is around a document.
 *
 * @param links the documents that it links to, in the order of its text
 * @param backlinks the documents that link to it, oldest first
 * @param tags its tags in alphabetical order
 */
@RegisterForReflection
public record LinkedDocuments(UUID documentId, List<NoteRef> links, List<NoteRef> backlinks, List<String> tags) {
    LinkedDocuments(UUID documentId, List<String> tags) {
        this(documentId, List.of(), List.of(), tags);
    }

    LinkedDocuments with(NoteRef document, boolean outgoing) {
        return outgoing
                ? new LinkedDocuments(documentId, append(links, document), backlinks, tags)
                : new LinkedDocuments(documentId, links, append(backlinks, document), tags);
    }

    private static List<NoteRef> append(List<NoteRef> documents, NoteRef document) {
        return Stream.concat(documents.stream(), Stream.of(document)).toList();
    }
}
