package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.ingestion.chunk.Chunk;
import dev.evenkeel.knowledge.notes.NoteIndex;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.lexical.ChunkText;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.PreparedPostings;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts documents into the index and takes them out, always inside the caller's transaction, so that a document's old
 * content is found until its new content is, and nothing of a deleted one is left.
 */
@ApplicationScoped
public class DocumentIndexer {
    /** Chunks of one statement: about 300 kB of text. */
    private static final int BATCH_CHUNKS = 200;

    private static final int MAX_TITLE_LENGTH = 500;

    private final ChunkRows chunks;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final NoteIndex notes;
    private final CorpusState corpora;
    private final Embedders embedders;
    private final Offload offload;

    DocumentIndexer(
            ChunkRows chunks,
            LexicalIndex lexical,
            VectorIndex vectors,
            NoteIndex notes,
            CorpusState corpora,
            Embedders embedders,
            Offload offload) {
        this.chunks = chunks;
        this.lexical = lexical;
        this.vectors = vectors;
        this.notes = notes;
        this.corpora = corpora;
        this.embedders = embedders;
        this.offload = offload;
    }

    /**
     * Makes the content of a document searchable by keyword, instead of what was searchable before. The caller holds the
     * document's row lock. From the statement on that raises the version of the corpus other writers of the corpus wait; only the
     * note graph, which must not be written by two at a time, comes after it.
     *
     * @param state the document's state from now on
     * @param jobId the job that does it, if one does
     */
    public Uni<Void> index(
            SqlConnection tx,
            UUID documentId,
            int revision,
            CollectionRef collection,
            ReadyDocument ready,
            String state,
            @Nullable UUID jobId) {
        boolean clientWaits = jobId == null;
        return chunks.makeRoom(tx, documentId, revision, ready.chunks().size())
                .call(room ->
                        lexical.remove(tx, collection.corpusNo(), room.deleted().numbers()))
                .call(room -> writeBatches(tx, documentId, collection, ready.chunks(), room.numbers(), clientWaits))
                .chain(room -> describe(tx, documentId, revision, ready, room.numbers(), state, jobId)
                        .call(described ->
                                keepVectors(tx, documentId, collection, described.getString("title"), ready, room))
                        .chain(described ->
                                notes.prepare(documentId, collection.id(), described, ready.notes(), clientWaits))
                        .call(() -> commitChange(tx, collection.corpusNo(), ready, room)))
                .chain(note -> notes.index(tx, note));
    }

    private Uni<Long> commitChange(SqlConnection tx, long corpusNo, ReadyDocument ready, ChunkRows.Room room) {
        ChunkRows.Deleted deleted = room.deleted();
        return corpora.commitChange(
                tx,
                corpusNo,
                room.numbers().size() - deleted.numbers().size(),
                ready.tokens() - deleted.tokens(),
                ChunkRows.range(room.numbers()),
                deleted.numbers());
    }

    /** Removes chunks, postings, vectors and links; the last statement raises the version of the corpus. */
    public Uni<Void> remove(SqlConnection tx, UUID documentId, long corpusNo) {
        return takeOut(tx, documentId, corpusNo)
                .call(() -> notes.removed(tx, documentId, corpusNo))
                .chain(removed -> removed.numbers().isEmpty()
                        ? Uni.createFrom().voidItem()
                        : corpora.commitChange(
                                        tx,
                                        corpusNo,
                                        -removed.numbers().size(),
                                        -removed.tokens(),
                                        List.of(),
                                        removed.numbers())
                                .replaceWithVoid());
    }

    /** A chunk of which the same text as before would be embedded keeps its vector. */
    private Uni<Void> keepVectors(
            SqlConnection tx,
            UUID documentId,
            CollectionRef collection,
            String title,
            ReadyDocument ready,
            ChunkRows.Room room) {
        long corpusNo = collection.corpusNo();
        ChunkRows.Deleted removed = room.deleted();
        Uni<Void> carried = !removed.sameContent()
                ? Uni.createFrom().voidItem()
                : chunks.keys(tx, documentId)
                        .map(removed::successors)
                        .chain(pairs -> offload.bulk(
                                () -> successors(pairs, collection.contextualHeader(), title, ready, room.numbers())))
                        .chain(successors -> vectors.renumber(tx, corpusNo, successors))
                        .chain(kept -> count(tx, documentId, collection, kept));
        return carried.chain(() -> vectors.remove(tx, corpusNo, removed.numbers()));
    }

    /**
     * Counts the vectors that were kept of the model that the collection is searched by.
     *
     * @param kept how many, by the number of the model
     */
    private Uni<Void> count(SqlConnection tx, UUID documentId, CollectionRef collection, Map<Integer, Integer> kept) {
        if (kept.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return embedders
                .of(collection.embeddingModelId())
                .chain(model -> model.isEmpty()
                        ? Uni.createFrom().<@Nullable Integer>nullItem()
                        : vectors.knownModelNo(
                                tx, model.get().model(), model.get().dimension()))
                .chain(modelNo -> tx.preparedQuery("update document set embedded_count = $2 where id = $1")
                        .execute(Tuple.of(documentId, modelNo == null ? 0 : kept.getOrDefault(modelNo, 0))))
                .replaceWithVoid();
    }

    private static List<VectorIndex.Successor> successors(
            Map<Long, Long> pairs, boolean contextualHeader, String title, ReadyDocument ready, List<Long> numbers) {
        Map<Long, Chunk> byNumber = new HashMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            byNumber.put(numbers.get(i), ready.chunks().get(i));
        }
        List<VectorIndex.Successor> successors = new ArrayList<>(pairs.size());
        pairs.forEach((before, after) -> {
            Chunk chunk = Objects.requireNonNull(byNumber.get(after));
            String text = EmbeddedText.of(contextualHeader, title, chunk.headingPath(), chunk.content());
            successors.add(new VectorIndex.Successor(before, after, ChunkEmbedding.sha256(text)));
        });
        return successors;
    }

    private Uni<ChunkRows.Deleted> takeOut(SqlConnection tx, UUID documentId, long corpusNo) {
        return chunks.deleteAll(tx, documentId)
                .call(deleted -> lexical.remove(tx, corpusNo, deleted.numbers()))
                .call(deleted -> vectors.remove(tx, corpusNo, deleted.numbers()));
    }

    private Uni<Void> writeBatches(
            SqlConnection tx,
            UUID documentId,
            CollectionRef collection,
            List<Chunk> all,
            List<Long> numbers,
            boolean clientWaits) {
        return Multi.createFrom()
                .range(0, (all.size() + BATCH_CHUNKS - 1) / BATCH_CHUNKS)
                .onItem()
                .transformToUniAndConcatenate(batch -> {
                    int from = batch * BATCH_CHUNKS;
                    int to = Math.min(all.size(), from + BATCH_CHUNKS);
                    return writeBatch(
                            tx, documentId, collection, all.subList(from, to), numbers.subList(from, to), clientWaits);
                })
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> writeBatch(
            SqlConnection tx,
            UUID documentId,
            CollectionRef collection,
            List<Chunk> batch,
            List<Long> numbers,
            boolean clientWaits) {
        List<ChunkText> texts = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            texts.add(new ChunkText(numbers.get(i), batch.get(i).content()));
        }
        Uni<PreparedPostings> prepared = clientWaits
                ? lexical.prepareNow(tx, collection.language(), texts)
                : lexical.prepare(tx, collection.language(), texts);
        return prepared.call(() -> chunks.insert(tx, documentId, numbers, batch))
                .chain(postings -> lexical.write(tx, collection.corpusNo(), postings));
    }

    /** The document's row as the note graph needs it. */
    private static Uni<Row> describe(
            SqlConnection tx,
            UUID documentId,
            int revision,
            ReadyDocument ready,
            List<Long> numbers,
            String state,
            @Nullable UUID jobId) {
        return tx.preparedQuery("""
                        update document set state = $3, indexed_revision = $2, indexed_by = $4, extraction_method = $5,
                          page_count = $6, chunk_count = $7, embedded_count = 0, token_count = $8, warnings = $9,
                          properties = $10, chunking = $12, first_chunk_no = $13, last_chunk_no = $14, error_code = null, error_detail = null,
                          title = case when $11::text is not null and title = regexp_replace(source_path, '^.*/', '')
                                       then $11 else title end,
                          version = version + 1, updated_at = now(), indexed_at = now()
                        where id = $1 returning source_path, title, document_type""")
                .execute(Tuple.from(new Object[] {
                    documentId,
                    revision,
                    state,
                    jobId,
                    ready.method(),
                    ready.pages(),
                    ready.chunks().size(),
                    ready.tokens(),
                    ready.warnings().toArray(String[]::new),
                    new JsonObject(ready.metadata()),
                    ready.title()
                            .filter(title -> !title.isBlank())
                            .map(title ->
                                    title.length() <= MAX_TITLE_LENGTH ? title : title.substring(0, MAX_TITLE_LENGTH))
                            .orElse(null),
                    ready.chunking(),
                    numbers.isEmpty() ? null : numbers.get(0),
                    numbers.isEmpty() ? null : numbers.get(numbers.size() - 1)
                }))
                .map(rows -> rows.iterator().next());
    }
}
