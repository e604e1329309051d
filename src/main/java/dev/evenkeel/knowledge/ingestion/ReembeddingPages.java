package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.ingestion.ChunkEmbedding.Passage;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chunks of a collection, document by document, a page at a time whatever the size of a document. */
@ApplicationScoped
class ReembeddingPages {
    private static final int DOCUMENTS = 64;
    private static final int CHUNKS = 500;

    /** As many as have a page of chunks together, at least one. */
    private static final String NEXT_DOCUMENTS = """
            select id from (
              select id, sum(chunk_count) over (order by id) - chunk_count as chunks_before from (
                select id, chunk_count from document
                where collection_id = $1 and id >= $2 and (id > $2 or $3) order by id limit $4) following) counted
            where chunks_before < $5 order by id""";

    /** Of each document no more than a page is read, however long it is. */
    private static final String NEXT_CHUNKS = """
            select d.id as document_id, d.title, k.no, k.ordinal, k.content, k.heading_path, v.text_hash
            from unnest($1::uuid[]) as wanted(id) join document d on d.id = wanted.id
            cross join lateral (
              select no, ordinal, content, heading_path from chunk
              where chunk.document_id = d.id and (d.id <> $2 or ordinal > $3) order by ordinal limit $4) k
            left join chunk_vector v on v.chunk_no = k.no and v.model_no = $5
            order by d.id, k.ordinal limit $4""";

    /**
     * Documents whose every chunk has its vector now lack nothing, whatever was refused before. Those that were complete and lack
     * one have a text that the model refuses.
     */
    private static final String RECOUNT = """
            update document d set embedded_count = counted.vectors,
              state = case when whole and refused then 'completed'
                           when not whole and d.state = 'completed' then 'searchable' else d.state end,
              error_code = case when whole and refused then null
                                when not whole and d.state = 'completed' then 'embedding_rejected' else d.error_code end,
              error_detail = case when whole and refused then null
                                  when not whole and d.state = 'completed'
                                    then 'The embedding model refuses some passages; they are found by keyword only.'
                                  else d.error_detail end
            from (select k.document_id, count(v.chunk_no)::int as vectors, bool_and(v.chunk_no is not null) as whole,
                         bool_and(o.state = 'searchable' and o.error_code = 'embedding_rejected') as refused
                  from chunk k join document o on o.id = k.document_id
                  left join chunk_vector v on v.chunk_no = k.no and v.model_no = $2
                  where k.document_id = any($1) and o.collection_id = $3 group by k.document_id) counted
            where d.id = counted.document_id
              and (d.embedded_count <> counted.vectors or whole and refused or not whole and d.state = 'completed')""";

    /** Chunks that came with some versions of the corpus and lack a vector. */
    private static final String WRITTEN = """
            select d.id as document_id, d.title, k.no, k.content, k.heading_path
            from (select distinct c.no from corpus_delta w
                  join chunk c on c.no between w.first_chunk_no and w.last_chunk_no
                  join document o on o.id = c.document_id and o.collection_id = $1
                  where w.corpus_no = $2 and w.version > $3 and w.version <= $4 and w.first_chunk_no is not null
                    and c.no > $5
                    and not exists (select from chunk_vector v where v.chunk_no = c.no and v.model_no = $6)
                  order by c.no limit $7) late
            join chunk k on k.no = late.no join document d on d.id = k.document_id
            order by k.no""";

    /** Comes before every document. */
    static final UUID BEFORE_ALL = new UUID(0, 0);

    /**
     * A place among the chunks of a collection.
     *
     * @param documentId the document reached
     * @param ordinal of the last chunk of it that was read, -1 before the first
     */
    record Place(UUID documentId, int ordinal) {
        static final Place START = new Place(BEFORE_ALL, -1);

        static Place endOf(UUID documentId) {
            return new Place(documentId, Integer.MAX_VALUE);
        }

        boolean isEndOfDocument() {
            return ordinal == Integer.MAX_VALUE;
        }
    }

    private record Chunk(Passage passage, byte @Nullable [] textHash) {}

    /**
     * Some chunks in order.
     *
     * @param end where the next page goes on
     * @param finished documents that have been read to their end
     * @param isLast whether there was nothing more to read
     */
    record Page(List<Chunk> chunks, Place end, List<UUID> finished, boolean isLast) {
        int size() {
            return chunks.size();
        }

        /** What lacks a vector or has one of another text, but nothing refused. CPU work. */
        List<Passage> toEmbed(Set<Long> refused) {
            return chunks.stream()
                    .filter(chunk -> !refused.contains(chunk.passage().chunkNo()))
                    .filter(chunk -> chunk.textHash() == null
                            || !Arrays.equals(
                                    chunk.textHash(),
                                    ChunkEmbedding.sha256(chunk.passage().text())))
                    .map(Chunk::passage)
                    .toList();
        }
    }

    /** The chunks of a collection at this moment. */
    Uni<Long> chunks(SqlConnection connection, UUID collectionId) {
        return connection
                .preparedQuery("select coalesce(sum(chunk_count), 0)::bigint from document where collection_id = $1")
                .execute(Tuple.of(collectionId))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** The page after a place. */
    Uni<Page> next(SqlConnection connection, CollectionRef collection, int modelNo, Place from) {
        return connection
                .preparedQuery(NEXT_DOCUMENTS)
                .execute(
                        Tuple.of(collection.id(), from.documentId(), !from.isEndOfDocument(), DOCUMENTS, (long) CHUNKS))
                .map(ReembeddingPages::ids)
                .chain(documents -> documents.isEmpty()
                        ? Uni.createFrom().item(new Page(List.of(), from, List.of(), true))
                        : read(connection, collection, modelNo, from, documents));
    }

    private static Uni<Page> read(
            SqlConnection connection, CollectionRef collection, int modelNo, Place from, List<UUID> documents) {
        return connection
                .preparedQuery(NEXT_CHUNKS)
                .execute(Tuple.from(
                        new Object[] {documents.toArray(UUID[]::new), from.documentId(), from.ordinal(), CHUNKS, modelNo
                        }))
                .map(rows -> {
                    List<Chunk> chunks = new ArrayList<>(rows.size());
                    Place end = from;
                    for (Row row : rows) {
                        UUID documentId = row.getUUID("document_id");
                        var hash = row.getBuffer("text_hash");
                        chunks.add(new Chunk(
                                EmbeddingPlan.passage(row, documentId, collection.contextualHeader()),
                                hash == null ? null : hash.getBytes()));
                        end = new Place(documentId, row.getInteger("ordinal"));
                    }
                    boolean full = chunks.size() == CHUNKS;
                    UUID last = documents.get(documents.size() - 1);
                    UUID reached = end.documentId();
                    List<UUID> finished =
                            full ? documents.subList(0, Math.max(0, documents.indexOf(reached))) : documents;
                    return new Page(chunks, full ? end : Place.endOf(last), finished, false);
                });
    }

    /**
     * What was written to a collection and has no vector of a model, a page at a time in the order of the numbers of chunks.
     *
     * @param since the version after which it was written
     * @param upTo the last version in which it was
     * @param after the number of the last chunk of the page before, 0 for the first
     */
    Uni<List<Passage>> written(
            SqlConnection connection, CollectionRef collection, int modelNo, long since, long upTo, long after) {
        return connection
                .preparedQuery(WRITTEN)
                .execute(Tuple.from(
                        new Object[] {collection.id(), collection.corpusNo(), since, upTo, after, modelNo, CHUNKS}))
                .map(rows -> {
                    List<Passage> passages = new ArrayList<>(rows.size());
                    rows.forEach(row -> passages.add(
                            EmbeddingPlan.passage(row, row.getUUID("document_id"), collection.contextualHeader())));
                    return passages;
                });
    }

    /** The documents of a collection after one of them, some at a time. */
    Uni<List<UUID>> documents(SqlConnection connection, UUID collectionId, UUID after) {
        return connection
                .preparedQuery("select id from document where collection_id = $1 and id > $2 order by id limit $3")
                .execute(Tuple.of(collectionId, after, DOCUMENTS))
                .map(ReembeddingPages::ids);
    }

    private static List<UUID> ids(RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>(rows.size());
        rows.forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    /** Notes how many chunks of documents have a vector of a model; counted while nobody else gives them vectors. */
    Uni<Void> recount(SqlConnection tx, UUID collectionId, List<UUID> documents, int modelNo) {
        UUID[] ids = documents.toArray(UUID[]::new);
        return tx.preparedQuery("select 1 from document where id = any($1) order by id for no key update")
                .execute(Tuple.tuple().addArrayOfUUID(ids))
                .chain(() -> tx.preparedQuery(RECOUNT).execute(Tuple.of(ids, modelNo, collectionId)))
                .replaceWithVoid();
    }
}
