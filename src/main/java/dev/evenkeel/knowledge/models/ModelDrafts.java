package dev.evenkeel.knowledge.models;

import dev.evenkeel.platform.http.PlainText;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.EmbeddingRejected;
import dev.evenkeel.platform.search.embedding.EmbeddingUnavailable;
import dev.evenkeel.platform.search.embedding.ModelKind;
import dev.evenkeel.platform.search.embedding.ModelSetting;
import dev.evenkeel.platform.search.embedding.model2vec.ModelFileException;
import dev.evenkeel.platform.secrets.Sealing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes of what an administrator wants a model that can be kept, or says what is wrong with it. */
@ApplicationScoped
class ModelDrafts {
    private static final int BATCH_SIZE = 32;
    private static final int MAX_PORT = 65_535;

    private final Embedders embedders;
    private final Sealing sealing;

    ModelDrafts(Embedders embedders, Sealing sealing) {
        this.embedders = embedders;
        this.sealing = sealing;
    }

    /**
     * The model that is wanted, under this id. What was read of a static one is kept until {@link Embedders#forgetInspected}.
     *
     * @throws ProblemException (as failure) 400 when something is missing or does not belong to the kind, 422 when the files
     *     or the endpoint cannot be used
     */
    Uni<ModelSetting> of(UUID id, NewModel wanted) {
        ModelKind kind = ModelKind.of(wanted.kind()).orElse(ModelKind.NONE);
        return switch (kind) {
            case OPENAI -> endpointModel(id, wanted);
            case STATIC -> staticModel(id, wanted);
            case LEXICAL_HASH -> {
                requireAbsent("folder", wanted.folder(), kind);
                requireNoEndpoint(wanted, kind);
                if (wanted.dimension() == null) {
                    throw ProblemException.invalid("dimension", "is required");
                }
                yield Uni.createFrom().item(setting(id, wanted, kind, wanted.dimension(), null));
            }
            case NONE, CONFIGURED -> throw ProblemException.invalid("kind", "is one of openai, static, lexical-hash");
        };
    }

    private Uni<ModelSetting> endpointModel(UUID id, NewModel wanted) {
        requireAbsent("folder", wanted.folder(), ModelKind.OPENAI);
        if (wanted.endpoint() == null) {
            throw ProblemException.invalid("endpoint", "is required");
        }
        if (wanted.model() == null) {
            throw ProblemException.invalid("model", "is required");
        }
        ModelSetting setting = setting(id, wanted, ModelKind.OPENAI, wanted.dimension(), null);
        if (wanted.dimension() != null) {
            return Uni.createFrom().item(setting);
        }
        if (setting.requestDimension()) {
            throw ProblemException.invalid("dimension", "is required with request_dimension");
        }
        return embedders
                .dimensionOf(setting, wanted.apiKey())
                .onFailure(failure -> failure instanceof EmbeddingUnavailable || failure instanceof EmbeddingRejected)
                .transform(failure -> ProblemException.unprocessable(
                        failure.getMessage() + " It is asked when no dimension is given."))
                .map(dimension -> setting(id, wanted, ModelKind.OPENAI, dimension, null));
    }

    private Uni<ModelSetting> staticModel(UUID id, NewModel wanted) {
        requireNoEndpoint(wanted, ModelKind.STATIC);
        String folder = wanted.folder();
        if (folder == null) {
            throw ProblemException.invalid("folder", "is required");
        }
        return embedders
                .inspect(id, folder)
                .onFailure(failure -> failure instanceof ModelFileException || failure instanceof EmbeddingUnavailable)
                .transform(failure -> ProblemException.unprocessable(String.valueOf(failure.getMessage())))
                .map(files -> {
                    if (wanted.dimension() != null && wanted.dimension() != files.dimension()) {
                        throw ProblemException.invalid("dimension", "is " + files.dimension() + " in the files");
                    }
                    return setting(id, wanted, ModelKind.STATIC, files.dimension(), files.fingerprint());
                });
    }

    private ModelSetting setting(
            UUID id, NewModel wanted, ModelKind kind, @Nullable Integer dimension, byte @Nullable [] fingerprint) {
        for (String text : new String[] {wanted.queryPrefix(), wanted.passagePrefix(), wanted.model()}) {
            PlainText.requireStorable("model", text);
        }
        return new ModelSetting(
                id,
                wanted.name(),
                kind,
                dimension,
                wanted.endpoint() == null ? null : endpoint(wanted.endpoint()),
                wanted.model(),
                Boolean.TRUE.equals(wanted.requestDimension()),
                wanted.queryPrefix(),
                wanted.passagePrefix(),
                Objects.requireNonNullElse(wanted.batchSize(), BATCH_SIZE),
                wanted.apiKey() == null ? null : ModelService.seal(sealing, id, wanted.apiKey()),
                wanted.folder(),
                fingerprint,
                kind == ModelKind.LEXICAL_HASH ? 0 : Objects.requireNonNullElse(wanted.hybridWeight(), 1.0),
                0,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** An address that requests can be sent to: HTTP, with a host, without credentials in it. */
    static String endpoint(String text) {
        try {
            URI address = new URI(text.strip());
            boolean web = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            if (web
                    && address.getHost() != null
                    && address.getPort() <= MAX_PORT
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null) {
                return address.toString();
            }
        } catch (URISyntaxException notAnAddress) {
            // Said below.
        }
        throw ProblemException.invalid("endpoint", "is an address such as https://host:port/v1");
    }

    private static void requireNoEndpoint(NewModel wanted, ModelKind kind) {
        requireAbsent("endpoint", wanted.endpoint(), kind);
        requireAbsent("model", wanted.model(), kind);
        requireAbsent("api_key", wanted.apiKey(), kind);
        requireAbsent("request_dimension", wanted.requestDimension(), kind);
        requireAbsent("query_prefix", wanted.queryPrefix(), kind);
        requireAbsent("passage_prefix", wanted.passagePrefix(), kind);
        requireAbsent("batch_size", wanted.batchSize(), kind);
    }

    private static void requireAbsent(String field, @Nullable Object value, ModelKind kind) {
        if (value != null) {
            throw ProblemException.invalid(field, "does not belong to models of kind " + kind.label());
        }
    }
}
