package dev.evenkeel.knowledge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.identity.token.AccessTokens;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.Languages;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** What can be done with collections. */
@ApplicationScoped
public class CollectionService {
    private final Database database;
    private final CollectionRepository collections;
    private final CorpusState corpora;
    private final AccessTokens tokens;
    private final CollectionPurge purge;
    private final Idempotency idempotency;
    private final KnowledgeConfig config;
    private final ObjectMapper mapper;

    CollectionService(
            Database database,
            CollectionRepository collections,
            CorpusState corpora,
            AccessTokens tokens,
            CollectionPurge purge,
            Idempotency idempotency,
            KnowledgeConfig config,
            ObjectMapper mapper) {
        this.database = database;
        this.collections = collections;
        this.corpora = corpora;
        this.tokens = tokens;
        this.purge = purge;
        this.idempotency = idempotency;
        this.config = config;
        this.mapper = mapper;
    }

    public Uni<Idempotency.Answer> create(Caller caller, NewCollection wanted, @Nullable String key) {
        Reach reach = caller.managing();
        String language = wanted.language() == null ? config.defaultLanguage() : wanted.language();
        if (!Languages.supported().contains(language)) {
            return Uni.createFrom()
                    .failure(ProblemException.invalid(
                            "language", "is one of " + String.join(", ", Languages.supported())));
        }
        PlainText.requireStorable("description", wanted.description());
        String name = PlainText.name("name", wanted.name());
        byte[] hash = UploadedFile.hashOf(json(wanted).toBuffer().getBytes());
        var request = new Idempotency.Request(caller.getName(), "create collection", key, hash);
        UUID id = UuidV7.next();
        return database.writeSql(tx -> idempotency.once(
                tx,
                request,
                () -> collections
                        .insert(tx, id, caller.userId(), name, wanted, language)
                        .call(created -> corpora.create(tx, created.corpusNo()))
                        .chain(created -> collections.view(tx, reach, id))
                        .map(view -> Idempotency.Answer.created("/api/v1/collections/" + id, json(view)))));
    }

    public Uni<Page<CollectionView>> list(Caller caller, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        UUID before = cursor == null
                ? null
                : DocumentService.id(Cursor.decode(cursor, 1).get(0));
        return database.readSql(connection -> collections.list(connection, reach, limit, before))
                .map(found -> {
                    List<CollectionView> items = found.size() > limit ? found.subList(0, limit) : found;
                    String next = found.size() > limit
                            ? Cursor.encode(items.get(limit - 1).id().toString())
                            : null;
                    return new Page<>(items, next);
                });
    }

    public Uni<CollectionView> get(Caller caller, UUID id) {
        Reach reach = caller.reading();
        return database.readSql(connection -> collections.view(connection, reach, id));
    }

    public Uni<CollectionStatistics> statistics(Caller caller, UUID id) {
        Reach reach = caller.reading();
        return database.readSql(connection -> collections.statistics(connection, reach, id));
    }

    /** Sums over everything within reach. */
    public Uni<KnowledgeTotals> totals(Caller caller) {
        Reach reach = caller.reading();
        return database.readSql(connection -> collections.totals(connection, reach));
    }

    public Uni<CollectionView> change(Caller caller, UUID id, CollectionChange change, @Nullable String ifMatch) {
        Reach reach = caller.managing();
        String name = change.name() == null ? null : PlainText.name("name", change.name());
        PlainText.requireStorable("description", change.description());
        return database.write(() -> collections.require(reach, id).invoke(collection -> {
                    ETags.requireMatch(ifMatch, collection.version);
                    if (name != null) {
                        collection.name = name;
                    }
                    if (change.description() != null) {
                        collection.description = change.description();
                    }
                    if (change.keepOriginal() != null) {
                        collection.keepOriginal = change.keepOriginal();
                    }
                    if (change.chunking() != null) {
                        rechunk(collection, change.chunking());
                    }
                    collection.updatedAt = Instant.now();
                }))
                .onFailure(ConstraintViolationException.class)
                .transform(nameTaken -> CollectionRepository.nameTaken())
                .chain(() -> database.readSql(connection -> collections.view(connection, reach, id)));
    }

    /** From now on; documents that are there already stay as they are until they are indexed again. */
    private void rechunk(KnowledgeCollection collection, Chunking change) {
        Chunking chunking = new Chunking(
                        collection.chunkStrategy, collection.chunkMaxTokens, collection.chunkOverlapTokens)
                .with(change, config.chunkMaxTokens());
        collection.chunkStrategy = String.valueOf(chunking.strategy());
        collection.chunkMaxTokens = chunking.maxTokens();
        collection.chunkOverlapTokens = Objects.requireNonNullElse(chunking.overlapTokens(), 0);
    }

    public Uni<Void> delete(Caller caller, UUID id, @Nullable String ifMatch) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> collections
                        .markDeleted(tx, reach, id, ifMatch)
                        .call(collection -> requireUnshared(tx, id))
                        .chain(collection -> purge.enqueue(tx, collection)))
                .invoke(purge::announce)
                .replaceWithVoid();
    }

    /** Whoever holds a token of the collection is to lose it by somebody's intent, not by the way. */
    private Uni<Void> requireUnshared(SqlConnection tx, UUID id) {
        return tokens.activeOfCollection(tx, id)
                .invoke(active -> {
                    if (active > 0) {
                        throw ProblemException.conflict(
                                "The collection is shared by " + active + " access tokens; revoke them first.");
                    }
                })
                .replaceWithVoid();
    }

    private JsonObject json(Object value) {
        try {
            return new JsonObject(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A view of ours cannot be written as JSON", e);
        }
    }
}
