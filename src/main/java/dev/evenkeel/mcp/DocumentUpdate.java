package dev.evenkeel.mcp;

import dev.evenkeel.knowledge.DocumentChange;
import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.NewContent;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of a document in any of its parts, in one transaction. */
@Singleton
public class DocumentUpdate {
    private final DocumentService documents;
    private final OriginalText originals;

    DocumentUpdate(DocumentService documents, OriginalText originals) {
        this.documents = documents;
        this.originals = originals;
    }

    /** What is to change; what is null stays. */
    record Wanted(
            @Nullable String title,
            @Nullable String content,
            @Nullable String documentType,
            @Nullable Map<String, Object> metadata) {}

    Uni<DocumentView> apply(Caller caller, UUID id, Wanted wanted) {
        String content = wanted.content();
        if (content != null) {
            return replace(caller, id, wanted, content, null);
        }
        if (wanted.documentType() != null) {
            return documents
                    .get(caller, id)
                    .chain(seen -> originals
                            .read(caller, id)
                            .chain(text -> replace(caller, id, wanted, text, ETags.of(seen.version()))));
        }
        if (wanted.title() == null && wanted.metadata() == null) {
            throw ProblemException.badRequest("Nothing is to change; give title, content, document_type or metadata.");
        }
        return documents.change(caller, id, new DocumentChange(wanted.title(), null, wanted.metadata()), null);
    }

    private Uni<DocumentView> replace(Caller caller, UUID id, Wanted wanted, String content, @Nullable String ifMatch) {
        NewContent changed = new NewContent(content, wanted.documentType(), wanted.title(), wanted.metadata());
        return documents.replace(caller, id, changed, ifMatch).chain(() -> documents.get(caller, id));
    }
}
