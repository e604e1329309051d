package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.WeightedCache;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best chunks for a bound query. The database hands over packed postings, one row a word; scoring is done
 * here, off the event loop.
 *
 * <p>The statements of one search see different moments. The first fixes the set of segments; a later one checks that
 * they all still exist, and when a merge has replaced one meanwhile, the search begins again.
 */
@ApplicationScoped
class LexicalSearch {
    private static final int MAX_ATTEMPTS = 5;

    /** Planning less than this many (segment, word) pairs is not worth a change of thread. */
    private static final int SMALL_PLAN = 500;

    /** The LATERAL sub-queries with OFFSET 0 pin the plan: nested loops over primary keys, whatever the statistics. */
    private static final String SNAPSHOT = """
            with corpus as materialized (
                select * from unnest($1::bigint[], $2::int[]) as given(corpus_no, language)),
            segment as materialized (
                select corpus.corpus_no, corpus.language, s.segment_no, s.merged, s.chunk_count, s.token_count
                from corpus cross join lateral (
                    select segment_no, merged, chunk_count, token_count from lexical_segment
                    where lexical_segment.corpus_no = corpus.corpus_no offset 0) s),
            frequency as materialized (
                select given.word, sum(p.documents)::bigint as documents
                from unnest($3::text[], $4::int[], $5::int[]) as given(term, language, word)
                join segment on segment.language = given.language and segment.merged
                cross join lateral (
                    select sum(entry_count) as documents from lexical_posting
                    where lexical_posting.segment_no = segment.segment_no
                      and lexical_posting.term = given.term offset 0) p
                where p.documents is not null
                group by given.word)
            select segments.*, frequencies.*,
                   (select string_agg(int8send(t.chunk_no), '') from corpus cross join lateral (
                        select chunk_no from lexical_tombstone
                        where lexical_tombstone.corpus_no = corpus.corpus_no offset 0) t) as tombstones
            from (select array_agg(corpus_no order by segment_no) as corpus_nos,
                         array_agg(segment_no order by segment_no) as segment_nos,
                         array_agg(language order by segment_no) as languages,
                         array_agg(merged order by segment_no) as merged,
                         array_agg(chunk_count order by segment_no) as chunks,
                         array_agg(token_count order by segment_no) as tokens
                  from segment) segments,
                 (select array_agg(word) as words, array_agg(documents) as frequencies from frequency) frequencies""";

    private static final String LOAD = """
            select given.segment_no, s.documents, s.postings
            from unnest($1::bigint[], $2::bigint[]) as given(corpus_no, segment_no)
            cross join lateral (
                select documents, postings from lexical_segment
                where lexical_segment.corpus_no = given.corpus_no
                  and lexical_segment.segment_no = given.segment_no offset 0) s""";

    private static final String POSTINGS = """
            with segment as materialized (
                select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])
                    as given(corpus_no, segment_no, language, ordinal))
            select null::int as word, null::int as segment, null::bytea as blocks, count(*) as present
            from segment cross join lateral (
                select from lexical_segment
                where lexical_segment.corpus_no = segment.corpus_no
                  and lexical_segment.segment_no = segment.segment_no offset 0) s
            union all
            select given.word, segment.ordinal, p.blocks, null
            from unnest($5::text[], $6::int[], $7::int[]) as given(term, language, word)
            join segment on segment.language = given.language
            cross join lateral (
                select string_agg(entries, '') as blocks from lexical_posting
                where lexical_posting.segment_no = segment.segment_no
                  and lexical_posting.term = given.term offset 0) p
            where p.blocks is not null""";

    private static final String POSTINGS_OF_CANDIDATES = """
            with segment as materialized (
                select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::int[])
                    as given(corpus_no, segment_no, language, ordinal)),
            block as materialized (
                select distinct word.word, segment.segment_no, segment.ordinal, word.term, p.first_document
                from unnest($8::int[], $9::int[]) as candidate(ordinal, document)
                join segment on segment.ordinal = candidate.ordinal
                join unnest($5::text[], $6::int[], $7::int[]) as word(term, language, word)
                    on word.language = segment.language
                cross join lateral (
                    select first_document from lexical_posting
                    where lexical_posting.segment_no = segment.segment_no and lexical_posting.term = word.term
                      and lexical_posting.first_document <= candidate.document
                    order by segment_no desc, term desc, first_document desc limit 1) p)
            select null::int as word, null::int as segment, null::bytea as blocks, count(*) as present
            from segment cross join lateral (
                select from lexical_segment
                where lexical_segment.corpus_no = segment.corpus_no
                  and lexical_segment.segment_no = segment.segment_no offset 0) s
            union all
            select block.word, block.ordinal, string_agg(p.entries, ''), null
            from block cross join lateral (
                select entries from lexical_posting
                where lexical_posting.segment_no = block.segment_no and lexical_posting.term = block.term
                  and lexical_posting.first_document = block.first_document offset 0) p
            group by block.word, block.ordinal""";

    private final LexicalConfig config;
    private final Offload offload;
    /** A segment number stands for the same content for ever, so nothing here can be stale. */
    private final WeightedCache<Long, Segment> cache;

    LexicalSearch(LexicalConfig config, Offload offload) {
        this.config = config;
        this.offload = offload;
        this.cache = new WeightedCache<>(
                Integer.MAX_VALUE, config.cacheBytes(), (segmentNo, segment) -> segment.memoryBytes());
    }

    /** A merge has replaced a segment between two statements of a search. */
    static final class SegmentGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SegmentGone() {
            super("a segment was merged during the search", null, false, false);
        }
    }

    Uni<List<LexicalHit>> search(SqlConnection connection, BoundQuery query, ChunkSet within, int limit) {
        return Uni.createFrom()
                .deferred(() -> attempt(connection, query, within, limit))
                .onFailure(SegmentGone.class)
                .retry()
                .atMost(MAX_ATTEMPTS)
                .onFailure(SegmentGone.class)
                .transform(gone -> ProblemException.overloaded(
                        "The index is being rearranged; try again shortly.", Duration.ofSeconds(1)));
    }

    private Uni<List<LexicalHit>> attempt(SqlConnection connection, BoundQuery query, ChunkSet within, int limit) {
        return snapshot(connection, query)
                .chain(snapshot -> snapshot.isEmpty()
                        ? Uni.createFrom().item(List.of())
                        : segments(connection, snapshot)
                                .chain(segments -> plan(query, snapshot, segments)
                                        .chain(plan -> plan.isHopeless()
                                                ? Uni.createFrom().item(List.of())
                                                : score(
                                                        connection,
                                                        new Scorer(query, snapshot, segments, plan, within),
                                                        snapshot,
                                                        plan,
                                                        limit))));
    }

    Uni<IndexSnapshot> snapshot(SqlConnection connection, BoundQuery query) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfLong(query.corpora().stream().map(CorpusRef::no).toArray(Long[]::new))
                .addArrayOfInteger(
                        query.corpora().stream().map(query::languageOf).toArray(Integer[]::new));
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < query.words().size(); i++) {
            all.add(i);
        }
        addTerms(parameters, query.words(), all);
        return connection
                .preparedQuery(SNAPSHOT)
                .execute(parameters)
                .map(rows ->
                        IndexSnapshot.of(rows.iterator().next(), query.words().size()));
    }

    /** Adds three arrays: term, language and the word's number, for each language in which the word is a term. */
    private static void addTerms(Tuple parameters, List<BoundQuery.Word> words, List<Integer> numbers) {
        List<String> terms = new ArrayList<>();
        List<Integer> languages = new ArrayList<>();
        List<Integer> wordNumbers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            for (int language = 0; language < words.get(i).terms().size(); language++) {
                BoundQuery.Term term = words.get(i).term(language);
                if (term != null) {
                    terms.add(term.text());
                    languages.add(language);
                    wordNumbers.add(numbers.get(i));
                }
            }
        }
        parameters
                .addArrayOfString(terms.toArray(String[]::new))
                .addArrayOfInteger(languages.toArray(Integer[]::new))
                .addArrayOfInteger(wordNumbers.toArray(Integer[]::new));
    }

    /** The segments of a snapshot in its order, from memory or else from the database. */
    Uni<List<Segment>> segments(SqlConnection connection, IndexSnapshot snapshot) {
        Map<Long, Segment> known = new HashMap<>();
        List<IndexSnapshot.Entry> missing = new ArrayList<>();
        for (IndexSnapshot.Entry entry : snapshot.entries()) {
            Segment segment = cache.get(entry.segmentNo());
            if (segment == null) {
                missing.add(entry);
            } else {
                known.put(entry.segmentNo(), segment);
            }
        }
        Uni<Void> loaded = missing.isEmpty() ? Uni.createFrom().voidItem() : load(connection, missing, known);
        return loaded.map(ignored -> snapshot.entries().stream()
                .map(entry -> known.get(entry.segmentNo()))
                .toList());
    }

    private Uni<Void> load(SqlConnection connection, List<IndexSnapshot.Entry> missing, Map<Long, Segment> into) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfLong(
                        missing.stream().map(IndexSnapshot.Entry::corpusNo).toArray(Long[]::new))
                .addArrayOfLong(
                        missing.stream().map(IndexSnapshot.Entry::segmentNo).toArray(Long[]::new));
        return connection.preparedQuery(LOAD).execute(parameters).chain(rows -> {
            if (rows.size() < missing.size()) {
                return Uni.createFrom().failure(new SegmentGone());
            }
            return offload.interactive(() -> {
                for (Row row : rows) {
                    Segment segment = Segment.unpack(row.getBuffer(1).getBytes(), bytesOrNull(row.getBuffer(2)));
                    into.put(row.getLong(0), segment);
                    cache.put(row.getLong(0), segment);
                }
                return null;
            });
        });
    }

    private static byte @Nullable [] bytesOrNull(@Nullable Buffer buffer) {
        return buffer == null ? null : buffer.getBytes();
    }

    private Uni<SearchPlan> plan(BoundQuery query, IndexSnapshot snapshot, List<Segment> segments) {
        Supplier<SearchPlan> plan = () -> SearchPlan.of(query, snapshot, segments, config.postingsBudget());
        boolean small = segments.size() * query.words().size() < SMALL_PLAN;
        return small ? Uni.createFrom().item(plan) : offload.interactive(plan::get);
    }

    private Uni<List<LexicalHit>> score(
            SqlConnection connection, Scorer scorer, IndexSnapshot snapshot, SearchPlan plan, int limit) {
        boolean twoPhases = !plan.others().isEmpty();
        int candidates = twoPhases ? Math.max(config.candidates(), limit) : limit;
        return postings(connection, snapshot, plan)
                .chain(packed -> offload.interactive(() -> {
                    packed.forEach(scorer::add);
                    return scorer.best(candidates);
                }))
                .chain(best -> twoPhases
                        ? postingsOf(connection, snapshot, plan, best)
                                .chain(packed -> offload.interactive(() -> {
                                    packed.forEach(scorer::add);
                                    scorer.complete(best);
                                    return scorer.hits(best, limit);
                                }))
                        : Uni.createFrom().item(() -> scorer.hits(best, limit)));
    }

    private static Uni<List<Scorer.Blocks>> postings(
            SqlConnection connection, IndexSnapshot snapshot, SearchPlan plan) {
        int merged = mergedCount(snapshot);
        if (merged == 0) {
            return Uni.createFrom().item(List.of());
        }
        Tuple parameters = segmentParameters(snapshot);
        addTerms(parameters, words(plan.seeds()), numbers(0, plan.seeds().size()));
        return connection.preparedQuery(POSTINGS).execute(parameters).map(rows -> blocks(rows, merged));
    }

    private static Uni<List<Scorer.Blocks>> postingsOf(
            SqlConnection connection, IndexSnapshot snapshot, SearchPlan plan, List<Candidate> candidates) {
        int merged = mergedCount(snapshot);
        if (merged == 0) {
            return Uni.createFrom().item(List.of());
        }
        Tuple parameters = segmentParameters(snapshot);
        int seeds = plan.seeds().size();
        addTerms(parameters, words(plan.others()), numbers(seeds, plan.words().size()));
        List<Candidate> inMerged = candidates.stream()
                .filter(candidate -> snapshot.entries().get(candidate.segment).merged())
                .toList();
        parameters
                .addArrayOfInteger(inMerged.stream().map(c -> c.segment).toArray(Integer[]::new))
                .addArrayOfInteger(inMerged.stream().map(c -> c.document).toArray(Integer[]::new));
        return connection
                .preparedQuery(POSTINGS_OF_CANDIDATES)
                .execute(parameters)
                .map(rows -> blocks(rows, merged));
    }

    private static int mergedCount(IndexSnapshot snapshot) {
        return (int)
                snapshot.entries().stream().filter(IndexSnapshot.Entry::merged).count();
    }

    private static List<BoundQuery.Word> words(List<SearchPlan.Scored> scored) {
        return scored.stream().map(SearchPlan.Scored::word).toList();
    }

    private static List<Integer> numbers(int from, int to) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static Tuple segmentParameters(IndexSnapshot snapshot) {
        List<Long> corpusNos = new ArrayList<>();
        List<Long> segmentNos = new ArrayList<>();
        List<Integer> languages = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        for (int i = 0; i < snapshot.entries().size(); i++) {
            IndexSnapshot.Entry entry = snapshot.entries().get(i);
            if (entry.merged()) {
                corpusNos.add(entry.corpusNo());
                segmentNos.add(entry.segmentNo());
                languages.add(entry.language());
                ordinals.add(i);
            }
        }
        return Tuple.tuple()
                .addArrayOfLong(corpusNos.toArray(Long[]::new))
                .addArrayOfLong(segmentNos.toArray(Long[]::new))
                .addArrayOfInteger(languages.toArray(Integer[]::new))
                .addArrayOfInteger(ordinals.toArray(Integer[]::new));
    }

    private static List<Scorer.Blocks> blocks(RowSet<Row> rows, int expectedSegments) {
        List<Scorer.Blocks> blocks = new ArrayList<>(rows.size());
        long present = 0;
        for (Row row : rows) {
            Integer word = row.getInteger(0);
            if (word == null) {
                present = row.getLong(3);
            } else {
                blocks.add(new Scorer.Blocks(
                        word, row.getInteger(1), row.getBuffer(2).getBytes()));
            }
        }
        if (present < expectedSegments) {
            throw new SegmentGone();
        }
        return blocks;
    }
}
