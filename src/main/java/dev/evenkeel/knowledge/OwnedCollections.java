package dev.evenkeel.knowledge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.platform.access.OwnedData;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The collections of a user with their documents: described and in chunks of text, for the export of an account. */
@ApplicationScoped
public class OwnedCollections implements OwnedData {
    private static final DocumentFilter ALL = new DocumentFilter(null, null, null, null);
    private static final int PAGE = 50;

    private final Database database;
    private final CollectionRepository collections;
    private final DocumentRepository documents;
    private final RestoreRepository restores;
    private final CollectionPurge purge;
    private final ObjectMapper mapper;

    OwnedCollections(
            Database database,
            CollectionRepository collections,
            DocumentRepository documents,
            RestoreRepository restores,
            CollectionPurge purge,
            ObjectMapper mapper) {
        this.database = database;
        this.collections = collections;
        this.documents = documents;
        this.restores = restores;
        this.purge = purge;
        this.mapper = mapper;
    }

    @Override
    public String name() {
        return "collections";
    }

    @Override
    public Multi<JsonObject> export(UUID userId) {
        Reach reach = Reach.ofOwner(userId);
        Multi<CollectionView> owned = pages(last -> database.readSql(
                connection -> collections.list(connection, reach, PAGE, last == null ? null : last.id())));
        Multi<DocumentView> held = pages(last -> database.readSql(
                connection -> documents.list(connection, reach, ALL, PAGE, last == null ? null : last.id())));
        return Multi.createBy()
                .concatenating()
                .streams(
                        owned.map(collection -> json("collection", collection)),
                        held.onItem()
                                .transformToMultiAndConcatenate(document -> Multi.createBy()
                                        .concatenating()
                                        .streams(
                                                Multi.createFrom().item(() -> json("document", document)),
                                                chunks(reach, document.id()))));
    }

    @Override
    public Uni<Void> delete(SqlConnection tx, UUID userId) {
        // A restore that is about to end is waited for, so that its collection is seen below.
        return restores.deleteAll(tx, userId)
                .chain(hidden -> collections
                        .markAllDeleted(tx, userId)
                        .map(seen ->
                                Stream.concat(hidden.stream(), seen.stream()).toList()))
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(collection -> purge.enqueue(tx, collection))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** None of a document that was deleted meanwhile. */
    private Multi<JsonObject> chunks(Reach reach, UUID documentId) {
        Multi<ChunkView> all = pages(last -> database.readSql(connection -> documents
                .chunks(connection, reach, documentId, PAGE, last == null ? -1 : last.ordinal())
                .map(found -> found.orElse(List.of()))));
        return all.map(chunk -> json("chunk", chunk).put("document_id", documentId.toString()));
    }

    /** All items of a list whose pages hold one item more than asked for when another page follows. */
    private static <T> Multi<T> pages(Function<@Nullable T, Uni<List<T>>> after) {
        return Multi.createBy()
                .repeating()
                .uni(
                        AtomicReference<T>::new,
                        last -> after.apply(last.get()).invoke(page -> {
                            if (page.size() > PAGE) {
                                last.set(page.get(PAGE - 1));
                            }
                        }))
                .whilst(page -> page.size() > PAGE)
                .onItem()
                .transformToMultiAndConcatenate(
                        page -> Multi.createFrom().iterable(page.size() > PAGE ? page.subList(0, PAGE) : page));
    }

    private JsonObject json(String type, Object value) {
        try {
            return new JsonObject(mapper.writeValueAsString(value)).put("type", type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
