package dev.evenkeel.knowledge;

import dev.evenkeel.platform.database.UuidV7;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides what arriving content is: a new document, new content for a known one, or nothing new. Within a collection a
 * document is known by its source path, or without one by its content.
 */
@ApplicationScoped
public class DocumentIntake {
    private static final Set<String> UNUSABLE = Set.of(
            DocumentState.FAILED.wireName(),
            DocumentState.REJECTED.wireName(),
            DocumentState.QUARANTINED.wireName(),
            DocumentState.CANCELLED.wireName());

    private final DocumentRepository documents;

    DocumentIntake(DocumentRepository documents) {
        this.documents = documents;
    }

    /** What arriving content turned out to be. */
    public enum Outcome {
        NEW,
        REPLACED,
        DUPLICATE
    }

    /**
     * A document after its content was accepted.
     *
     * @param title its title from now on
     * @param state the state of a duplicate as it was before
     * @param jobId the job of a duplicate that is still under way
     */
    public record Accepted(
            UUID id,
            int revision,
            Outcome outcome,
            String state,
            String title,
            @Nullable UUID jobId) {}

    /**
     * Stores the draft's description in the given state; its bytes and chunks are the caller's to store. The document is
     * locked until the transaction ends.
     */
    Uni<Accepted> accept(SqlConnection tx, UUID collectionId, DocumentDraft draft, DocumentState state) {
        UUID id = UuidV7.next();
        // Most are new: to look for them first would be a statement more, which finds nothing.
        return documents
                .insert(tx, id, collectionId, draft, state)
                .chain(inserted -> inserted
                        ? Uni.createFrom().item(new Accepted(id, 1, Outcome.NEW, state.wireName(), draft.title(), null))
                        : acceptKnown(tx, collectionId, draft, state));
    }

    private Uni<Accepted> acceptKnown(SqlConnection tx, UUID collectionId, DocumentDraft draft, DocumentState state) {
        return documents
                .findSame(tx, collectionId, draft)
                .chain(same -> same.isPresent()
                        ? known(tx, same.get(), draft, state)
                        // It has been deleted meanwhile.
                        : accept(tx, collectionId, draft, state));
    }

    /** Replaces the content of a document that the caller has locked. */
    Uni<Accepted> known(SqlConnection tx, DocumentRepository.Stored stored, DocumentDraft draft, DocumentState state) {
        boolean heldAgain = state == DocumentState.QUARANTINED && stored.state().equals(state.wireName());
        if (MessageDigest.isEqual(stored.contentHash(), draft.contentHash())
                && (heldAgain || !UNUSABLE.contains(stored.state()))) {
            return Uni.createFrom()
                    .item(new Accepted(
                            stored.id(),
                            stored.revision(),
                            Outcome.DUPLICATE,
                            stored.state(),
                            stored.title(),
                            stored.jobId()));
        }
        return replaced(tx, stored, draft, state);
    }

    /** Replaces the content of a document that the caller has locked, also by the same content read in another way. */
    Uni<Accepted> replaced(
            SqlConnection tx, DocumentRepository.Stored stored, DocumentDraft draft, DocumentState state) {
        return documents
                .replace(tx, stored.id(), draft, state)
                .map(revision -> new Accepted(
                        stored.id(),
                        revision,
                        Outcome.REPLACED,
                        state.wireName(),
                        draft.titleGiven() ? draft.title() : stored.title(),
                        null));
    }
}
