package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Made;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.jobs.PermanentFailure;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.search.embedding.Embedder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What a run of a re-embedding knows, and what it has done. */
final class ReembeddingWay {
    /** When a run that cannot go on is repeated. */
    static final Duration SOON = Duration.ofSeconds(1);

    /** They are kept in memory; a model that refuses so many is the wrong one. */
    private static final int MOST_REFUSED = 50_000;

    final JobRun run;
    final ReembeddingGoal goal;
    final CollectionRef collection;
    final Embedder model;
    final int modelNo;
    private final long chunks;
    ReembeddingPosition position;
    JsonObject stored;
    long caughtUpNanos = System.nanoTime();
    long embeddedInPage;
    private long mostSeen;
    long tokens;
    /** Chunks whose text the model does not take. */
    final Set<Long> refused = new HashSet<>();

    ReembeddingWay(
            JobRun run,
            ReembeddingGoal goal,
            CollectionRef collection,
            Embedder model,
            int modelNo,
            long chunks,
            ReembeddingPosition position,
            JsonObject stored) {
        this.run = run;
        this.goal = goal;
        this.collection = collection;
        this.model = model;
        this.modelNo = modelNo;
        this.chunks = chunks;
        this.position = position;
        this.stored = stored;
    }

    /** Progress, which does not go back. */
    long done(long more) {
        mostSeen = Math.max(mostSeen, position.seen() + more);
        return mostSeen;
    }

    long total() {
        return Math.max(chunks, mostSeen);
    }

    /** Whether the collection is searched by the model already. */
    boolean isSearched() {
        return goal.modelId().equals(collection.embeddingModelId());
    }

    Uni<Made> refused(Passage passage, Throwable refusal) {
        refused.add(passage.chunkNo());
        return refused.size() <= MOST_REFUSED
                ? Uni.createFrom().item(Made.NOTHING)
                : Uni.createFrom()
                        .failure(new PermanentFailure(
                                "embedding_rejected",
                                "More than " + MOST_REFUSED + " texts are refused; the last: " + refusal.getMessage()));
    }

    /**
     * What a step of a run needs.
     *
     * @throws RetryLater when the collection is not on this way any more
     */
    static void requireUnchanged(boolean unchanged) {
        if (!unchanged) {
            throw new RetryLater(
                    SOON,
                    "The collection has changed, or it is not known any more what was written; its way begins anew.");
        }
    }
}
