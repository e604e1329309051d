package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a re-embedding has come, kept in its job, so that the next run of it goes on there. Whoever sends the collection elsewhere
 * removes it in the same transaction: vectors that were stored before it may be removed from then on.
 *
 * @param place where the pass goes on
 * @param seen chunks before that
 * @param version of the corpus up to which what was written while the pass was under way has been looked at
 */
record ReembeddingPosition(ReembeddingPages.Place place, long seen, long version) {
    private static final String FIND = """
            select j.payload->'position' as position, s.version, s.pruned_version
            from corpus_state s left join job j on j.id = $1 where s.corpus_no = $2""";

    /** Nothing when it is not what this run has found or left there: somebody has removed it. */
    private static final String SAVE = """
            update job set payload = jsonb_set(payload, '{position}', $2::jsonb)
            where id = $1 and payload->'position' is not distinct from $3::jsonb""";

    /** Nothing either when it is not known any more what was written since the position that is left. */
    private static final String ADVANCE = """
            %s and exists (select from corpus_state s
              where s.corpus_no = $4 and s.pruned_version <= (payload->'position'->>'version')::bigint)""".formatted(SAVE);

    private static final String FORGET = """
            update job set payload = payload - 'position'
            where kind = $1 and subject_id = $2 and state in ('queued', 'running') and payload ? 'position'
              and (unique_key is distinct from $3
                   or payload->'position'->'terms'->'contextual_header' is distinct from to_jsonb($4::boolean))""";

    /**
     * Where a run begins.
     *
     * @param at the position; at the start of the collection when there is none, or none that holds
     * @param stored what the job had of it before
     */
    record Found(ReembeddingPosition at, @Nullable JsonObject stored) {}

    /** A position at the start of a pass, when the corpus has this version. */
    static ReembeddingPosition start(long version) {
        return new ReembeddingPosition(ReembeddingPages.Place.START, 0, version);
    }

    /**
     * The position of a job. It does not hold for other texts or another model, nor when nobody knows any more what was written since;
     * the pass begins anew then, and what has its vector is passed over.
     *
     * @param holds whether the vectors that were stored before are there
     */
    static Uni<Found> find(SqlConnection tx, UUID jobId, CollectionRef collection, int modelNo, boolean holds) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(jobId, collection.corpusNo()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    JsonObject stored = row.getJsonObject("position");
                    ReembeddingPosition start = start(row.getLong("version"));
                    if (stored == null || !holds || !terms(collection, modelNo).equals(stored.getJsonObject("terms"))) {
                        return new Found(start, stored);
                    }
                    ReembeddingPosition at = of(stored);
                    return new Found(at.version() >= row.getLong("pruned_version") ? at : start, stored);
                });
    }

    /** Keeps the position where a run begins in place of what it found; false when that is not there any more. */
    static Uni<Boolean> save(SqlConnection tx, UUID jobId, JsonObject position, @Nullable JsonObject before) {
        return tx.preparedQuery(SAVE).execute(Tuple.of(jobId, position, before)).map(rows -> rows.rowCount() > 0);
    }

    /**
     * Keeps a position that a run has come to; false when the one before is not there any more, or when what was written since it may
     * have been forgotten before it was looked at.
     */
    static Uni<Boolean> advance(SqlConnection tx, UUID jobId, long corpusNo, JsonObject position, JsonObject before) {
        return tx.preparedQuery(ADVANCE)
                .execute(Tuple.of(jobId, position, before, corpusNo))
                .map(rows -> rows.rowCount() > 0);
    }

    /** The jobs of a collection begin anew if they are ever to go on, but that of one key while it embeds the same texts. */
    static Uni<Void> forgetOthers(SqlConnection tx, CollectionRef collection, @Nullable String uniqueKey) {
        return tx.preparedQuery(FORGET)
                .execute(Tuple.of(Reembedding.KIND, collection.id(), uniqueKey, collection.contextualHeader()))
                .replaceWithVoid();
    }

    /** A job begins anew. */
    static Uni<Void> forget(SqlConnection tx, UUID jobId) {
        return tx.preparedQuery("update job set payload = payload - 'position' where id = $1")
                .execute(Tuple.of(jobId))
                .replaceWithVoid();
    }

    JsonObject json(CollectionRef collection, int modelNo) {
        return new JsonObject()
                .put("document_id", place.documentId().toString())
                .put("ordinal", place.ordinal())
                .put("seen", seen)
                .put("version", version)
                .put("terms", terms(collection, modelNo));
    }

    private static ReembeddingPosition of(JsonObject stored) {
        return new ReembeddingPosition(
                new ReembeddingPages.Place(
                        UUID.fromString(stored.getString("document_id")), stored.getInteger("ordinal")),
                stored.getLong("seen"),
                stored.getLong("version"));
    }

    /** What the vectors depend on. */
    private static JsonObject terms(CollectionRef collection, int modelNo) {
        return new JsonObject().put("model_no", modelNo).put("contextual_header", collection.contextualHeader());
    }
}
