package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the keyword index compact: merges small segments into larger ones and drops the postings of deleted chunks.
 * Searches go on meanwhile on the old segments; the new one replaces them at the commit. Run it every second or so on
 * any replica; an advisory lock keeps two merges off one corpus.
 */
@ApplicationScoped
public class LexicalMerger {
    /** After this time a round begins no further merge. */
    private static final long ROUND_MS = 1_000;

    /** Rows of the largest source read at once. */
    private static final int PAGE_ROWS = 4_000;

    /** Dead chunks, of a segment's, from which on it is rewritten: one in ten. */
    private static final int PURGE_SHARE = 10;

    /** Behind every term in byte order. */
    private static final String AFTER_ALL_TERMS =
            new String(Character.toChars(Character.MAX_CODE_POINT)).repeat(Analyzer.MAX_TOKEN_LENGTH + 1);

    private static final String DUE = """
            select corpus_no,
                   array_agg(segment_no) as segment_nos,
                   array_agg(chunk_count) as chunks,
                   array_agg(merged) as merged,
                   array_agg((extract(epoch from now() - created_at) * 1000)::bigint) as ages_ms
            from lexical_segment
            group by corpus_no
            having count(*) filter (where not merged) > 0 or count(*) >= $1
            order by count(*) filter (where not merged) desc, corpus_no
            limit 200""";

    private static final String PURGE_DUE = """
            select t.corpus_no, t.oldest < now() - make_interval(secs => $1) as overdue
            from (select corpus_no, count(*) as dead, min(deleted_at) as oldest
                  from lexical_tombstone group by corpus_no) t
            where t.oldest < now() - make_interval(secs => $1)
               or t.dead * $2 >= (select sum(chunk_count) from lexical_segment s where s.corpus_no = t.corpus_no)
            limit 50""";

    private static final String TRY_LOCK = "select pg_try_advisory_xact_lock($1, hashint8($2))";

    private static final String SOURCES = """
            select segment_no, merged, documents, postings from lexical_segment
            where corpus_no = $1 and segment_no = any($2) order by segment_no""";

    private static final String ALL_MERGED = """
            select segment_no, true as merged, documents, null::bytea as postings from lexical_segment
            where corpus_no = $1 and merged order by segment_no""";

    private static final String TOMBSTONES =
            "select string_agg(int8send(chunk_no), '') from lexical_tombstone where corpus_no = $1";

    private static final String PAGE = """
            with bound as materialized (
                select coalesce((select term from lexical_posting where segment_no = $2 and term > $3
                                 order by segment_no, term offset $4 limit 1), $5) as term)
            select given.ordinal::int, string_agg(
                       int2send(octet_length(p.term)::smallint) || convert_to(p.term, 'UTF8')
                       || int4send(octet_length(p.entries)) || p.entries, '' order by p.term, p.first_document),
                   (select term from bound)
            from unnest($1::bigint[]) with ordinality as given(segment_no, ordinal)
            cross join lateral (
                select term, first_document, entries from lexical_posting
                where lexical_posting.segment_no = given.segment_no
                  and term > $3 and term <= (select term from bound) offset 0) p
            group by given.ordinal""";

    private static final String INSERT_POSTINGS = """
            insert into lexical_posting (segment_no, term, first_document, entry_count, entries)
            select $1, given.* from unnest($2::text[], $3::int[], $4::smallint[], $5::bytea[])
                as given(term, first_document, entry_count, entries)""";

    private static final String INSERT_SEGMENT = """
            insert into lexical_segment (corpus_no, segment_no, chunk_count, token_count, merged, documents)
            values ($1, $2, $3, $4, true, $5)""";

    private final LexicalConfig config;
    private final Offload offload;
    private final MergePolicy policy;

    LexicalMerger(LexicalConfig config, Offload offload) {
        this.config = config;
        this.offload = offload;
        this.policy = new MergePolicy(config);
    }

    /** A segment that is being merged. */
    private record Source(
            long segmentNo,
            SegmentDocuments documents,
            @Nullable TailPostings tail) {}

    /** What one corpus needs. */
    private record Task(long corpusNo, List<Long> segmentNos) {}

    /**
     * One round: merges what is due, in the caller's transaction, for about a second.
     *
     * @return how many merges were done; 0 when nothing was due
     */
    public Uni<Integer> fold(SqlConnection tx) {
        long end = System.nanoTime() + ROUND_MS * 1_000_000;
        return due(tx).chain(tasks -> Multi.createFrom()
                .iterable(tasks)
                .onItem()
                .transformToUniAndConcatenate(
                        task -> System.nanoTime() > end ? Uni.createFrom().item(0) : merge(tx, task))
                .collect()
                .with(java.util.stream.Collectors.summingInt(Integer::intValue))
                .chain(merges -> System.nanoTime() > end
                        ? Uni.createFrom().item(merges)
                        : purge(tx, end).map(purged -> merges + purged)));
    }

    private Uni<List<Task>> due(SqlConnection tx) {
        return tx.preparedQuery(DUE).execute(Tuple.of(config.mergeFactor())).map(rows -> {
            List<Task> tasks = new ArrayList<>();
            for (Row row : rows) {
                List<Long> chosen = policy.choose(candidates(row)).stream()
                        .map(MergePolicy.Candidate::segmentNo)
                        .toList();
                if (!chosen.isEmpty()) {
                    tasks.add(new Task(row.getLong("corpus_no"), chosen));
                }
            }
            return tasks;
        });
    }

    private static List<MergePolicy.Candidate> candidates(Row row) {
        Long[] segmentNos = row.getArrayOfLongs("segment_nos");
        Integer[] chunks = row.getArrayOfIntegers("chunks");
        Boolean[] merged = row.getArrayOfBooleans("merged");
        Long[] ages = row.getArrayOfLongs("ages_ms");
        return IntStream.range(0, segmentNos.length)
                .mapToObj(i -> new MergePolicy.Candidate(segmentNos[i], chunks[i], merged[i], ages[i]))
                .toList();
    }

    private Uni<Integer> merge(SqlConnection tx, Task task) {
        return tryLock(tx, task.corpusNo())
                .chain(locked -> locked
                        ? sources(
                                tx,
                                SOURCES,
                                Tuple.of(task.corpusNo(), task.segmentNos().toArray(Long[]::new)))
                        : Uni.createFrom().item(List.<Source>of()))
                .chain(sources -> sources.size() < task.segmentNos().size()
                        ? Uni.createFrom().item(0)
                        : tombstones(tx, task.corpusNo())
                                .chain(deleted -> merge(tx, task.corpusNo(), sources, deleted))
                                .replaceWith(1));
    }

    private static Uni<Boolean> tryLock(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery(TRY_LOCK)
                .execute(Tuple.of(CorpusState.LOCK_SPACE, corpusNo))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    private Uni<List<Source>> sources(SqlConnection tx, String statement, Tuple parameters) {
        return tx.preparedQuery(statement)
                .execute(parameters)
                .chain(rows -> offload.interactive(() -> {
                    List<Source> sources = new ArrayList<>();
                    for (Row row : rows) {
                        var postings = row.getBuffer("postings");
                        Segment segment = Segment.unpack(
                                row.getBuffer("documents").getBytes(), postings == null ? null : postings.getBytes());
                        sources.add(new Source(row.getLong("segment_no"), segment.documents(), segment.tail()));
                    }
                    return sources;
                }));
    }

    private static Uni<long[]> tombstones(SqlConnection tx, long corpusNo) {
        return tx.preparedQuery(TOMBSTONES).execute(Tuple.of(corpusNo)).map(rows -> {
            var packed = rows.iterator().next().getBuffer(0);
            long[] chunkNos = packed == null ? new long[0] : new long[packed.length() / Long.BYTES];
            for (int i = 0; i < chunkNos.length; i++) {
                chunkNos[i] = packed.getLong(i * Long.BYTES);
            }
            Arrays.sort(chunkNos);
            return chunkNos;
        });
    }

    private Uni<Void> merge(SqlConnection tx, long corpusNo, List<Source> sources, long[] deleted) {
        long segmentNo = SegmentNumbers.next();
        boolean small = sources.get(0).tail() != null;
        return offload.interactive(() ->
                        DocumentMerge.of(sources.stream().map(Source::documents).toList(), deleted))
                .chain(documents -> (small
                                ? mergeTails(tx, segmentNo, sources, documents)
                                : mergePages(tx, segmentNo, sources, documents, ""))
                        .chain(() -> replace(tx, corpusNo, segmentNo, sources, documents)));
    }

    private Uni<Void> mergeTails(SqlConnection tx, long segmentNo, List<Source> sources, DocumentMerge documents) {
        return offload.interactive(() -> {
                    List<TailPostings> tails = new ArrayList<>();
                    for (Source source : sources) {
                        if (source.tail() != null) {
                            tails.add(source.tail());
                        }
                    }
                    return TailMerge.merge(tails, documents).take(segmentNo);
                })
                .chain(statements -> insert(tx, statements));
    }

    /** Merges the terms behind {@code after}, a range at a time, so that memory stays bounded. */
    private Uni<Void> mergePages(
            SqlConnection tx, long segmentNo, List<Source> sources, DocumentMerge documents, String after) {
        Source largest = sources.stream()
                .max(java.util.Comparator.comparingInt(
                        source -> source.documents().count()))
                .orElseThrow();
        Tuple parameters = Tuple.tuple()
                .addArrayOfLong(sources.stream().map(Source::segmentNo).toArray(Long[]::new))
                .addLong(largest.segmentNo())
                .addString(after)
                .addInteger(PAGE_ROWS / sources.size())
                .addString(AFTER_ALL_TERMS);
        return tx.preparedQuery(PAGE).execute(parameters).chain(rows -> {
            if (rows.size() == 0) {
                return Uni.createFrom().voidItem();
            }
            String bound = rows.iterator().next().getString(2);
            return offload.interactive(() -> mergePage(rows, documents).take(segmentNo))
                    .chain(statements -> insert(tx, statements))
                    .chain(() -> bound.equals(AFTER_ALL_TERMS)
                            ? Uni.createFrom().voidItem()
                            : mergePages(tx, segmentNo, sources, documents, bound));
        });
    }

    private static PostingRows mergePage(RowSet<Row> rows, DocumentMerge documents) {
        PostingPage page = new PostingPage();
        for (Row row : rows) {
            page.add(row.getInteger(0) - 1, row.getBuffer(1).getBytes());
        }
        PostingRows merged = new PostingRows();
        page.mergeInto(merged, documents);
        return merged;
    }

    private static Uni<Void> insert(SqlConnection tx, List<Tuple> statements) {
        return Multi.createFrom()
                .iterable(statements)
                .onItem()
                .transformToUniAndConcatenate(
                        parameters -> tx.preparedQuery(INSERT_POSTINGS).execute(parameters))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static Uni<Void> replace(
            SqlConnection tx, long corpusNo, long segmentNo, List<Source> sources, DocumentMerge merge) {
        SegmentDocuments documents = merge.documents();
        Long[] replaced = sources.stream().map(Source::segmentNo).toArray(Long[]::new);
        Uni<Void> inserted = documents.count() == 0
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(INSERT_SEGMENT)
                        .execute(Tuple.tuple()
                                .addLong(corpusNo)
                                .addLong(segmentNo)
                                .addInteger(documents.count())
                                .addLong(documents.totalLength())
                                .addValue(Buffer.buffer(documents.pack())))
                        .replaceWithVoid();
        return inserted.chain(() -> tx.preparedQuery("delete from lexical_posting where segment_no = any($1)")
                        .execute(Tuple.of(replaced)))
                .chain(() -> tx.preparedQuery(
                                "delete from lexical_segment where corpus_no = $1 and segment_no = any($2)")
                        .execute(Tuple.of(corpusNo, replaced)))
                .chain(() -> forget(tx, corpusNo, merge.dropped()));
    }

    private static Uni<Void> forget(SqlConnection tx, long corpusNo, List<Long> chunkNos) {
        return chunkNos.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery("delete from lexical_tombstone where corpus_no = $1 and chunk_no = any($2)")
                        .execute(Tuple.of(corpusNo, chunkNos.toArray(Long[]::new)))
                        .replaceWithVoid();
    }

    /** Rewrites merged segments in which many chunks are deleted, or some for long. */
    private Uni<Integer> purge(SqlConnection tx, long end) {
        double purgeAfterSeconds = config.purgeAfter().toMillis() / 1_000.0;
        return tx.preparedQuery(PURGE_DUE)
                .execute(Tuple.of(purgeAfterSeconds, PURGE_SHARE))
                .chain(rows -> Multi.createFrom()
                        .iterable(rows)
                        .onItem()
                        .transformToUniAndConcatenate(row -> System.nanoTime() > end
                                ? Uni.createFrom().item(0)
                                : purgeCorpus(tx, row.getLong(0), row.getBoolean(1)))
                        .collect()
                        .with(java.util.stream.Collectors.summingInt(Integer::intValue)));
    }

    private Uni<Integer> purgeCorpus(SqlConnection tx, long corpusNo, boolean overdue) {
        return tryLock(tx, corpusNo)
                .chain(locked -> !locked
                        ? Uni.createFrom().item(0)
                        : tombstones(tx, corpusNo)
                                .chain(deleted -> sources(tx, ALL_MERGED, Tuple.of(corpusNo))
                                        .chain(sources ->
                                                offload.interactive(() -> mostDead(sources, deleted, overdue)))
                                        .chain(dead -> dead.isEmpty()
                                                ? forgetUnknown(tx, corpusNo, overdue)
                                                : merge(tx, corpusNo, dead, deleted)
                                                        .replaceWith(1))));
    }

    private static List<Source> mostDead(List<Source> sources, long[] deleted, boolean overdue) {
        Source most = null;
        long mostDead = 0;
        for (Source source : sources) {
            long dead = Arrays.stream(deleted)
                    .filter(chunkNo -> source.documents().documentOf(chunkNo) >= 0)
                    .count();
            boolean due = overdue || dead * PURGE_SHARE >= source.documents().count();
            if (due && dead > mostDead) {
                most = source;
                mostDead = dead;
            }
        }
        return most == null ? List.of() : List.of(most);
    }

    /** Tombstones that have outlived every merge stand for chunks that were never indexed. */
    private Uni<Integer> forgetUnknown(SqlConnection tx, long corpusNo, boolean overdue) {
        return !overdue
                ? Uni.createFrom().item(0)
                : tx.preparedQuery(
                                "delete from lexical_tombstone where corpus_no = $1 and deleted_at < now() - make_interval(secs => $2)"
                                        + " and not exists (select from lexical_segment where corpus_no = $1 and not merged)")
                        .execute(Tuple.of(corpusNo, config.purgeAfter().toMillis() / 1_000.0))
                        .replaceWith(0);
    }
}
