package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Goes through the documents of a collection once, page by page, and catches up every now and then with what is written meanwhile, so
 * that what is left at the end does not depend on the size of the collection.
 */
@ApplicationScoped
class ReembeddingPass {
    /** Well below the time for which changes of a corpus are kept. */
    private static final Duration CATCH_UP = Duration.ofMinutes(1);
    /** Versions of a corpus that are looked at in one statement. */
    private static final long VERSIONS_AT_ONCE = 500;

    private final Database database;
    private final ReembeddingState state;
    private final ReembeddingPages pages;
    private final ReembeddingVectors vectors;
    private final Offload offload;

    ReembeddingPass(
            Database database,
            ReembeddingState state,
            ReembeddingPages pages,
            ReembeddingVectors vectors,
            Offload offload) {
        this.database = database;
        this.state = state;
        this.pages = pages;
        this.vectors = vectors;
        this.offload = offload;
    }

    /** From where the way is to the last page. */
    Uni<Void> toTheEnd(ReembeddingWay way) {
        return Turns.whileMore(() -> page(way));
    }

    /** Whether there is another page. */
    private Uni<Boolean> page(ReembeddingWay way) {
        way.embeddedInPage = 0;
        return database.bulkSql(tx -> pages.next(tx, way.collection, way.modelNo, way.position.place()))
                .chain(page -> offload.bulk(() -> page.toEmbed(way.refused))
                        .chain(passages -> vectors.make(way, passages))
                        .chain(() -> recount(way, page.finished()))
                        .chain(() -> {
                            way.embeddedInPage = 0;
                            way.position = new ReembeddingPosition(
                                    page.end(), way.position.seen() + page.size(), way.position.version());
                            return savePosition(way);
                        })
                        .replaceWith(!page.isLast()))
                .call(more -> more && System.nanoTime() - way.caughtUpNanos > CATCH_UP.toNanos()
                        ? catchUp(way)
                        : Uni.createFrom().voidItem());
    }

    /** Documents say how many of their chunks have a vector of the model that they are searched by. */
    private Uni<Void> recount(ReembeddingWay way, List<UUID> documents) {
        return documents.isEmpty() || !way.isSearched()
                ? Uni.createFrom().voidItem()
                : database.bulkSql(tx -> pages.recount(tx, way.collection.id(), documents, way.modelNo));
    }

    private Uni<Void> savePosition(ReembeddingWay way) {
        JsonObject next = way.position.json(way.collection, way.modelNo);
        return way.run
                .step(
                        Reembedding.EMBED,
                        way.done(0),
                        way.total(),
                        tx -> state.share(tx, way.goal.collectionId())
                                .chain(found -> found.isPresent() && found.get().embedsAs(way.collection)
                                        ? ReembeddingPosition.advance(
                                                tx, way.run.id(), way.collection.corpusNo(), next, way.stored)
                                        : Uni.createFrom().item(false)))
                .invoke(ReembeddingWay::requireUnchanged)
                .invoke(() -> way.stored = next)
                .replaceWithVoid();
    }

    /** Embeds what was written since the last time and has no vector of the model, wherever the pass is. */
    Uni<Void> catchUp(ReembeddingWay way) {
        return database.bulkSql(tx -> ReembeddingState.versions(tx, way.collection.corpusNo()))
                .invoke(versions -> {
                    if (versions.pruned() > way.position.version()) {
                        throw new RetryLater(
                                ReembeddingWay.SOON, "It is not known any more what was written; the way begins anew.");
                    }
                })
                .chain(versions -> Turns.whileMore(() -> catchUpSome(way, versions.present())))
                .invoke(() -> way.caughtUpNanos = System.nanoTime());
    }

    /** Whether there are more versions to look at. */
    private Uni<Boolean> catchUpSome(ReembeddingWay way, long present) {
        long since = way.position.version();
        long upTo = Math.min(present, since + VERSIONS_AT_ONCE);
        if (upTo == since) {
            return Uni.createFrom().item(false);
        }
        AtomicLong after = new AtomicLong();
        return Turns.whileMore(() -> database.bulkSql(
                                tx -> pages.written(tx, way.collection, way.modelNo, since, upTo, after.get()))
                        .chain(written -> embedWritten(way, written)
                                .invoke(() -> after.set(
                                        written.isEmpty()
                                                ? Long.MAX_VALUE
                                                : written.get(written.size() - 1)
                                                        .chunkNo()))
                                .replaceWith(!written.isEmpty())))
                .chain(() -> {
                    way.position = new ReembeddingPosition(way.position.place(), way.position.seen(), upTo);
                    return savePosition(way);
                })
                .replaceWith(upTo < present);
    }

    private Uni<Void> embedWritten(ReembeddingWay way, List<Passage> written) {
        List<Passage> wanted = written.stream()
                .filter(passage -> !way.refused.contains(passage.chunkNo()))
                .toList();
        return vectors.make(way, wanted)
                .chain(() -> recount(
                        way, wanted.stream().map(Passage::documentId).distinct().toList()))
                .invoke(() -> way.embeddedInPage = 0);
    }
}
