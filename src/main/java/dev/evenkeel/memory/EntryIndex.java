package dev.evenkeel.memory;

import dev.evenkeel.platform.search.ChunkRange;
import dev.evenkeel.platform.search.CorpusState;
import dev.evenkeel.platform.search.lexical.ChunkText;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.lexical.PreparedPostings;
import dev.evenkeel.platform.search.vector.ChunkVector;
import dev.evenkeel.platform.search.vector.VectorIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the search index of entries, always in the transaction that changes them. The number of statements does not depend on
 * the number of entries; the last one raises the version of the corpus.
 */
@ApplicationScoped
class EntryIndex {
    /** Vectors of clients are compared among themselves only. */
    static final String GIVEN_VECTORS = "given by clients";

    private static final String INSERT = """
            insert into memory_search (chunk_no, corpus_no, namespace_no, key, text, metadata, vector_given)
            select chunk_no, $1, $2, key, text, metadata::jsonb, vector_given
            from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[])
                as given(chunk_no, key, text, metadata, vector_given)""";

    private static final String DELETE = """
            delete from memory_search where chunk_no in (
                select chunk_no from memory_search where chunk_no = any($1) order by chunk_no for update)
            returning chunk_no, corpus_no, text is not null as worded""";

    private static final byte[] NO_TEXT = new byte[0];

    private final SearchSpaces spaces;
    private final LexicalIndex lexical;
    private final VectorIndex vectors;
    private final CorpusState corpora;

    EntryIndex(SearchSpaces spaces, LexicalIndex lexical, VectorIndex vectors, CorpusState corpora) {
        this.spaces = spaces;
        this.lexical = lexical;
        this.vectors = vectors;
        this.corpora = corpora;
    }

    /**
     * Entries that are ready for the index.
     *
     * @param corpusNo null when there are none
     * @param modelNo of their vectors; null when none has one
     */
    record Prepared(
            @Nullable Long corpusNo,
            List<Long> chunkNos,
            List<EntryWrite> writes,
            @Nullable PreparedPostings postings,
            @Nullable Integer modelNo) {
        private static final Prepared NOTHING = new Prepared(null, List.of(), List.of(), null, null);

        /** The chunk numbers of keys that can be searched for. */
        Map<String, Long> byKey() {
            Map<String, Long> numbers = new HashMap<>();
            for (int i = 0; i < writes.size(); i++) {
                numbers.put(writes.get(i).key(), chunkNos.get(i));
            }
            return numbers;
        }
    }

    /** Does what takes time, before the transaction holds a lock. */
    Uni<Prepared> prepare(SqlConnection tx, Namespace namespace, List<EntryWrite> all) {
        List<EntryWrite> writes =
                all.stream().filter(write -> write.search() != null).toList();
        if (writes.isEmpty()) {
            return Uni.createFrom().item(Prepared.NOTHING);
        }
        return spaces.require(tx, namespace, writes)
                .chain(space -> allocate(tx, writes.size())
                        .chain(numbers -> postings(tx, space.language(), numbers, writes)
                                .map(postings -> new Prepared(
                                        space.corpusNo(), numbers, writes, postings.orElse(null), space.modelNo()))));
    }

    static Uni<List<Long>> allocate(SqlConnection tx, int count) {
        return tx.preparedQuery("select nextval('chunk_no_seq') from generate_series(1, $1)")
                .execute(Tuple.of(count))
                .map(rows -> {
                    List<Long> numbers = new ArrayList<>(count);
                    rows.forEach(row -> numbers.add(row.getLong(0)));
                    return numbers;
                });
    }

    private Uni<java.util.Optional<PreparedPostings>> postings(
            SqlConnection tx, String language, List<Long> numbers, List<EntryWrite> writes) {
        List<ChunkText> texts = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            String text = data(writes.get(i)).text();
            if (text != null) {
                texts.add(new ChunkText(numbers.get(i), text));
            }
        }
        return texts.isEmpty()
                ? Uni.createFrom().item(java.util.Optional.empty())
                : lexical.prepareNow(tx, language, texts).map(java.util.Optional::of);
    }

    /**
     * Puts entries into the index, and takes others out: the last thing that a transaction does.
     *
     * @param removed chunk numbers of entries that are gone, or have another text
     */
    Uni<Void> apply(SqlConnection tx, Namespace namespace, Prepared prepared, Collection<Long> removed) {
        Long corpusNo = prepared.corpusNo();
        if (corpusNo == null) {
            return remove(tx, removed);
        }
        return takeOut(tx, removed)
                .chain(gone -> insert(tx, namespace, corpusNo, prepared)
                        .chain(() -> prepared.postings() == null
                                ? Uni.createFrom().voidItem()
                                : lexical.write(tx, corpusNo, prepared.postings()))
                        .chain(() -> addVectors(tx, corpusNo, prepared))
                        .chain(() -> corpora.commitChange(
                                tx,
                                corpusNo,
                                prepared.chunkNos().size() - gone.size(),
                                0,
                                ChunkRange.covering(prepared.chunkNos()),
                                gone.stream().map(CorpusState.Removed::chunkNo).toList())))
                .replaceWithVoid();
    }

    /** Takes entries of any namespaces out of the index: the last thing that a transaction does. */
    Uni<Void> remove(SqlConnection tx, Collection<Long> chunkNos) {
        return takeOut(tx, chunkNos).chain(gone -> corpora.commitRemovals(tx, gone));
    }

    private static Uni<Void> insert(SqlConnection tx, Namespace namespace, long corpusNo, Prepared prepared) {
        List<EntryWrite> writes = prepared.writes();
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    corpusNo,
                    namespace.no(),
                    prepared.chunkNos().toArray(Long[]::new),
                    writes.stream().map(EntryWrite::key).toArray(String[]::new),
                    writes.stream().map(write -> data(write).text()).toArray(String[]::new),
                    writes.stream().map(write -> data(write).metadata()).toArray(String[]::new),
                    writes.stream().map(write -> data(write).vector() != null).toArray(Boolean[]::new)
                }))
                .replaceWithVoid();
    }

    private Uni<Void> addVectors(SqlConnection tx, long corpusNo, Prepared prepared) {
        Integer modelNo = prepared.modelNo();
        if (modelNo == null) {
            return Uni.createFrom().voidItem();
        }
        List<ChunkVector> given = new ArrayList<>();
        for (int i = 0; i < prepared.writes().size(); i++) {
            float[] vector = data(prepared.writes().get(i)).vector();
            if (vector != null) {
                given.add(new ChunkVector(prepared.chunkNos().get(i), NO_TEXT, vector));
            }
        }
        return vectors.replace(tx, corpusNo, modelNo, given);
    }

    /** Everything but the version of the corpora. What embeds a text locks its row first, so no vector comes after this. */
    private Uni<List<CorpusState.Removed>> takeOut(SqlConnection tx, Collection<Long> chunkNos) {
        if (chunkNos.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(chunkNos.toArray(Long[]::new)))
                .chain(rows -> {
                    List<CorpusState.Removed> gone = new ArrayList<>(rows.size());
                    List<Long> wordedCorpora = new ArrayList<>();
                    List<Long> worded = new ArrayList<>();
                    for (Row row : rows) {
                        gone.add(new CorpusState.Removed(row.getLong("corpus_no"), row.getLong("chunk_no")));
                        if (row.getBoolean("worded")) {
                            wordedCorpora.add(row.getLong("corpus_no"));
                            worded.add(row.getLong("chunk_no"));
                        }
                    }
                    return lexical.remove(tx, wordedCorpora, worded)
                            .chain(() -> vectors.remove(
                                    tx,
                                    gone.stream()
                                            .map(CorpusState.Removed::chunkNo)
                                            .toList()))
                            .replaceWith(gone);
                });
    }

    private static SearchData data(EntryWrite write) {
        return Objects.requireNonNull(write.search());
    }
}
