package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.search.ChunkRange;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of chunks. */
@ApplicationScoped
public class ChunkRows {
    /** Separates the headings of a path while it travels as one text: ragged arrays cannot be unnested. */
    private static final String SEPARATOR = "\u001f";

    /** The range that the numbers lie in, as the corpus is told of new chunks; none without a number. */
    static List<ChunkRange> range(List<Long> ascending) {
        return ascending.isEmpty()
                ? List.of()
                : List.of(new ChunkRange(ascending.get(0), ascending.get(ascending.size() - 1)));
    }

    Uni<Void> insert(SqlConnection tx, UUID documentId, List<Long> numbers, List<Chunk> chunks) {
        int size = chunks.size();
        UUID[] ids = new UUID[size];
        Integer[] ordinals = new Integer[size];
        String[] contents = new String[size];
        String[] headings = new String[size];
        Integer[] pageFrom = new Integer[size];
        Integer[] pageTo = new Integer[size];
        Integer[] lineFrom = new Integer[size];
        Integer[] lineTo = new Integer[size];
        Integer[] start = new Integer[size];
        Integer[] end = new Integer[size];
        Integer[] tokens = new Integer[size];
        for (int i = 0; i < size; i++) {
            Chunk chunk = chunks.get(i);
            ids[i] = UuidV7.next();
            ordinals[i] = chunk.ordinal();
            contents[i] = chunk.content();
            headings[i] = chunk.headingPath().isEmpty() ? null : String.join(SEPARATOR, chunk.headingPath());
            pageFrom[i] = chunk.pageFrom();
            pageTo[i] = chunk.pageTo();
            lineFrom[i] = chunk.lineFrom();
            lineTo[i] = chunk.lineTo();
            start[i] = chunk.start();
            end[i] = chunk.end();
            tokens[i] = chunk.tokens();
        }
        return tx.preparedQuery("""
                        insert into chunk (no, id, document_id, ordinal, content, heading_path, page_from, page_to,
                                           line_from, line_to, start_offset, end_offset, tokens)
                        select no, id, $1, ordinal, content, coalesce(string_to_array(heading, E'\\x1f'), '{}'),
                               page_from, page_to, line_from, line_to, start_offset, end_offset, tokens
                        from unnest($2::bigint[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::int[],
                                    $9::int[], $10::int[], $11::int[], $12::int[], $13::int[])
                          as t(no, id, ordinal, content, heading, page_from, page_to, line_from, line_to, start_offset,
                               end_offset, tokens)""")
                .execute(Tuple.from(new Object[] {
                    documentId,
                    numbers.toArray(Long[]::new),
                    ids,
                    ordinals,
                    contents,
                    headings,
                    pageFrom,
                    pageTo,
                    lineFrom,
                    lineTo,
                    start,
                    end,
                    tokens
                }))
                .replaceWithVoid();
    }

    /** What a chunk says and where it stands: of chunks of a document with the same key one follows the other. */
    private static final String KEY =
            "encode(sha256(convert_to(array_to_string(array_prepend(c.content, c.heading_path), E'\\x1f'), 'UTF8')), 'hex')";

    /**
     * Chunks that are no more.
     *
     * @param tokens the sum of their tokens
     * @param sameContent whether the document is indexed again with the same content
     * @param byKey the number of each by what it says, where the content is the same
     */
    record Deleted(List<Long> numbers, long tokens, boolean sameContent, Map<String, Long> byKey) {
        /** The number before and the number from now on of chunks that say the same. */
        Map<Long, Long> successors(Map<String, Long> now) {
            Map<Long, Long> successors = new HashMap<>();
            now.forEach((key, number) -> {
                Long before = byKey.get(key);
                if (before != null) {
                    successors.put(before, number);
                }
            });
            return successors;
        }
    }

    /**
     * Room for the chunks of a revision.
     *
     * @param numbers ascending, in the order in which they will be given to chunks
     */
    record Room(Deleted deleted, List<Long> numbers) {}

    /** Deletes the chunks of a document that a revision is to be indexed of, and takes the numbers of those to come. */
    Uni<Room> makeRoom(SqlConnection tx, UUID documentId, int revision, int count) {
        return tx.preparedQuery("""
                        with gone as (
                          delete from chunk c where c.document_id = $1
                          returning c.no, c.tokens, case when $2 = (
                              select indexed_revision from document where id = $1) then %s end as key)
                        select no, tokens, key from gone
                        union all select nextval('chunk_no_seq'), null, null from generate_series(1, $3)""".formatted(KEY))
                .execute(Tuple.of(documentId, revision, count))
                .map(rows -> room(rows, count));
    }

    private static Room room(RowSet<Row> rows, int count) {
        List<Long> deleted = new ArrayList<>();
        List<Long> allocated = new ArrayList<>(count);
        Map<String, Long> byKey = new HashMap<>();
        long tokens = 0;
        for (Row row : rows) {
            long number = row.getLong("no");
            Integer tokensOfDeleted = row.getInteger("tokens");
            if (tokensOfDeleted == null) {
                allocated.add(number);
                continue;
            }
            deleted.add(number);
            tokens += tokensOfDeleted;
            String key = row.getString("key");
            if (key != null) {
                byKey.put(key, number);
            }
        }
        return new Room(new Deleted(deleted, tokens, !byKey.isEmpty(), byKey), allocated);
    }

    /** The chunks of a document by what they say; of several that say the same one. */
    Uni<Map<String, Long>> keys(SqlConnection connection, UUID documentId) {
        return connection
                .preparedQuery("select c.no, " + KEY + " as key from chunk c where c.document_id = $1")
                .execute(Tuple.of(documentId))
                .map(rows -> {
                    Map<String, Long> keys = new HashMap<>();
                    rows.forEach(row -> keys.put(row.getString("key"), row.getLong("no")));
                    return keys;
                });
    }

    Uni<Deleted> deleteAll(SqlConnection tx, UUID documentId) {
        return tx.preparedQuery("delete from chunk where document_id = $1 returning no, tokens")
                .execute(Tuple.of(documentId))
                .map(rows -> {
                    List<Long> numbers = new ArrayList<>();
                    long tokens = 0;
                    for (Row row : rows) {
                        numbers.add(row.getLong("no"));
                        tokens += row.getInteger("tokens");
                    }
                    return new Deleted(numbers, tokens, false, Map.of());
                });
    }

    /** A chunk that got a new number. */
    record Renumbered(long before, long after, String content, int tokens) {}

    /** Gives a document's chunks new numbers; everything else about them stays. */
    Uni<List<Renumbered>> renumber(SqlConnection tx, UUID documentId) {
        return tx.preparedQuery("""
                        with numbered as materialized (
                          select no as before, nextval('chunk_no_seq') as after, content, tokens
                          from (select no, content, tokens from chunk where document_id = $1 order by ordinal) as ordered),
                        renumbered as (
                          update chunk c set no = n.after from numbered n where c.no = n.before),
                        described as (
                          update document set first_chunk_no = (select min(after) from numbered),
                            last_chunk_no = (select max(after) from numbered) where id = $1)
                        select before, after, content, tokens from numbered order by after""").execute(Tuple.of(documentId)).map(rows -> {
            List<Renumbered> renumbered = new ArrayList<>();
            rows.forEach(row -> renumbered.add(new Renumbered(
                    row.getLong("before"), row.getLong("after"), row.getString("content"), row.getInteger("tokens"))));
            return renumbered;
        });
    }
}
