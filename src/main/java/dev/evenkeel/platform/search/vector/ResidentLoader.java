package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads sign bits from the database, packed by the server into few large values. */
final class ResidentLoader {
    /** About 450 kB of packed bits at 384 dimensions. */
    private static final int PAGE_CHUNKS = 8_000;

    /** Segments of a larger corpus are not merged on an event loop. */
    private static final int INLINE_CHUNKS = 4_000;

    private static final String VERSIONS = """
            select corpus_no, version, pruned_version, chunks, pg_postmaster_start_time() as server_start
            from corpus_state where corpus_no = any($1) order by corpus_no
            """;

    private static final String PAGE = """
            select string_agg(int8send(chunk_no) || bits, '' order by chunk_no) as packed, max(chunk_no) as last,
                   count(*) as count
            from (select chunk_no, bits from chunk_vector
                  where corpus_no = $1 and model_no = $2 and chunk_no > $3 order by chunk_no limit $4) as page
            """;

    private static final String DELTAS = """
            select array_agg(first_chunk_no) filter (where first_chunk_no is not null) as firsts,
                   array_agg(last_chunk_no) filter (where first_chunk_no is not null) as lasts
            from corpus_delta where corpus_no = $1 and version > $2 and version <= $3
            """;

    private static final String DELETED = """
            select unnest(deleted) as chunk_no from corpus_delta
            where corpus_no = $1 and version > $2 and version <= $3 and deleted is not null
            """;

    private static final String ADDED = """
            select string_agg(int8send(chunk_no) || bits, '' order by chunk_no) as packed
            from (select distinct v.chunk_no, v.bits
                  from unnest($3::bigint[], $4::bigint[]) as added(first_chunk_no, last_chunk_no)
                  join chunk_vector v on v.corpus_no = $1 and v.model_no = $2
                    and v.chunk_no between added.first_chunk_no and added.last_chunk_no) as found
            """;

    private final Offload offload;

    ResidentLoader(Offload offload) {
        this.offload = offload;
    }

    /** A corpus as committed. */
    record CorpusVersion(long corpusNo, long version, long prunedVersion, long chunks) {}

    /** Corpora as committed at one moment, and since when the server runs. */
    record Versions(List<CorpusVersion> corpora, OffsetDateTime serverStart) {}

    Uni<Versions> versions(SqlConnection connection, List<Long> corpusNos) {
        return connection
                .preparedQuery(VERSIONS)
                .execute(Tuple.of(corpusNos.toArray(Long[]::new)))
                .map(rows -> {
                    List<CorpusVersion> corpora = new ArrayList<>();
                    OffsetDateTime serverStart = OffsetDateTime.MIN;
                    for (Row row : rows) {
                        serverStart = row.getOffsetDateTime("server_start");
                        corpora.add(new CorpusVersion(
                                row.getLong("corpus_no"),
                                row.getLong("version"),
                                row.getLong("pruned_version"),
                                row.getLong("chunks")));
                    }
                    return new Versions(corpora, serverStart);
                });
    }

    /** All bits of a corpus, of a version that is at least the one asked for. */
    Uni<ResidentCorpus> load(SqlConnection connection, CorpusVersion corpus, int modelNo, int words) {
        return pages(connection, corpus.corpusNo(), modelNo, words, 0, new ArrayList<>())
                .chain(pages -> pages.size() <= 1
                        ? Uni.createFrom().item(() -> ResidentCorpus.of(corpus.version(), pages))
                        : offload.interactive(
                                () -> ResidentCorpus.of(corpus.version(), List.of(SignSegment.joined(words, pages)))));
    }

    private Uni<List<SignSegment>> pages(
            SqlConnection connection, long corpusNo, int modelNo, int words, long after, List<SignSegment> read) {
        return connection
                .preparedQuery(PAGE)
                .execute(Tuple.of(corpusNo, modelNo, after, PAGE_CHUNKS))
                .chain(rows -> {
                    Row row = rows.iterator().next();
                    if (row.getLong("count") == 0) {
                        return Uni.createFrom().item(read);
                    }
                    read.add(SignSegment.read(words, row.getBuffer("packed").getBytes()));
                    return row.getLong("count") < PAGE_CHUNKS
                            ? Uni.createFrom().item(read)
                            : pages(connection, corpusNo, modelNo, words, row.getLong("last"), read);
                });
    }

    /** What changed since the resident's version. */
    Uni<ResidentCorpus> update(
            SqlConnection connection, ResidentCorpus resident, CorpusVersion corpus, int modelNo, int words) {
        Tuple span = Tuple.of(corpus.corpusNo(), resident.version(), corpus.version());
        return connection
                .preparedQuery(DELTAS)
                .execute(span)
                .chain(deltas -> connection.preparedQuery(DELETED).execute(span).chain(gone -> {
                    Set<Long> deleted = new HashSet<>();
                    gone.forEach(row -> deleted.add(row.getLong(0)));
                    Row ranges = deltas.iterator().next();
                    return added(connection, corpus.corpusNo(), modelNo, words, ranges)
                            .chain(segments -> resident.size() <= INLINE_CHUNKS
                                    ? Uni.createFrom().item(() -> resident.with(corpus.version(), segments, deleted))
                                    : offload.interactive(() -> resident.with(corpus.version(), segments, deleted)));
                }));
    }

    private static Uni<List<SignSegment>> added(
            SqlConnection connection, long corpusNo, int modelNo, int words, Row ranges) {
        Long[] firsts = ranges.getArrayOfLongs("firsts");
        Long[] lasts = ranges.getArrayOfLongs("lasts");
        if (firsts == null || lasts == null) {
            return Uni.createFrom().item(List.of());
        }
        return connection
                .preparedQuery(ADDED)
                .execute(Tuple.of(corpusNo, modelNo, firsts, lasts))
                .map(rows -> {
                    var packed = rows.iterator().next().getBuffer("packed");
                    return packed == null ? List.of() : List.of(SignSegment.read(words, packed.getBytes()));
                });
    }
}
