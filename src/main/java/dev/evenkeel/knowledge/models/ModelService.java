package dev.evenkeel.knowledge.models;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.Cursor;
import dev.evenkeel.platform.http.ETags;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.embedding.Embedder;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.EmbeddingConfig;
import dev.evenkeel.platform.search.embedding.ModelKind;
import dev.evenkeel.platform.search.embedding.ModelSetting;
import dev.evenkeel.platform.secrets.Sealing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with embedding models: administrators make, change and delete them, everybody may choose one. */
@ApplicationScoped
public class ModelService {
    private final Database database;
    private final EmbeddingModels models;
    private final ModelDrafts drafts;
    private final Embedders embedders;
    private final EmbeddingConfig config;
    private final Sealing sealing;
    private final AuditTrail audit;

    ModelService(
            Database database,
            EmbeddingModels models,
            ModelDrafts drafts,
            Embedders embedders,
            EmbeddingConfig config,
            Sealing sealing,
            AuditTrail audit) {
        this.database = database;
        this.models = models;
        this.drafts = drafts;
        this.embedders = embedders;
        this.config = config;
        this.sealing = sealing;
        this.audit = audit;
    }

    /** Models by name, with the default one and none. */
    public Uni<Page<ModelView>> list(Caller caller, int limit, @Nullable String cursor) {
        caller.reading();
        String after = cursor == null ? null : Cursor.decode(cursor, 1).get(0);
        return database.readSql(connection -> models.list(connection, limit, after))
                .map(found -> {
                    List<ModelView> items = found.stream()
                            .limit(limit)
                            .map(model -> view(caller, model))
                            .toList();
                    String next = found.size() > limit
                            ? Cursor.encode(items.get(limit - 1).name())
                            : null;
                    return new Page<>(items, next);
                });
    }

    public Uni<ModelView> get(Caller caller, String name) {
        caller.reading();
        return database.readSql(connection -> models.require(connection, name, false))
                .map(found -> view(caller, found));
    }

    /**
     * Makes a model. The files of a static one are read, and an endpoint whose dimension is not given is asked.
     *
     * @throws ProblemException (as failure) 422 when they cannot be used, 409 when the name is taken
     */
    public Uni<ModelView> create(Caller caller, NewModel wanted, Origin origin) {
        caller.requireAdministrator();
        UUID id = UuidV7.next();
        return drafts.of(id, wanted)
                .chain(draft -> database.writeSql(tx -> models.count(tx)
                        .invoke(this::requireRoom)
                        .chain(() -> models.insert(tx, draft))
                        .chain(() -> audit.write(
                                tx,
                                AuditEvent.by(caller, AuditAction.EMBEDDING_MODEL_CREATED, origin)
                                        .about(draft.id(), draft.name())
                                        .with("kind", draft.kind().label())
                                        .with("endpoint", draft.endpoint())))
                        .chain(() -> models.require(tx, draft.name(), false))))
                .call(embedders::changed)
                .onTermination()
                .invoke(() -> embedders.forgetInspected(id))
                .map(made -> view(caller, made));
    }

    private void requireRoom(long count) {
        // The default and none are always there.
        if (count >= config.maxModels() + 2) {
            throw ProblemException.conflict("There are " + config.maxModels() + " embedding models already.");
        }
    }

    /** Changes what the vectors of a model do not depend on. */
    public Uni<ModelView> change(
            Caller caller, String name, ModelChange change, @Nullable String ifMatch, Origin origin) {
        caller.requireAdministrator();
        return database.writeSql(tx -> models.require(tx, name, true)
                        .invoke(found ->
                                ETags.requireMatch(ifMatch, found.setting().version()))
                        .invoke(ModelService::requireOwn)
                        .map(found -> changed(found.setting(), change))
                        .chain(changed -> models.update(tx, changed)
                                .chain(() -> audit.write(
                                        tx,
                                        AuditEvent.by(caller, AuditAction.EMBEDDING_MODEL_CHANGED, origin)
                                                .about(changed.id(), name)
                                                .with("endpoint", changed.endpoint()))))
                        .chain(() -> models.require(tx, name, false)))
                .call(embedders::changed)
                .map(found -> view(caller, found));
    }

    private ModelSetting changed(ModelSetting model, ModelChange change) {
        String endpoint = change.endpoint() == null ? model.endpoint() : ModelDrafts.endpoint(change.endpoint());
        if (model.kind() != ModelKind.OPENAI
                && (change.endpoint() != null
                        || change.apiKey() != null
                        || change.queryPrefix() != null
                        || change.batchSize() != null)) {
            throw ProblemException.invalid("endpoint", "belongs to models of kind openai");
        }
        // Otherwise whoever may change the address could have a key sent to it that is never shown.
        if (model.sealedApiKey() != null && change.apiKey() == null && !Objects.equals(endpoint, model.endpoint())) {
            throw ProblemException.invalid("api_key", "has to be given again with another endpoint");
        }
        return new ModelSetting(
                model.id(),
                model.name(),
                model.kind(),
                model.dimension(),
                endpoint,
                model.remoteModel(),
                model.requestDimension(),
                change.queryPrefix() == null ? model.queryPrefix() : change.queryPrefix(),
                model.passagePrefix(),
                change.batchSize() == null ? model.batchSize() : change.batchSize(),
                change.apiKey() == null ? model.sealedApiKey() : sealed(model.id(), change.apiKey()),
                model.folder(),
                model.fingerprint(),
                change.hybridWeight() == null ? model.hybridWeight() : change.hybridWeight(),
                model.version(),
                model.createdAt(),
                model.updatedAt());
    }

    private byte @Nullable [] sealed(UUID id, String apiKey) {
        return apiKey.isEmpty() ? null : seal(sealing, id, apiKey);
    }

    static byte[] seal(Sealing sealing, UUID id, String apiKey) {
        if (!sealing.ready()) {
            throw ProblemException.conflict(
                    "API keys cannot be kept here: evenkeel.identity.key-encryption-key is not set.");
        }
        return sealing.seal(apiKey.getBytes(StandardCharsets.UTF_8), ModelSetting.keyPurpose(id));
    }

    /** Deletes a model; fails with 409 while a collection has it. */
    public Uni<Void> delete(Caller caller, String name, @Nullable String ifMatch, Origin origin) {
        caller.requireAdministrator();
        return database.writeSql(tx -> models.require(tx, name, true)
                        .invoke(found ->
                                ETags.requireMatch(ifMatch, found.setting().version()))
                        .invoke(ModelService::requireOwn)
                        // Counted again now that the lock is held: a collection may have got the model meanwhile.
                        .chain(locked -> models.require(tx, name, false))
                        .invoke(found -> {
                            if (found.collections() > 0) {
                                throw ProblemException.conflict("The embedding model is used by " + found.collections()
                                        + " collections; give them another one first.");
                            }
                        })
                        .chain(found -> models.delete(tx, found.setting().id())
                                .chain(() -> audit.write(
                                        tx,
                                        AuditEvent.by(caller, AuditAction.EMBEDDING_MODEL_DELETED, origin)
                                                .about(found.setting().id(), name)))))
                .call(embedders::changed);
    }

    private static void requireOwn(EmbeddingModels.Used found) {
        ModelKind kind = found.setting().kind();
        if (kind == ModelKind.CONFIGURED || kind == ModelKind.NONE) {
            throw ProblemException.conflict("The model \"" + found.setting().name()
                    + "\" belongs to the installation; the default one is configured by evenkeel.embedding.*.");
        }
    }

    private ModelView view(Caller caller, EmbeddingModels.Used model) {
        ModelSetting setting = model.setting();
        boolean configured = setting.kind() == ModelKind.CONFIGURED;
        Integer dimension =
                configured ? embedders.configured().map(Embedder::dimension).orElse(null) : setting.dimension();
        return new ModelView(
                setting.name(),
                (configured ? config.kind() : setting.kind()).label(),
                dimension,
                caller.isAdministrator() ? ModelView.Detail.of(setting, model.collections()) : null);
    }
}
