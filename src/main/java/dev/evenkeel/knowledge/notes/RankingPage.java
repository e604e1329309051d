package dev.evenkeel.knowledge.notes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a collection by rank, highest first.
 *
 * @param current whether nothing has changed since the ranking was computed
 * @param rankedAt when it was computed; absent before the first time
 * @param unrankedReason why it is not computed
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RankingPage(
        List<RankedNote> items,
        @Nullable String nextCursor,
        boolean current,
        @Nullable Instant rankedAt,
        @Nullable String unrankedReason) {
    RankingPage with(List<RankedNote> page, @Nullable String cursor) {
        return new RankingPage(page, cursor, current, rankedAt, unrankedReason);
    }
}
