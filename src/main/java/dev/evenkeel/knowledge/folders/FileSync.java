package dev.evenkeel.knowledge.folders;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.CollectionRepository;
import dev.evenkeel.knowledge.DocumentView;
import dev.evenkeel.knowledge.FileDocuments;
import dev.evenkeel.knowledge.UploadedFile;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.jobs.JobPriority;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the collection agree with one file, in one transaction: the document and what is known of the file together. */
@ApplicationScoped
class FileSync {
    /** What clients send themselves goes first. */
    private static final JobPriority PRIORITY = JobPriority.LOW;

    private static final DocumentView.ErrorView PATH_TAKEN = new DocumentView.ErrorView(
            "path_taken", "Another folder of the collection has a file of this path; give one of them a path_prefix.");

    private final CollectionRepository collections;
    private final FileDocuments documents;
    private final KnownFiles known;

    FileSync(CollectionRepository collections, FileDocuments documents, KnownFiles known) {
        this.collections = collections;
        this.documents = documents;
        this.known = known;
    }

    private Uni<CollectionRef> collection(SqlConnection tx, Folder folder) {
        return collections.requireForWriting(tx, Reach.EVERYTHING, folder.collectionId());
    }

    /** What files of a folder may be taken; what may do harm stays where it is and is no document. */
    FileContent.Detection detection(Folder folder) {
        return new FileContent.Detection() {
            @Override
            public void require(String path, byte[] head, long sizeBytes) {
                documents.requireReadable(folder.documentPath(path), head, sizeBytes);
            }

            @Override
            public DocumentType typeOf(String path, UploadedFile copy) {
                return documents.typeOf(folder.documentPath(path), copy);
            }
        };
    }

    /** Which archives may be opened. */
    FileContent.Detection archiveDetection() {
        return new FileContent.Detection() {
            @Override
            public void require(String path, byte[] head, long sizeBytes) {
                documents.requireSmallArchive(sizeBytes);
            }

            @Override
            public @Nullable DocumentType typeOf(String path, UploadedFile copy) {
                return null;
            }
        };
    }

    /**
     * Opens an archive that was copied. Blocking.
     *
     * @throws ExtractionException when it cannot be opened, goes beyond a limit or may do harm
     */
    FolderArchive open(Folder folder, FolderEntry entry, FileContent content) throws IOException {
        return FolderArchive.open(
                folder, entry, documents.openArchive(content.required()), documents, detection(folder));
    }

    /** Notes that an archive was taken with all that is in it. */
    Uni<Void> archived(SqlConnection tx, Folder folder, String path, FileContent content, byte[] fingerprint) {
        return collection(tx, folder)
                .chain(collection -> known.storeArchive(tx, folder.id(), path, content, fingerprint));
    }

    /**
     * Takes the content of a file.
     *
     * @return why it could not be taken, or null
     */
    Uni<DocumentView.@Nullable ErrorView> take(SqlConnection tx, Folder folder, String path, FileContent content) {
        String documentPath = folder.documentPath(path);
        return collection(tx, folder)
                .chain(collection -> known.isOwnedByAnother(tx, folder, documentPath)
                        .chain(taken -> taken
                                ? known.storeRefused(tx, folder.id(), path, content.unsettled(), PATH_TAKEN)
                                        .replaceWith(PATH_TAKEN)
                                : documents
                                        .take(
                                                tx,
                                                collection,
                                                documentPath,
                                                content.required(),
                                                Objects.requireNonNull(content.type()),
                                                PRIORITY)
                                        .chain(document -> known.store(
                                                tx,
                                                folder.id(),
                                                path,
                                                content,
                                                document.accepted().id()))
                                        .map(stored -> null)));
    }

    /**
     * The content is the known one; only what tells so is new. When the document is not there any more, it is taken.
     *
     * @return why it could not be taken, or null
     */
    Uni<DocumentView.@Nullable ErrorView> touch(
            SqlConnection tx, Folder folder, String path, FileContent content, UUID documentId) {
        return collection(tx, folder)
                .chain(collection -> documents.holds(
                        tx,
                        collection,
                        documentId,
                        folder.documentPath(path),
                        content.required().contentHash()))
                .chain(holds -> holds
                        ? known.store(tx, folder.id(), path, content, documentId)
                                .map(stored -> null)
                        : take(tx, folder, path, content));
    }

    /** The file is no document; that of its earlier content goes. */
    Uni<Void> refuse(
            SqlConnection tx,
            Folder folder,
            String path,
            FileContent content,
            DocumentView.ErrorView problem,
            @Nullable KnownFile before) {
        return collection(tx, folder)
                .chain(collection ->
                        before == null ? Uni.createFrom().voidItem() : leave(tx, collection, folder, before))
                .chain(() -> known.storeRefused(tx, folder.id(), path, content, problem));
    }

    /** Puts a document where its file is now; false when it cannot be done so, and nothing has been. */
    Uni<Boolean> move(SqlConnection tx, Folder folder, KnownFiles.Twin from, String to, FileContent content) {
        return collection(tx, folder)
                .chain(collection -> documents
                        .rename(
                                tx,
                                collection,
                                from.documentId(),
                                folder.documentPath(from.path()),
                                folder.documentPath(to))
                        .chain(renamed -> renamed
                                ? known.move(tx, folder.id(), from, to, content).invoke(moved -> {
                                    if (!moved) {
                                        throw new IllegalStateException("A file changed under the scan of its folder.");
                                    }
                                })
                                : Uni.createFrom().item(false)));
    }

    /** Forgets a file; its document goes, unless a client or another folder has made it its own. */
    Uni<Void> remove(SqlConnection tx, Folder folder, KnownFile file) {
        return collection(tx, folder)
                .chain(collection -> known.forget(tx, folder.id(), file)
                        .chain(forgotten -> forgotten
                                ? leave(tx, collection, folder, file)
                                : Uni.createFrom().voidItem()));
    }

    /** Removes the document of a file that was there when it was looked for, unless a client has made it its own meanwhile. */
    private Uni<Void> leave(SqlConnection tx, CollectionRef collection, Folder folder, KnownFile file) {
        UUID documentId = file.documentId();
        byte[] hash = file.contentHash();
        return !file.inPlace() || documentId == null || hash == null
                ? Uni.createFrom().voidItem()
                : documents
                        .holds(tx, collection, documentId, folder.documentPath(file.path()), hash)
                        .chain(holds -> holds
                                ? documents.remove(tx, collection, documentId)
                                : Uni.createFrom().voidItem());
    }
}
