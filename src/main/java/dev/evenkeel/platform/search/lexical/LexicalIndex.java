package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.ChunkSet;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keyword index over numbered chunks. What a transaction adds is found, and what it removes is no longer found, by
 * every search that begins after its commit, on every replica.
 */
@ApplicationScoped
public class LexicalIndex {
    /** Hits that one search may ask for. */
    public static final int MAX_LIMIT = 1_000;

    private static final String INSERT = """
            insert into lexical_segment
                (corpus_no, segment_no, chunk_count, token_count, merged, documents, postings)
            values ($1, $2, $3, $4, false, $5, $6)""";

    private static final String BURY = """
            insert into lexical_tombstone (corpus_no, chunk_no)
            select $1, chunk_no from unnest($2::bigint[]) as given(chunk_no)
            on conflict do nothing""";

    private static final String BURY_ALL = """
            insert into lexical_tombstone (corpus_no, chunk_no)
            select corpus_no, chunk_no from unnest($1::bigint[], $2::bigint[]) as given(corpus_no, chunk_no)
            on conflict do nothing""";

    private final Offload offload;
    private final Stemmer stemmer;
    private final LexicalSearch search;

    LexicalIndex(Offload offload, Stemmer stemmer, LexicalSearch search) {
        this.offload = offload;
        this.stemmer = stemmer;
        this.search = search;
    }

    /**
     * Analyses chunks on the bulk workers, so that {@link #write} has little left to do in its transaction.
     *
     * @param connection asked for stems that are not in memory; needs no transaction
     * @throws IllegalArgumentException when the language is not supported
     */
    public Uni<PreparedPostings> prepare(SqlConnection connection, String language, List<ChunkText> chunks) {
        return offload.bulk(() -> analyse(language, chunks))
                .chain(analysed -> stemmer.finish(connection, analysed.lookup())
                        .chain(stems -> offload.bulk(() -> analysed.builder().build(stems))));
    }

    /** As {@link #prepare}, on the workers for requests: for a document small enough to be indexed while its client waits. */
    public Uni<PreparedPostings> prepareNow(SqlConnection connection, String language, List<ChunkText> chunks) {
        return offload.interactive(() -> analyse(language, chunks))
                .chain(analysed -> stemmer.finish(connection, analysed.lookup())
                        .chain(stems ->
                                offload.interactive(() -> analysed.builder().build(stems))));
    }

    private record Analysed(PostingsBuilder builder, Stemmer.Lookup lookup) {}

    private Analysed analyse(String language, List<ChunkText> chunks) {
        PostingsBuilder builder = PostingsBuilder.analyse(language, chunks);
        return new Analysed(builder, stemmer.lookup(language, builder.distinctTokens()));
    }

    /** Adds prepared chunks to a corpus, in the caller's transaction. Never waits for another writer. */
    public Uni<Void> write(SqlConnection tx, long corpusNo, PreparedPostings postings) {
        return Multi.createFrom()
                .iterable(postings.batches())
                .onItem()
                .transformToUniAndConcatenate(batch -> tx.preparedQuery(INSERT)
                        .execute(Tuple.tuple()
                                .addLong(corpusNo)
                                .addLong(SegmentNumbers.next())
                                .addInteger(batch.chunkCount())
                                .addLong(batch.tokenCount())
                                .addValue(Buffer.buffer(batch.documents()))
                                .addValue(Buffer.buffer(batch.postings()))))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Analyses and writes in one call. A chunk number is added once; it is not used again after its removal. */
    public Uni<Void> add(SqlConnection tx, long corpusNo, String language, List<ChunkText> chunks) {
        return chunks.isEmpty()
                ? Uni.createFrom().voidItem()
                : prepareNow(tx, language, chunks).chain(postings -> write(tx, corpusNo, postings));
    }

    /** Removes chunks from a corpus, in the caller's transaction. Never waits for another writer. */
    public Uni<Void> remove(SqlConnection tx, long corpusNo, Collection<Long> chunkNos) {
        return chunkNos.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(BURY)
                        .execute(Tuple.of(corpusNo, chunkNos.toArray(Long[]::new)))
                        .replaceWithVoid();
    }

    /** As {@link #remove(SqlConnection, long, Collection)} for chunks of several corpora: two lists of the same length. */
    public Uni<Void> remove(SqlConnection tx, List<Long> corpusNos, List<Long> chunkNos) {
        return chunkNos.isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.preparedQuery(BURY_ALL)
                        .execute(Tuple.of(corpusNos.toArray(Long[]::new), chunkNos.toArray(Long[]::new)))
                        .replaceWithVoid();
    }

    /**
     * The best chunks for a query, by BM25 over the words of all the corpora together. Any text is a query; one without
     * a word that occurs finds nothing. Of a phrase in double quotes a hit has all the words; whether they are adjacent
     * the caller finds out with {@link TextMatcher}, and so asks for more than it needs.
     *
     * @param limit at most {@link #MAX_LIMIT}
     * @return best first; equal scores by chunk number
     */
    public Uni<List<LexicalHit>> search(SqlConnection connection, List<CorpusRef> corpora, String query, int limit) {
        return search(connection, corpora, LexicalQuery.parse(query), ChunkSet.ALL, limit);
    }

    /**
     * As {@link #search(SqlConnection, List, String, int)} for a query that is parsed already.
     *
     * @param within the chunks that may be found; how rare a word is, all chunks of the corpora say
     */
    public Uni<List<LexicalHit>> search(
            SqlConnection connection, List<CorpusRef> corpora, LexicalQuery query, ChunkSet within, int limit) {
        if (query.words().isEmpty() || corpora.isEmpty() || within.isEmpty() || limit <= 0) {
            return Uni.createFrom().item(List.of());
        }
        Set<String> languages = new LinkedHashSet<>();
        corpora.forEach(corpus -> languages.add(corpus.language()));
        return stems(connection, languages, query.words().keySet())
                .map(stems -> new BoundQuery(query, List.copyOf(new HashSet<>(corpora)), stems))
                .chain(bound -> bound.isEmpty()
                        ? Uni.createFrom().item(List.of())
                        : search.search(connection, bound, within, Math.min(limit, MAX_LIMIT)));
    }

    private Uni<List<Stems>> stems(SqlConnection connection, Set<String> languages, Collection<String> tokens) {
        return Multi.createFrom()
                .iterable(languages)
                .onItem()
                .transformToUniAndConcatenate(language -> stemmer.stems(connection, language, tokens))
                .collect()
                .asList()
                .map(ArrayList::new);
    }
}
