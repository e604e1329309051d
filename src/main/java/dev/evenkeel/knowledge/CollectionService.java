package dev.evenkeel.knowledge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.identity.token.AccessTokens;
import dev.evenkeel.knowledge.ingestion.CollectionPurge;
import dev.evenkeel.knowledge.ingestion.Reembedding;
import dev.evenkeel.knowledge.models.EmbeddingModels;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.Idempotency;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.lexical.Languages;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with collections. */
@ApplicationScoped
public class CollectionService {
    static final String DEFAULT_MODEL = "default";

    private final Database database;
    private final CollectionRepository collections;
    private final CorpusState corpora;
    private final AccessTokens tokens;
    private final CollectionPurge purge;
    private final Idempotency idempotency;
    private final KnowledgeConfig config;
    private final ObjectMapper mapper;
    private final EmbeddingModels models;
    private final Embedders embedders;
    private final Reembedding reembedding;

    CollectionService(
            Database database,
            CollectionRepository collections,
            CorpusState corpora,
            AccessTokens tokens,
            CollectionPurge purge,
            Idempotency idempotency,
            KnowledgeConfig config,
            ObjectMapper mapper,
            EmbeddingModels models,
            Embedders embedders,
            Reembedding reembedding) {
        this.database = database;
        this.collections = collections;
        this.corpora = corpora;
        this.tokens = tokens;
        this.purge = purge;
        this.idempotency = idempotency;
        this.config = config;
        this.mapper = mapper;
        this.models = models;
        this.embedders = embedders;
        this.reembedding = reembedding;
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
        String model = wanted.embeddingModel() == null ? DEFAULT_MODEL : wanted.embeddingModel();
        return database.writeSql(tx -> idempotency.once(
                tx,
                request,
                () -> models.requireId(tx, model)
                        .chain(modelId -> collections.insert(tx, id, caller.userId(), name, wanted, language, modelId))
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
        return database.writeSql(tx -> modelId(tx, change.embeddingModel())
                        .chain(modelId -> collections.change(tx, reach, id, ifMatch, before -> {
                            var changed = new CollectionRepository.Settings(
                                    name == null ? before.name() : name,
                                    change.description() == null ? before.description() : change.description(),
                                    change.keepOriginal() == null ? before.keepOriginal() : change.keepOriginal(),
                                    before.embeddingModelId(),
                                    before.nextEmbeddingModelId(),
                                    before.contextualHeader(),
                                    change.chunking() == null
                                            ? before.chunking()
                                            : before.chunking().with(change.chunking(), config.chunkMaxTokens()));
                            return setOut(changed, modelId.orElse(null), change.contextualHeader());
                        }))
                        .chain(() -> change.embeddingModel() == null && change.contextualHeader() == null
                                ? Uni.createFrom().voidItem()
                                : reembedding.follow(tx, id).replaceWithVoid()))
                .invoke(reembedding::announce)
                .chain(() -> database.readSql(connection -> collections.view(connection, reach, id)));
    }

    private Uni<Optional<UUID>> modelId(SqlConnection tx, @Nullable String name) {
        return name == null
                ? Uni.createFrom().item(Optional.empty())
                : models.requireId(tx, name).map(Optional::of);
    }

    /** Sends a collection on its way to another model, or to other vectors of the same. */
    private CollectionRepository.Settings setOut(
            CollectionRepository.Settings before, @Nullable UUID modelId, @Nullable Boolean contextualHeader) {
        UUID model = before.embeddingModelId();
        UUID next = before.nextEmbeddingModelId();
        if (modelId != null) {
            boolean there = modelId.equals(model);
            if (!embedders.embeds(modelId)) {
                model = modelId;
                next = null;
            } else if (!there || !modelId.equals(next)) {
                next = there ? null : modelId;
            }
        }
        boolean header = contextualHeader == null ? before.contextualHeader() : contextualHeader;
        if (header != before.contextualHeader() && next == null && embedders.embeds(model)) {
            next = model;
        }
        return new CollectionRepository.Settings(
                before.name(), before.description(), before.keepOriginal(), model, next, header, before.chunking());
    }

    /**
     * Makes the vectors that passages of a collection lack, and those that would be other ones now.
     *
     * @return the job that does it
     */
    public Uni<UUID> reembed(Caller caller, UUID id) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> collections
                        .change(tx, reach, id, null, before -> {
                            if (before.nextEmbeddingModelId() != null) {
                                return before;
                            }
                            if (!embedders.embeds(before.embeddingModelId())) {
                                throw ProblemException.conflict("The collection has no embedding model.");
                            }
                            return new CollectionRepository.Settings(
                                    before.name(),
                                    before.description(),
                                    before.keepOriginal(),
                                    before.embeddingModelId(),
                                    before.embeddingModelId(),
                                    before.contextualHeader(),
                                    before.chunking());
                        })
                        .chain(() -> reembedding.follow(tx, id)))
                .invoke(reembedding::announce)
                .map(job -> job.orElseThrow(() -> ProblemException.notFound("collection")));
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
