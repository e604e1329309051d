package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.offload.Offload;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows what the keyword index consists of, for whoever checks it. */
@ApplicationScoped
public class LexicalInspection {
    private static final int PAGE_ROWS = 2_000;

    private static final String PAGE = """
            select term, first_document, entries from lexical_posting
            where segment_no = $1 and (term, first_document) > ($2, $3)
            order by term, first_document limit $4""";

    private final Database database;
    private final Offload offload;

    LexicalInspection(Database database, Offload offload) {
        this.database = database;
        this.offload = offload;
    }

    /** A segment as its row describes it. */
    public record SegmentSummary(long segmentNo, int chunkCount, long tokenCount, boolean merged) {}

    /**
     * What the packed table of a segment says.
     *
     * @param chunkNos ascending
     * @param tokens words in all its chunks
     */
    public record SegmentContent(long[] chunkNos, long tokens) {}

    /** The segments of a corpus, oldest first. */
    public Uni<List<SegmentSummary>> segments(SqlConnection connection, long corpusNo) {
        return connection.preparedQuery("""
                        select segment_no, chunk_count, token_count, merged from lexical_segment
                        where corpus_no = $1 order by segment_no""").execute(Tuple.of(corpusNo)).map(rows -> {
            List<SegmentSummary> segments = new ArrayList<>(rows.size());
            rows.forEach(row -> segments.add(new SegmentSummary(
                    row.getLong("segment_no"),
                    row.getInteger("chunk_count"),
                    row.getLong("token_count"),
                    row.getBoolean("merged"))));
            return segments;
        });
    }

    /** What a segment holds; empty when it is gone, or cannot be read. */
    public Uni<Optional<SegmentContent>> content(SqlConnection connection, long corpusNo, long segmentNo) {
        return row(connection, corpusNo, segmentNo)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : offload.bulk(() -> SegmentDocuments.unpack(found.get().documents()))
                                .map(documents ->
                                        Optional.of(new SegmentContent(documents.chunkNos(), documents.totalLength())))
                                .onFailure(RuntimeException.class)
                                .recoverWithItem(Optional.empty()));
    }

    private record Packed(byte[] documents, Optional<byte[]> postings) {}

    private static Uni<Optional<Packed>> row(SqlConnection connection, long corpusNo, long segmentNo) {
        return connection
                .preparedQuery(
                        "select documents, postings from lexical_segment where corpus_no = $1 and segment_no = $2")
                .execute(Tuple.of(corpusNo, segmentNo))
                .map(rows -> {
                    for (Row row : rows) {
                        var postings = row.getBuffer("postings");
                        return Optional.of(new Packed(
                                row.getBuffer("documents").getBytes(),
                                postings == null ? Optional.empty() : Optional.of(postings.getBytes())));
                    }
                    return Optional.empty();
                });
    }

    /**
     * Chunks of a segment that have fewer words in its postings than the segment says. Reads the postings a page at a time, each in a
     * transaction of its own: a segment never changes, it only goes.
     *
     * @param alive called between two pages
     * @return empty when the segment went meanwhile
     */
    public Uni<Optional<Integer>> chunksLackingPostings(
            long corpusNo, long segmentNo, java.util.function.Supplier<Uni<Void>> alive) {
        return database.bulkSql(tx -> row(tx, corpusNo, segmentNo)).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(Optional.empty());
            }
            Packed packed = found.get();
            return offload.bulk(() -> new Words(SegmentDocuments.unpack(packed.documents())))
                    .chain(words -> packed.postings().isPresent()
                            ? offload.bulk(() -> words.readTail(
                                                    packed.postings().get())
                                            .lacking())
                                    .map(Optional::of)
                            : readPages(segmentNo, words, "", -1, alive)
                                    .chain(() -> database.bulkSql(tx -> row(tx, corpusNo, segmentNo)))
                                    .map(still -> still.map(ignored -> words.lacking())));
        });
    }

    private Uni<Void> readPages(
            long segmentNo, Words words, String term, int document, java.util.function.Supplier<Uni<Void>> alive) {
        return database.bulkSql(tx -> tx.preparedQuery(PAGE).execute(Tuple.of(segmentNo, term, document, PAGE_ROWS)))
                .chain(rows -> offload.bulk(() -> {
                            Row last = null;
                            for (Row row : rows) {
                                words.readBlock(row.getBuffer("entries").getBytes());
                                last = row;
                            }
                            return Optional.ofNullable(rows.size() < PAGE_ROWS ? null : last);
                        })
                        .chain(last -> last.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : alive.get()
                                        .chain(() -> readPages(
                                                segmentNo,
                                                words,
                                                last.get().getString("term"),
                                                last.get().getInteger("first_document"),
                                                alive))));
    }

    /** Counts the words of each document of a segment. */
    private static final class Words {
        private final SegmentDocuments documents;
        private final long[] found;

        Words(SegmentDocuments documents) {
            this.documents = documents;
            this.found = new long[documents.count()];
        }

        Words readTail(byte[] packed) {
            TailPostings tail = TailPostings.unpack(packed);
            for (int index = 0; index < tail.termCount(); index++) {
                tail.read(index, this::add);
            }
            return this;
        }

        void readBlock(byte[] block) {
            PostingList.readBlock(new ByteSource(block), this::add);
        }

        private void add(int document, int frequency) {
            if (document >= 0 && document < found.length) {
                found[document] += frequency;
            }
        }

        /** A word may count more than once in the postings and once in the length of its document, never the other way round. */
        int lacking() {
            int lacking = 0;
            for (int i = 0; i < found.length; i++) {
                if (found[i] < documents.lengths()[i]) {
                    lacking++;
                }
            }
            return lacking;
        }
    }
}
