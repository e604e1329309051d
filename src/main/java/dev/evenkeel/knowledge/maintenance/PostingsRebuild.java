package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.ChunkText;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.LexicalInspection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the keyword index of a collection anew from its chunks. The new segments grow under a corpus number of their own, where nobody
 * looks, until they hold every chunk; then, in one transaction under the lock of the corpus, they change places with the old ones. What
 * was indexed or deleted between the last look and the lock is known from the changes of the corpus. The old segments are then removed,
 * some rows at a time. Counts that had gone wrong are put right on the way.
 */
@ApplicationScoped
class PostingsRebuild implements MaintenanceTask {
    private static final String COUNTS = "counts";
    private static final String BUILD = "build";

    /** Of the place of {@link #BUILD}: the corpus of the new segments, and after the exchange of the old ones. */
    private static final String ASIDE = "aside";

    private static final String EXCHANGED = "exchanged";

    private static final int DOCUMENTS_A_BATCH = 500;
    private static final int CHUNKS_A_BATCH = 200;
    private static final int POSTINGS_A_BATCH = 20_000;

    /** When no more than so many are lacking, the exchange is tried. */
    private static final int CHUNKS_AT_LAST = 200;

    /** With so few chunks to be indexed under the lock it is held for well below a second. */
    private static final int CHUNKS_UNDER_LOCK = 200;

    /** Numbers of chunks that have come, were only given a vector, or have gone: they are looked at, in memory. */
    private static final int CHANGES_UNDER_LOCK = 10_000;

    private static final UUID FIRST = new UUID(0, 0);
    private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);
    private static final int INDEXED_A_STEP = 50 * CHUNKS_A_BATCH;

    private static final String REAL_COUNTS = """
            with page as materialized (
              select id, chunk_count, token_count, embedded_count, first_chunk_no, last_chunk_no from document
              where collection_id = $1 and id > $2 order by id limit $3),
            real as materialized (
              select page.*, k.chunks::int as chunks, k.tokens, k.first, k.last, v.vectors::int as vectors from page
              cross join lateral (
                select count(*) as chunks, coalesce(sum(tokens), 0)::bigint as tokens, min(no) as first, max(no) as last
                from chunk where document_id = page.id) k
              cross join lateral (
                select coalesce(max(n), 0) as vectors from (
                  select count(*) as n from chunk c join chunk_vector v on v.chunk_no = c.no
                  where c.document_id = page.id group by v.model_no) by_model) v),
            wrong as materialized (
              select * from real where (chunk_count, token_count) <> (chunks, tokens) or embedded_count <> vectors
                or (first_chunk_no, last_chunk_no) is distinct from (first, last))""";

    private static final String COUNT_WRONG = REAL_COUNTS + """
            select (select max(id::text)::uuid from page) as last, (select count(*) from page) as documents,
                   (select count(*) from wrong) as wrong""";

    private static final String PUT_RIGHT = REAL_COUNTS + """
            , fixed as (
              update document d set chunk_count = w.chunks, token_count = w.tokens, embedded_count = w.vectors,
                first_chunk_no = w.first, last_chunk_no = w.last
              from wrong w where d.id = w.id and (d.chunk_count, d.token_count, d.embedded_count)
                = (w.chunk_count, w.token_count, w.embedded_count)
              returning 1)
            select (select max(id::text)::uuid from page) as last, (select count(*) from page) as documents,
                   (select count(*) from fixed) as wrong""";

    /** What the corpus holds, at one moment. */
    private static final String HELD = """
            select s.version, s.chunks, s.tokens, k.chunks as real_chunks, coalesce(k.tokens, 0)::bigint as real_tokens, k.numbers
            from corpus_state s cross join lateral (
              select count(*) as chunks, sum(c.tokens) as tokens, string_agg(int8send(c.no), '') as numbers
              from document d join chunk c on c.document_id = d.id where d.collection_id = $1) k
            where s.corpus_no = $2""";

    private static final String CHANGED = """
            select d.first_chunk_no, d.last_chunk_no, d.deleted, s.pruned_version
            from corpus_state s left join corpus_delta d on d.corpus_no = s.corpus_no and d.version > $2
            where s.corpus_no = $1""";

    private static final String NEW_NUMBERS = """
            select distinct c.no from unnest($2::bigint[], $3::bigint[]) as given(low, high)
            join chunk c on c.no between given.low and given.high join document d on d.id = c.document_id
            where d.collection_id = $1 limit $4""";

    private final LexicalInspection inspection;
    private final LexicalIndex lexical;
    private final CorpusState corpora;
    private final Offload offload;

    PostingsRebuild(LexicalInspection inspection, LexicalIndex lexical, CorpusState corpora, Offload offload) {
        this.inspection = inspection;
        this.lexical = lexical;
        this.corpora = corpora;
        this.offload = offload;
    }

    @Override
    public MaintenanceOperation operation() {
        return MaintenanceOperation.REBUILD_POSTINGS;
    }

    @Override
    public List<String> stages() {
        return List.of(COUNTS, BUILD);
    }

    /** The new segments go, and so do the old ones where the exchange has taken place. */
    @Override
    public Uni<Void> abandoned(SqlConnection tx, JsonObject place) {
        Long aside = place.getLong(ASIDE);
        return aside == null ? Uni.createFrom().voidItem() : drop(tx, aside);
    }

    @Override
    public Uni<Void> run(MaintenanceRun run) {
        Uni<Void> counted = run.change(COUNTS, (tx, place) -> counts(run, tx, place));
        if (run.dryRun()) {
            return counted.chain(() -> run.look(BUILD, place -> wouldIndex(run)));
        }
        return counted.chain(() -> run.change(BUILD, (tx, place) -> {
            Long aside = place.getLong(ASIDE);
            if (aside == null) {
                return prepare(run, tx);
            }
            return place.getBoolean(EXCHANGED, false) ? removeOld(tx, aside) : build(run, tx, aside);
        }));
    }

    private static Uni<Progress> counts(MaintenanceRun run, SqlConnection tx, JsonObject place) {
        UUID after = UUID.fromString(place.getString("after", FIRST.toString()));
        return tx.preparedQuery(run.dryRun() ? COUNT_WRONG : PUT_RIGHT)
                .execute(Tuple.of(run.collection().id(), after, DOCUMENTS_A_BATCH))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    long documents = row.getLong("documents");
                    return Progress.counted(
                            Map.of("documents", documents, "counts_wrong", row.getLong("wrong")),
                            documents < DOCUMENTS_A_BATCH
                                    ? null
                                    : new JsonObject()
                                            .put("after", row.getUUID("last").toString()));
                });
    }

    private Uni<Progress> wouldIndex(MaintenanceRun run) {
        return run.snapshot(tx -> held(run, tx)).map(held -> Progress.counted(Map.of("chunks", held.chunks()), null));
    }

    /**
     * What the corpus holds at a moment, and by how much its own counts are wrong.
     *
     * @param packed the numbers of its chunks, to be unpacked off the event loop
     */
    private record Held(long version, long chunks, byte @Nullable [] packed, long chunksOff, long tokensOff) {
        long[] numbers() {
            return ChunkSet.unpack(packed);
        }
    }

    private static Uni<Held> held(MaintenanceRun run, SqlConnection tx) {
        return tx.preparedQuery(HELD)
                .execute(Tuple.of(run.collection().id(), run.collection().corpusNo()))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Buffer packed = row.getBuffer("numbers");
                    long chunks = row.getLong("real_chunks");
                    return new Held(
                            row.getLong("version"),
                            chunks,
                            packed == null ? null : packed.getBytes(),
                            chunks - row.getLong("chunks"),
                            row.getLong("real_tokens") - row.getLong("tokens"));
                });
    }

    /** Makes the corpus of the new segments; it has a state, so that nobody takes it for left over. */
    private Uni<Progress> prepare(MaintenanceRun run, SqlConnection tx) {
        return tx.preparedQuery("insert into corpus_state (corpus_no) values ($1) on conflict do nothing")
                .execute(Tuple.of(run.collection().corpusNo()))
                .chain(() -> corpora.allocate(tx))
                .call(aside -> corpora.create(tx, aside))
                .call(aside -> tx.preparedQuery("insert into maintenance_corpus (corpus_no, job_id) values ($1, $2)")
                        .execute(Tuple.of(aside, run.jobId())))
                .map(aside -> Progress.counted(Map.of(), new JsonObject().put(ASIDE, aside)));
    }

    /** Indexes some of the chunks that the new segments lack; exchanges them when they lack hardly any. */
    private Uni<Progress> build(MaintenanceRun run, SqlConnection tx, long aside) {
        SegmentNumbers built = new SegmentNumbers(inspection, aside);
        return held(run, tx)
                .call(() -> built.refresh(tx))
                .chain(held -> offload.bulk(() -> RebuiltNumbers.compare(held.numbers(), built.all()))
                        .chain(numbers -> numbers.lacking().length > CHUNKS_AT_LAST
                                ? index(run, tx, aside, numbers.lacking())
                                        .replaceWith(again(aside, Math.min(numbers.lacking().length, INDEXED_A_STEP)))
                                : exchange(run, tx, aside, held, numbers)));
    }

    private static Progress again(long aside, long indexed) {
        return Progress.counted(Map.of("indexed_chunks", indexed), new JsonObject().put(ASIDE, aside));
    }

    /** Indexes the first of these chunks, a small segment for each few hundred. */
    private Uni<Void> index(MaintenanceRun run, SqlConnection tx, long corpusNo, long[] numbers) {
        return indexFrom(run, tx, corpusNo, Arrays.copyOf(numbers, Math.min(numbers.length, INDEXED_A_STEP)), 0);
    }

    private Uni<Void> indexFrom(MaintenanceRun run, SqlConnection tx, long corpusNo, long[] numbers, int from) {
        if (from >= numbers.length) {
            return Uni.createFrom().voidItem();
        }
        int to = Math.min(numbers.length, from + CHUNKS_A_BATCH);
        Long[] some = Arrays.stream(numbers, from, to).boxed().toArray(Long[]::new);
        return tx.preparedQuery("select no, content from chunk where no = any($1) order by no")
                .execute(Tuple.tuple().addArrayOfLong(some))
                .chain(rows -> {
                    List<ChunkText> texts = new ArrayList<>();
                    rows.forEach(row -> texts.add(new ChunkText(row.getLong(0), row.getString(1))));
                    return texts.isEmpty()
                            ? Uni.createFrom().voidItem()
                            : lexical.prepare(tx, run.collection().language(), texts)
                                    .chain(postings -> lexical.write(tx, corpusNo, postings));
                })
                .chain(() -> indexFrom(run, tx, corpusNo, numbers, to));
    }

    private Uni<Progress> exchange(
            MaintenanceRun run, SqlConnection tx, long aside, Held held, RebuiltNumbers numbers) {
        long corpusNo = run.collection().corpusNo();
        return requireNoMerge(tx, Math.min(corpusNo, aside))
                .chain(() -> requireNoMerge(tx, Math.max(corpusNo, aside)))
                .chain(() -> index(run, tx, aside, numbers.lacking()))
                .chain(() -> corpora.lock(tx, List.of(corpusNo)))
                .chain(() -> changes(run, tx, held.version(), numbers))
                .chain(changes -> changes.tooMany()
                        ? Uni.createFrom().item(again(aside, numbers.lacking().length))
                        : swap(run, tx, aside, held, numbers, changes));
    }

    /** Keeps merges away until the transaction ends; comes back later where one is at work. */
    private static Uni<Void> requireNoMerge(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery("select pg_try_advisory_xact_lock($1, hashint8($2))")
                .execute(Tuple.of(CorpusState.LOCK_SPACE, corpusNo))
                .invoke(rows -> {
                    if (!rows.iterator().next().getBoolean(0)) {
                        throw new RetryLater(BUSY_PAUSE, "The keyword index is being merged.");
                    }
                })
                .replaceWithVoid();
    }

    /**
     * What came to the corpus and left it since a version.
     *
     * @param tooMany whether it is more than may be dealt with while writers wait, or not known any more
     * @param late what of it is still to be indexed
     * @param gone what must not be found
     */
    private record Changes(boolean tooMany, long[] late, Set<Long> gone) {}

    private static Uni<Changes> changes(MaintenanceRun run, SqlConnection tx, long since, RebuiltNumbers numbers) {
        List<Long> lows = new ArrayList<>();
        List<Long> highs = new ArrayList<>();
        Set<Long> deleted = new HashSet<>();
        return tx.preparedQuery(CHANGED)
                .execute(Tuple.of(run.collection().corpusNo(), since))
                .map(rows -> {
                    boolean known = true;
                    for (Row row : rows) {
                        known &= row.getLong("pruned_version") <= since;
                        if (row.getLong("first_chunk_no") != null) {
                            lows.add(row.getLong("first_chunk_no"));
                            highs.add(row.getLong("last_chunk_no"));
                        }
                        Long[] gone = row.getArrayOfLongs("deleted");
                        if (gone != null) {
                            deleted.addAll(Arrays.asList(gone));
                        }
                    }
                    return known;
                })
                .chain(known -> tx.preparedQuery(NEW_NUMBERS)
                        .execute(Tuple.of(
                                run.collection().id(),
                                lows.toArray(Long[]::new),
                                highs.toArray(Long[]::new),
                                CHANGES_UNDER_LOCK + 1))
                        .map(rows -> {
                            Set<Long> added = new HashSet<>();
                            rows.forEach(row -> added.add(row.getLong(0)));
                            long[] late = numbers.late(added);
                            boolean tooMany = late.length > CHUNKS_UNDER_LOCK
                                    || added.size() > CHANGES_UNDER_LOCK
                                    || deleted.size() > CHANGES_UNDER_LOCK;
                            return new Changes(!known || tooMany, late, numbers.gone(added, deleted));
                        }));
    }

    /** Under the lock: what has changed since the numbers were compared is all that is left to be done. */
    private Uni<Progress> swap(
            MaintenanceRun run, SqlConnection tx, long aside, Held held, RebuiltNumbers numbers, Changes changes) {
        long corpusNo = run.collection().corpusNo();
        return index(run, tx, aside, changes.late())
                // Marks of chunks that no segment has any more go with the old segments.
                .chain(() -> move(tx, "lexical_tombstone", corpusNo, aside))
                .chain(() -> lexical.remove(tx, corpusNo, changes.gone()))
                .chain(() -> exchangeSegments(tx, corpusNo, aside))
                .chain(() -> corpora.commitChange(
                        tx, corpusNo, (int) held.chunksOff(), held.tokensOff(), List.of(), List.of()))
                .replaceWith(Progress.counted(
                        Map.of(
                                "indexed_chunks", (long) numbers.lacking().length + changes.late().length,
                                "collection_chunks_off", Math.abs(held.chunksOff()),
                                "collection_tokens_off", Math.abs(held.tokensOff())),
                        new JsonObject().put(ASIDE, aside).put(EXCHANGED, true)));
    }

    private static Uni<Void> move(SqlConnection tx, String table, long from, long to) {
        return tx.preparedQuery("update " + table + " set corpus_no = $2 where corpus_no = $1")
                .execute(Tuple.of(from, to))
                .replaceWithVoid();
    }

    private static Uni<Void> exchangeSegments(SqlConnection tx, long corpusNo, long aside) {
        return tx.preparedQuery("""
                        update lexical_segment set corpus_no = case when corpus_no = $1 then $2 else $1 end
                        where corpus_no in ($1, $2)""").execute(Tuple.of(corpusNo, aside)).replaceWithVoid();
    }

    /** Some of the old postings, which nobody reads any more, and at last the corpus that they are in. */
    private Uni<Progress> removeOld(SqlConnection tx, long aside) {
        return requireNoMerge(tx, aside)
                .chain(() -> tx.preparedQuery("""
                                delete from lexical_posting p using (
                                  select o.segment_no, o.term, o.first_document
                                  from lexical_segment s join lexical_posting o on o.segment_no = s.segment_no
                                  where s.corpus_no = $1 limit $2) old
                                where p.segment_no = old.segment_no and p.term = old.term
                                  and p.first_document = old.first_document""").execute(Tuple.of(aside, POSTINGS_A_BATCH)))
                .chain(rows -> rows.rowCount() > 0
                        ? Uni.createFrom()
                                .item(Progress.counted(
                                        Map.of("old_postings", (long) rows.rowCount()),
                                        new JsonObject().put(ASIDE, aside).put(EXCHANGED, true)))
                        : drop(tx, aside).replaceWith(Progress.done()));
    }

    private Uni<Void> drop(SqlConnection tx, long aside) {
        return corpora.drop(tx, aside)
                .chain(() -> tx.preparedQuery("delete from maintenance_corpus where corpus_no = $1")
                        .execute(Tuple.of(aside)))
                .replaceWithVoid();
    }
}
