package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.notes.NoteIndex;
import dev.evenkeel.platform.jobs.JobPriority;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.ChunkText;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Takes a document's chunks from one corpus to another. They get new numbers, because a number belongs to one corpus for
 * good, and are analysed again, because the languages may differ; ids and text stay.
 */
@ApplicationScoped
public class DocumentMove {
    private static final int BATCH_CHUNKS = 200;

    private final ChunkRows chunks;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final NoteIndex notes;
    private final CorpusState corpora;
    private final EmbeddingPlan embedding;
    private final IngestionJobs jobs;

    DocumentMove(
            ChunkRows chunks,
            LexicalIndex lexical,
            VectorIndex vectors,
            NoteIndex notes,
            CorpusState corpora,
            EmbeddingPlan embedding,
            IngestionJobs jobs) {
        this.chunks = chunks;
        this.lexical = lexical;
        this.vectors = vectors;
        this.notes = notes;
        this.corpora = corpora;
        this.embedding = embedding;
        this.jobs = jobs;
    }

    /** In one transaction: found in the old collection until it commits, in the new one from then on. */
    public Uni<Void> move(
            SqlConnection tx, UUID documentId, int revision, UUID fromId, long fromCorpus, CollectionRef target) {
        return chunks.renumber(tx, documentId).chain(renumbered -> {
            if (renumbered.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            List<Long> before =
                    renumbered.stream().map(ChunkRows.Renumbered::before).toList();
            List<Long> after =
                    renumbered.stream().map(ChunkRows.Renumbered::after).toList();
            long tokens =
                    renumbered.stream().mapToLong(ChunkRows.Renumbered::tokens).sum();
            int count = renumbered.size();
            Supplier<Uni<Long>> leave = () -> corpora.commitChange(tx, fromCorpus, -count, -tokens, List.of(), before);
            Supplier<Uni<Long>> arrive =
                    () -> corpora.commitChange(tx, target.corpusNo(), count, tokens, ChunkRows.range(after), List.of());
            // Always the lower number first, so that two moves in opposite directions do not wait for each other.
            boolean leaveFirst = fromCorpus < target.corpusNo();
            return lexical.remove(tx, fromCorpus, before)
                    .chain(() -> vectors.remove(tx, fromCorpus, before))
                    .chain(() -> index(tx, target, renumbered))
                    .chain(() -> embedAgain(tx, documentId, revision, target))
                    .chain(() -> notes.moved(tx, documentId, fromId, fromCorpus, target.id(), target.corpusNo()))
                    .chain(() -> (leaveFirst ? leave : arrive).get())
                    .chain(() -> (leaveFirst ? arrive : leave).get())
                    .replaceWithVoid();
        });
    }

    private Uni<Void> index(SqlConnection tx, CollectionRef target, List<ChunkRows.Renumbered> renumbered) {
        return Multi.createFrom()
                .iterable(renumbered)
                .group()
                .intoLists()
                .of(BATCH_CHUNKS)
                .onItem()
                .transformToUniAndConcatenate(batch -> lexical.add(
                        tx,
                        target.corpusNo(),
                        target.language(),
                        batch.stream()
                                .map(chunk -> new ChunkText(chunk.after(), chunk.content()))
                                .toList()))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The vectors are computed once a text: the job finds them by the hash of the text. */
    private Uni<Void> embedAgain(SqlConnection tx, UUID documentId, int revision, CollectionRef target) {
        if (!embedding.useful(target)) {
            return tx.preparedQuery("update document set embedded_count = 0 where id = $1 and embedded_count > 0")
                    .execute(Tuple.of(documentId))
                    .replaceWithVoid();
        }
        return tx.preparedQuery(
                        "update document set state = $2, embedded_count = 0 where id = $1 and state = 'completed'")
                .execute(Tuple.of(documentId, DocumentState.SEARCHABLE.wireName()))
                .chain(() -> jobs.enqueue(tx, documentId, revision, target.within(), JobPriority.HIGH))
                .replaceWithVoid();
    }
}
