package dev.evenkeel.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link NewSearch} together. Each method gives the component of its name, which is explained there; what is not given, or
 * given as null, is as absent.
 */
public final class NewSearchBuilder {
    private final String query;
    private @Nullable List<UUID> collectionIds;
    private @Nullable Integer limit;
    private NewSearch.@Nullable Mode mode;
    private @Nullable Double minScore;
    private @Nullable Integer maxTokens;
    private @Nullable JsonNode filter;
    private @Nullable List<UUID> documentIds;
    private @Nullable List<String> documentTypes;
    private @Nullable String pathPrefix;
    private @Nullable List<String> tags;
    private @Nullable Instant createdFrom;
    private @Nullable Instant createdBefore;
    private @Nullable Instant updatedFrom;
    private @Nullable Instant updatedBefore;
    private @Nullable Double minKeywordScore;
    private @Nullable Double minVectorScore;
    private @Nullable Integer offset;
    private NewSearch.@Nullable GroupBy groupBy;
    private @Nullable Integer groupSize;
    private @Nullable Integer neighbours;
    private @Nullable Integer maxContextTokens;
    private @Nullable Boolean decompose;
    private @Nullable Boolean suggest;

    NewSearchBuilder(String query) {
        this.query = query;
    }

    public NewSearchBuilder collectionIds(@Nullable List<UUID> wanted) {
        collectionIds = wanted;
        return this;
    }

    public NewSearchBuilder limit(@Nullable Integer wanted) {
        limit = wanted;
        return this;
    }

    public NewSearchBuilder mode(NewSearch.@Nullable Mode wanted) {
        mode = wanted;
        return this;
    }

    public NewSearchBuilder minScore(@Nullable Double wanted) {
        minScore = wanted;
        return this;
    }

    public NewSearchBuilder maxTokens(@Nullable Integer wanted) {
        maxTokens = wanted;
        return this;
    }

    public NewSearchBuilder filter(@Nullable JsonNode wanted) {
        filter = wanted;
        return this;
    }

    public NewSearchBuilder documentIds(@Nullable List<UUID> wanted) {
        documentIds = wanted;
        return this;
    }

    public NewSearchBuilder documentTypes(@Nullable List<String> wanted) {
        documentTypes = wanted;
        return this;
    }

    public NewSearchBuilder pathPrefix(@Nullable String wanted) {
        pathPrefix = wanted;
        return this;
    }

    public NewSearchBuilder tags(@Nullable List<String> wanted) {
        tags = wanted;
        return this;
    }

    public NewSearchBuilder createdFrom(@Nullable Instant wanted) {
        createdFrom = wanted;
        return this;
    }

    public NewSearchBuilder createdBefore(@Nullable Instant wanted) {
        createdBefore = wanted;
        return this;
    }

    public NewSearchBuilder updatedFrom(@Nullable Instant wanted) {
        updatedFrom = wanted;
        return this;
    }

    public NewSearchBuilder updatedBefore(@Nullable Instant wanted) {
        updatedBefore = wanted;
        return this;
    }

    public NewSearchBuilder minKeywordScore(@Nullable Double wanted) {
        minKeywordScore = wanted;
        return this;
    }

    public NewSearchBuilder minVectorScore(@Nullable Double wanted) {
        minVectorScore = wanted;
        return this;
    }

    public NewSearchBuilder offset(@Nullable Integer wanted) {
        offset = wanted;
        return this;
    }

    public NewSearchBuilder groupBy(NewSearch.@Nullable GroupBy wanted) {
        groupBy = wanted;
        return this;
    }

    public NewSearchBuilder groupSize(@Nullable Integer wanted) {
        groupSize = wanted;
        return this;
    }

    public NewSearchBuilder neighbours(@Nullable Integer wanted) {
        neighbours = wanted;
        return this;
    }

    public NewSearchBuilder maxContextTokens(@Nullable Integer wanted) {
        maxContextTokens = wanted;
        return this;
    }

    public NewSearchBuilder decompose(@Nullable Boolean wanted) {
        decompose = wanted;
        return this;
    }

    public NewSearchBuilder suggest(@Nullable Boolean wanted) {
        suggest = wanted;
        return this;
    }

    /** The question, not checked yet. */
    public NewSearch build() {
        return new NewSearch(
                query,
                collectionIds,
                limit,
                mode,
                minScore,
                maxTokens,
                filter,
                documentIds,
                documentTypes,
                pathPrefix,
                tags,
                createdFrom,
                createdBefore,
                updatedFrom,
                updatedBefore,
                null,
                null,
                minKeywordScore,
                minVectorScore,
                offset,
                groupBy,
                groupSize,
                neighbours,
                maxContextTokens,
                null,
                decompose,
                suggest,
                null);
    }
}
