package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.platform.jobs.JobHandler;
import dev.evenkeel.platform.jobs.JobRun;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.ModelSetting;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.SqlResult;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Removes vectors that no search needs any more, some at a time, as long as they are not wanted again. */
@ApplicationScoped
public class ObsoleteVectors implements JobHandler {
    static final String KIND = "knowledge.remove-vectors";
    static final String CORPUS = "corpus_no";
    static final String MODEL = "model_no";

    private static final String STAGE = "vectors";
    private static final int PER_STEP = 2_000;
    private static final int WANTED_AGAIN = -1;

    private final VectorIndex vectors;
    private final Embedders embedders;

    ObsoleteVectors(VectorIndex vectors, Embedders embedders) {
        this.vectors = vectors;
        this.embedders = embedders;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of(STAGE);
    }

    @Override
    public Uni<Void> run(JobRun run) {
        long corpusNo = run.payload().getLong(CORPUS);
        int modelNo = run.payload().getInteger(MODEL);
        AtomicLong removed = new AtomicLong();
        AtomicBoolean wantedAgain = new AtomicBoolean();
        return Turns.whileMore(() -> run.step(STAGE, removed.get(), 0, tx -> removeSome(tx, corpusNo, modelNo))
                        .map(some -> {
                            removed.addAndGet(Math.max(0, some));
                            wantedAgain.set(some == WANTED_AGAIN);
                            return some > 0;
                        }))
                .chain(() -> run.finish(
                        tx -> wantedAgain.get() ? Uni.createFrom().voidItem() : forget(tx, corpusNo, modelNo)));
    }

    /** The mark is locked: whoever wants the vectors again waits for this step, and takes the mark away from the next. */
    private Uni<Integer> removeSome(SqlConnection tx, long corpusNo, int modelNo) {
        return tx.preparedQuery("select 1 from obsolete_vectors where corpus_no = $1 and model_no = $2 for update")
                .execute(Tuple.of(corpusNo, modelNo))
                .map(SqlResult::rowCount)
                .chain(marked -> marked == 0
                        ? Uni.createFrom().item(WANTED_AGAIN)
                        : vectors.removeSome(tx, corpusNo, modelNo, PER_STEP));
    }

    /** Documents of a collection that is searched by keyword alone have no vectors then. */
    private Uni<Void> forget(SqlConnection tx, long corpusNo, int modelNo) {
        return tx.preparedQuery("delete from obsolete_vectors where corpus_no = $1 and model_no = $2")
                .execute(Tuple.of(corpusNo, modelNo))
                .chain(() -> tx.preparedQuery("""
                                update document d set embedded_count = 0 from collection c
                                where c.corpus_no = $1 and c.id = d.collection_id and d.embedded_count > 0
                                  and (c.embedding_model_id = $2 or c.embedding_model_id = $3 and not $4)
                                  and c.next_embedding_model_id is null""")
                        .execute(Tuple.of(
                                corpusNo,
                                ModelSetting.NONE_ID,
                                ModelSetting.DEFAULT_ID,
                                embedders.configured().isPresent())))
                .replaceWithVoid();
    }
}
