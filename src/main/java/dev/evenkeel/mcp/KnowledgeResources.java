package dev.evenkeel.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.knowledge.CollectionService;
import dev.evenkeel.knowledge.DocumentService;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.CurrentCaller;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import io.quarkiverse.mcp.server.RequestUri;
import io.quarkiverse.mcp.server.Resource;
import io.quarkiverse.mcp.server.ResourceTemplate;
import io.quarkiverse.mcp.server.ResourceTemplateArg;
import io.quarkiverse.mcp.server.TextResourceContents;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** What can be attached to a conversation as it is. */
@ApplicationScoped
@Authenticated
@ToolErrors
public class KnowledgeResources {
    private static final int CONFLICT = 409;

    private final DocumentService documents;
    private final CollectionService collections;
    private final OriginalText originals;
    private final CurrentCaller caller;
    private final ObjectMapper mapper;

    KnowledgeResources(
            DocumentService documents,
            CollectionService collections,
            OriginalText originals,
            CurrentCaller caller,
            ObjectMapper mapper) {
        this.documents = documents;
        this.collections = collections;
        this.originals = originals;
        this.caller = caller;
        this.mapper = mapper;
    }

    /** The newest collections. */
    @Resource(
            name = "collections",
            title = "Collections",
            uri = "evenkeel://collections",
            description = "The newest collections that you may read, as JSON.",
            mimeType = "application/json")
    public Uni<TextResourceContents> collections(RequestUri uri) {
        return collections
                .list(caller.get(), Page.MAX_LIMIT, null)
                .map(page -> new TextResourceContents(uri.value(), json(CollectionList.of(page)), "application/json"));
    }

    /** A document's text. */
    @ResourceTemplate(
            name = "document",
            title = "Document",
            uriTemplate = "evenkeel://documents/{id}",
            description = "The text of a document: as it came when that was text of at most 1 MiB, else as it was"
                    + " extracted, up to its first 200 passages.",
            mimeType = "text/plain")
    public Uni<TextResourceContents> document(@ResourceTemplateArg(name = "id") String id, RequestUri uri) {
        Caller who = caller.get();
        UUID documentId = documentId(id);
        return documents
                .get(who, documentId)
                .chain(document -> text(who, document))
                .map(text -> new TextResourceContents(uri.value(), text, "text/plain"));
    }

    private Uni<String> text(Caller who, DocumentView document) {
        return originals
                .read(who, document.id())
                .onFailure(KnowledgeResources::isNoText)
                .recoverWithUni(() -> documents
                        .chunks(who, document.id(), Page.MAX_LIMIT, null)
                        .map(page -> DocumentText.of(document, page, Integer.MAX_VALUE)
                                .text()));
    }

    private static boolean isNoText(Throwable failure) {
        return failure instanceof ProblemException problem && problem.problem().status() == CONFLICT;
    }

    private static UUID documentId(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException notAnId) {
            throw ProblemException.notFound("document");
        }
    }

    private String json(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
