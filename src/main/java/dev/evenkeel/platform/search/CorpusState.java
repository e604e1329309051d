package dev.evenkeel.platform.search;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/**
 * What a corpus holds and in which version. Every transaction that changes a corpus calls {@link #commitChange}; the
 * row lock that it takes makes versions ascend in commit order, so that a replica that knows version {@code v} misses
 * exactly the changes above {@code v}.
 */
@ApplicationScoped
public class CorpusState {
    /** First key of the advisory locks on a corpus; the second is the corpus number. */
    public static final int LOCK_SPACE = 0x45764b01;

    private static final String CREATE = "insert into corpus_state (corpus_no) values ($1)";

    /** Chunks removed from several corpora at once; rows are locked in the order of their numbers. */
    private static final String COMMIT_REMOVALS = """
            with gone as materialized (
                select corpus_no, count(*) as chunks, array_agg(chunk_no) as deleted
                from unnest($1::bigint[], $2::bigint[]) as given(corpus_no, chunk_no)
                group by corpus_no),
            locked as materialized (
                select corpus_no from corpus_state where corpus_no in (select corpus_no from gone)
                order by corpus_no for update),
            state as (
                update corpus_state s set version = s.version + 1, chunks = s.chunks - gone.chunks
                from gone join locked using (corpus_no) where s.corpus_no = gone.corpus_no
                returning s.corpus_no, s.version, gone.deleted)
            insert into corpus_delta (corpus_no, version, part, deleted)
            select corpus_no, version, 1, deleted from state""";

    private static final String LOCK = "select pg_advisory_xact_lock($1, hashint8($2))";

    private static final String LOCK_ROWS =
            "select 1 from corpus_state where corpus_no = any($1) order by corpus_no for no key update";

    private static final List<String> DROP = List.of(
            "delete from lexical_posting using lexical_segment where lexical_segment.corpus_no = $1"
                    + " and lexical_posting.segment_no = lexical_segment.segment_no",
            "delete from lexical_segment where corpus_no = $1",
            "delete from lexical_tombstone where corpus_no = $1",
            "delete from corpus_delta where corpus_no = $1",
            "delete from corpus_state where corpus_no = $1");

    private static final String COMMIT_CHANGE = """
            with state as (
                update corpus_state
                set version = version + 1, chunks = chunks + $2, tokens = tokens + $3
                where corpus_no = $1
                returning version),
            change as (
                select row_number() over () as part, given.*
                from (select first_chunk_no, last_chunk_no, null::bigint[] as deleted
                      from unnest($4::bigint[], $5::bigint[]) as added(first_chunk_no, last_chunk_no)
                      union all
                      select null, null, $6::bigint[] where cardinality($6::bigint[]) > 0) given),
            appended as (
                insert into corpus_delta (corpus_no, version, part, first_chunk_no, last_chunk_no, deleted)
                select $1, state.version, change.part, change.first_chunk_no, change.last_chunk_no, change.deleted
                from state, change)
            select version from state""";

    /** Makes an empty corpus. */
    public Uni<Void> create(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery(CREATE).execute(Tuple.of(corpusNo)).replaceWithVoid();
    }

    /** A number for a new corpus, unique among all. */
    public Uni<Long> allocate(SqlConnection connection) {
        return connection
                .query("select nextval(pg_get_serial_sequence('collection', 'corpus_no'))")
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Removes a corpus with everything that is indexed of it. Waits for a running merge of the corpus. */
    public Uni<Void> drop(SqlConnection tx, long corpusNo) {
        Uni<Void> dropped =
                tx.preparedQuery(LOCK).execute(Tuple.of(LOCK_SPACE, corpusNo)).replaceWithVoid();
        for (String statement : DROP) {
            dropped = dropped.chain(() ->
                    tx.preparedQuery(statement).execute(Tuple.of(corpusNo)).replaceWithVoid());
        }
        return dropped;
    }

    /**
     * Takes, a little before {@link #commitChange}, the locks that it takes: other writers of these corpora wait from here
     * to the commit. In ascending order, so that two transactions do not wait for each other.
     */
    public Uni<Void> lock(SqlConnection tx, Collection<Long> corpusNos) {
        return tx.preparedQuery(LOCK_ROWS)
                .execute(Tuple.tuple().addArrayOfLong(corpusNos.toArray(Long[]::new)))
                .replaceWithVoid();
    }

    /**
     * Raises the version of a corpus and notes what changed. One of the last statements of the transaction: other writers of the
     * corpus wait from here to the commit.
     *
     * @param chunksDelta change of the number of chunks
     * @param tokensDelta change of the number of tokens
     * @param added ranges that contain every chunk added, or given a vector, in this transaction
     * @param deleted numbers of the chunks removed in this transaction
     * @return the new version
     * @throws IllegalStateException (as failure) when the corpus does not exist
     */
    public Uni<Long> commitChange(
            SqlConnection tx,
            long corpusNo,
            int chunksDelta,
            long tokensDelta,
            Collection<ChunkRange> added,
            Collection<Long> deleted) {
        Tuple parameters = Tuple.tuple()
                .addLong(corpusNo)
                .addLong((long) chunksDelta)
                .addLong(tokensDelta)
                .addArrayOfLong(added.stream().map(ChunkRange::first).toArray(Long[]::new))
                .addArrayOfLong(added.stream().map(ChunkRange::last).toArray(Long[]::new))
                .addArrayOfLong(deleted.toArray(Long[]::new));
        return tx.preparedQuery(COMMIT_CHANGE).execute(parameters).map(rows -> {
            if (rows.size() == 0) {
                throw new IllegalStateException("corpus " + corpusNo + " does not exist");
            }
            return rows.iterator().next().getLong(0);
        });
    }

    /** A chunk that is no more; it had added no tokens to its corpus. */
    public record Removed(long corpusNo, long chunkNo) {}

    /** As {@link #commitChange} for chunks removed from any number of corpora; a corpus that is gone is passed over. */
    public Uni<Void> commitRemovals(SqlConnection tx, Collection<Removed> removed) {
        return removed.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(COMMIT_REMOVALS)
                        .execute(Tuple.of(
                                removed.stream().map(Removed::corpusNo).toArray(Long[]::new),
                                removed.stream().map(Removed::chunkNo).toArray(Long[]::new)))
                        .replaceWithVoid();
    }
}
