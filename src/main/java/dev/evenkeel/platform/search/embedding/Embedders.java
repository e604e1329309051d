package dev.evenkeel.platform.search.embedding;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFolder;
import dev.evenkeel.platform.search.embedding.model2vec.StaticModel;
import dev.evenkeel.platform.secrets.Sealing;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The embedding models of this installation: the default one, which is configured, and those that administrators have made.
 * The latter are read from the database every few seconds, and at once when one is asked for that is not known.
 */
@ApplicationScoped
public class Embedders {
    private static final Logger LOG = Logger.getLogger(Embedders.class);
    private static final long REFRESH_MS = 5_000;
    private static final String ALL =
            "select " + ModelSetting.COLUMNS + " from embedding_model_setting where kind not in ('configured', 'none')";

    private final EmbeddingConfig config;
    private final Database database;
    private final Vertx vertx;
    private final Offload offload;
    private final Sealing sealing;
    private final MeterRegistry metrics;
    private final HttpClient client;
    private final ModelMemory memory;
    private final Optional<Embedder> configured;
    private final AtomicLong reloads = new AtomicLong();
    private volatile Map<UUID, Known> known = Map.of();

    /** The reload that {@link #known} is of. */
    private long knownSince;
    /** Files of models that are being made. */
    private final Map<UUID, SharedModel> inspected = new ConcurrentHashMap<>();

    private long timer = -1;

    Embedders(
            EmbeddingConfig config,
            Database database,
            Vertx vertx,
            Offload offload,
            Sealing sealing,
            MeterRegistry metrics) {
        this.config = config;
        this.database = database;
        this.vertx = vertx;
        this.offload = offload;
        this.sealing = sealing;
        this.metrics = metrics;
        this.client = OpenAiEmbedder.client(vertx, config.timeout());
        this.memory = new ModelMemory(config.maxModelMemory()
                .map(MemorySize::asLongValue)
                .orElse(Runtime.getRuntime().maxMemory() / 2));
        this.configured = Optional.ofNullable(configuredEmbedder())
                .map(embedder -> new MeteredEmbedder(embedder, "default", 0, metrics));
    }

    private record Known(ModelSetting setting, Embedder embedder) {}

    private @Nullable Embedder configuredEmbedder() {
        return switch (config.kind()) {
            case OPENAI -> new OpenAiEmbedder(EndpointSettings.of(config), client, offload);
            case LEXICAL_HASH -> new LexicalHashEmbedder(config.dimension(), offload);
            case STATIC -> {
                String folder = config.model().orElseThrow();
                var model =
                        new SharedModel(offload, () -> load(ModelSetting.DEFAULT_ID, folder, config.dimension(), null));
                yield new StaticEmbedder("static:" + folder, config.dimension(), config.hybridWeight(), model, offload);
            }
            case NONE, CONFIGURED -> null;
        };
    }

    /** Models are known, and static ones on their way into memory, before somebody asks. */
    void start(@Observes StartupEvent event) {
        configured.ifPresent(Embedders::preload);
        refresh();
        timer = vertx.setPeriodic(REFRESH_MS, id -> refresh());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void refresh() {
        reload().subscribe().with(ignored -> {}, failure -> LOG.debug("The embedding models were not read", failure));
    }

    /** The default model, if there is one. */
    public Optional<Embedder> configured() {
        return configured;
    }

    /**
     * The model of that id; nothing for {@link ModelSetting#NONE_ID}, and for the default when none is configured. Asks the
     * database when the model is new; not to be called inside of a lane.
     *
     * @throws EmbeddingUnavailable (as failure) when there is no such model
     */
    public Uni<Optional<Embedder>> of(UUID id) {
        if (id.equals(ModelSetting.NONE_ID)) {
            return Uni.createFrom().item(Optional.empty());
        }
        if (id.equals(ModelSetting.DEFAULT_ID)) {
            return Uni.createFrom().item(configured);
        }
        Known present = known.get(id);
        return present != null
                ? Uni.createFrom().item(Optional.of(present.embedder()))
                : reload().map(all -> {
                    Known found = all.get(id);
                    if (found == null) {
                        throw new EmbeddingUnavailable("The embedding model is not known.", Duration.ofSeconds(5));
                    }
                    return Optional.of(found.embedder());
                });
    }

    /** As {@link #of}, but only a model that is known here already: it asks nobody, and may be called inside of a lane. */
    public Optional<Embedder> known(UUID id) {
        if (id.equals(ModelSetting.DEFAULT_ID)) {
            return configured;
        }
        return Optional.ofNullable(known.get(id)).map(Known::embedder);
    }

    /** Whether texts are to be embedded by the model of that id. */
    public boolean embeds(UUID id) {
        return id.equals(ModelSetting.DEFAULT_ID) ? configured.isPresent() : !id.equals(ModelSetting.NONE_ID);
    }

    /** Whether any model takes part in hybrid search. */
    public boolean anyWeighted() {
        return configured.map(Embedder::hybridWeight).orElse(0.0) > 0
                || known.values().stream().anyMatch(model -> model.embedder().hybridWeight() > 0);
    }

    /** Reads the models again; to be called after one was changed. */
    public Uni<Void> changed() {
        return reload().replaceWithVoid();
    }

    private Uni<Map<UUID, Known>> reload() {
        return Uni.createFrom().deferred(() -> {
            long no = reloads.incrementAndGet();
            return database.readSql(Embedders::settings).map(settings -> take(no, settings));
        });
    }

    private static Uni<List<ModelSetting>> settings(SqlConnection connection) {
        return connection.preparedQuery(ALL).execute().map(rows -> {
            List<ModelSetting> settings = new java.util.ArrayList<>();
            rows.forEach(row -> settings.add(ModelSetting.of(row)));
            return settings;
        });
    }

    /** What is known now: of two reloads at once, what the one has read that began last. */
    private synchronized Map<UUID, Known> take(long no, List<ModelSetting> settings) {
        if (no < knownSince) {
            return known;
        }
        knownSince = no;
        Map<UUID, Known> before = known;
        Map<UUID, Known> now = new HashMap<>();
        for (ModelSetting setting : settings) {
            Known old = before.get(setting.id());
            if (old != null && old.setting().version() == setting.version()) {
                now.put(setting.id(), old);
            } else {
                Embedder embedder =
                        new MeteredEmbedder(embedder(setting, old), setting.name(), setting.version(), metrics);
                preload(embedder);
                now.put(setting.id(), new Known(setting, embedder));
            }
        }
        known = Map.copyOf(now);
        Set<UUID> kept = new HashSet<>(now.keySet());
        kept.add(ModelSetting.DEFAULT_ID);
        kept.addAll(inspected.keySet());
        memory.keepOnly(kept);
        return known;
    }

    private static void preload(Embedder embedder) {
        if (embedder instanceof MeteredEmbedder metered && metered.metered() instanceof StaticEmbedder files) {
            files.shared()
                    .get()
                    .subscribe()
                    .with(loaded -> {}, failure -> LOG.warnf("A static model is not usable: %s", failure.getMessage()));
        }
    }

    private Embedder embedder(ModelSetting setting, @Nullable Known before) {
        int dimension = Objects.requireNonNull(setting.dimension());
        return switch (setting.kind()) {
            case OPENAI -> endpoint(setting);
            case LEXICAL_HASH -> new LexicalHashEmbedder(dimension, offload);
            case STATIC -> {
                SharedModel model = before != null
                                && before.embedder() instanceof MeteredEmbedder metered
                                && metered.metered() instanceof StaticEmbedder files
                        ? files.shared()
                        : filesOf(setting, dimension);
                yield new StaticEmbedder(setting.vectorsName(), dimension, setting.hybridWeight(), model, offload);
            }
            case NONE, CONFIGURED -> throw new IllegalStateException("not a model of its own");
        };
    }

    /** Those that were read as the model was made, if that was here and a moment ago: it is made only from what could be used. */
    private SharedModel filesOf(ModelSetting setting, int dimension) {
        SharedModel read = inspected.get(setting.id());
        return read != null
                ? read
                : new SharedModel(
                        offload,
                        () -> load(
                                setting.id(),
                                Objects.requireNonNull(setting.folder()),
                                dimension,
                                setting.fingerprint()));
    }

    private Embedder endpoint(ModelSetting setting) {
        byte[] sealed = setting.sealedApiKey();
        if (sealed == null) {
            return new OpenAiEmbedder(EndpointSettings.of(setting, Optional.empty(), config), client, offload);
        }
        Optional<String> key = sealing.ready()
                ? sealing.open(sealed, ModelSetting.keyPurpose(setting.id()))
                        .map(opened -> new String(opened, StandardCharsets.UTF_8))
                : Optional.empty();
        return key.isPresent()
                ? new OpenAiEmbedder(EndpointSettings.of(setting, key, config), client, offload)
                : new LockedEmbedder(setting);
    }

    /**
     * Reads the files of a static model that is about to be made. They are kept for the model of that id, so that it need not read
     * them again, until {@link #forgetInspected}, which is to be called whatever became of it.
     *
     * @throws ModelFileException (as failure) when they cannot be used
     */
    public Uni<StaticModel> inspect(UUID id, String folder) {
        SharedModel files = new SharedModel(offload, () -> read(id, folder, model -> {}));
        inspected.put(id, files);
        return files.get();
    }

    /** A model was made, or not: what was read for it is its own from now on, or is not needed any more. */
    public synchronized void forgetInspected(UUID id) {
        if (inspected.remove(id) != null && !known.containsKey(id)) {
            memory.release(id);
        }
    }

    /** Asks an endpoint that is about to become a model for one vector; its dimension is not checked. */
    public Uni<Integer> dimensionOf(ModelSetting wanted, @Nullable String apiKey) {
        return new OpenAiEmbedder(EndpointSettings.of(wanted, Optional.ofNullable(apiKey), config), client, offload)
                .dimensionOfAnswer();
    }

    private StaticModel load(UUID id, String folder, int dimension, byte @Nullable [] fingerprint) {
        return read(id, folder, model -> requireAsMade(model, folder, dimension, fingerprint));
    }

    /** Reads a model, which takes its memory only when nothing is wrong with it. */
    private StaticModel read(UUID id, String folder, Consumer<StaticModel> check) {
        boolean usable = false;
        try {
            ModelFolder files = ModelFolder.of(modelsDirectory(), folder);
            memory.reserve(id, StaticModel.memoryBytes(files));
            StaticModel model = StaticModel.load(files, config.maxModelSize().asLongValue());
            check.accept(model);
            usable = true;
            return model;
        } finally {
            if (!usable) {
                memory.release(id);
            }
        }
    }

    private static void requireAsMade(StaticModel model, String folder, int dimension, byte @Nullable [] fingerprint) {
        if (model.dimension() != dimension) {
            throw new EmbeddingUnavailable(
                    "The static model \"" + folder + "\" has vectors of " + model.dimension() + " numbers instead of "
                            + dimension + ".",
                    Duration.ofMinutes(1));
        }
        if (fingerprint != null && !MessageDigest.isEqual(fingerprint, model.fingerprint())) {
            throw new EmbeddingUnavailable(
                    "The files of the static model \"" + folder + "\" are not those that it was made from; make another"
                            + " model from them.",
                    Duration.ofMinutes(1));
        }
    }

    private Path modelsDirectory() {
        return config.modelsDirectory()
                .orElseThrow(() -> new EmbeddingUnavailable(
                        "evenkeel.embedding.models-directory is not set.", Duration.ofMinutes(1)));
    }
}
