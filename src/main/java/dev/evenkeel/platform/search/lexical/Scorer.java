package dev.evenkeel.platform.search.lexical;

import dev.evenkeel.platform.search.ChunkSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores documents by BM25, one segment after the other, with one accumulator for each document. For one query; pure
 * CPU work.
 */
final class Scorer {
    private final IndexSnapshot snapshot;
    private final List<Segment> segments;
    private final SearchPlan plan;
    private final ChunkSet within;
    private final boolean phrases;
    private final LengthNorms norms;
    private final List<List<Blocks>> blocks = new ArrayList<>();

    private double[] scores = new double[0];
    private int[] wordBits = new int[0];

    /**
     * All entries of one word in one segment, as far as they were asked for.
     *
     * @param word its place in the plan
     * @param segment its place in the snapshot
     * @param packed lists as {@link PostingList#toBlock} writes them, in any order
     */
    record Blocks(int word, int segment, byte[] packed) {}

    Scorer(BoundQuery query, IndexSnapshot snapshot, List<Segment> segments, SearchPlan plan, ChunkSet within) {
        this.snapshot = snapshot;
        this.segments = segments;
        this.plan = plan;
        this.within = within;
        this.phrases = query.hasPhrase();
        this.norms = new LengthNorms(snapshot.averageLength());
        segments.forEach(ignored -> blocks.add(new ArrayList<>()));
    }

    void add(Blocks added) {
        blocks.get(added.segment()).add(added);
    }

    /** The best documents by the seeds; documents of small segments have their whole score already. */
    List<Candidate> best(int limit) {
        PriorityQueue<Candidate> best = new PriorityQueue<>(Candidate.BEST_FIRST.reversed());
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            TailPostings tail = segment.tail();
            if (tail == null && blocks.get(i).isEmpty()) {
                continue;
            }
            prepare(segment.documents().count());
            int words = tail == null ? plan.seeds().size() : plan.words().size();
            if (tail != null) {
                scoreTail(segment, tail, snapshot.entries().get(i).language());
            }
            for (Blocks word : blocks.get(i)) {
                accumulate(segment, word);
            }
            collect(i, words, limit, best);
        }
        List<Candidate> sorted = new ArrayList<>(best);
        sorted.sort(Candidate.BEST_FIRST);
        blocks.forEach(List::clear);
        return sorted;
    }

    /** Adds to the candidates what the other words, whose blocks were added meanwhile, contribute. */
    void complete(List<Candidate> candidates) {
        Map<Long, Candidate> byDocument = new HashMap<>();
        for (Candidate candidate : candidates) {
            if (segments.get(candidate.segment).tail() == null) {
                byDocument.put(key(candidate.segment, candidate.document), candidate);
            }
        }
        for (int i = 0; i < segments.size(); i++) {
            int segment = i;
            for (Blocks word : blocks.get(i)) {
                ByteSource source = new ByteSource(word.packed());
                while (source.hasMore()) {
                    PostingList.readBlock(source, (document, frequency) -> {
                        Candidate candidate = byDocument.get(key(segment, document));
                        if (candidate != null) {
                            int length = segments.get(segment).documents().lengths()[document];
                            candidate.score += Bm25.contribution(weightedIdf(word.word()), frequency, norms.of(length));
                            candidate.wordBits |= 1 << word.word();
                        }
                    });
                }
            }
        }
    }

    /** The hits among the candidates: all phrases' words present, each chunk once, best first. */
    List<LexicalHit> hits(List<Candidate> candidates, int limit) {
        List<Candidate> sorted = new ArrayList<>(candidates);
        sorted.sort(Candidate.BEST_FIRST);
        List<LexicalHit> hits = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (Candidate candidate : sorted) {
            IndexSnapshot.Entry entry = snapshot.entries().get(candidate.segment);
            int required = plan.requiredBits(entry.language(), plan.words().size());
            if ((candidate.wordBits & required) == required && seen.add(candidate.chunkNo)) {
                hits.add(new LexicalHit(
                        candidate.chunkNo, entry.corpusNo(), candidate.score, candidate.score / plan.ceiling()));
                if (hits.size() == limit) {
                    break;
                }
            }
        }
        return hits;
    }

    private static long key(int segment, int document) {
        return (long) segment << 32 | document;
    }

    private void prepare(int documents) {
        if (scores.length < documents) {
            scores = new double[documents];
            wordBits = new int[documents];
        } else {
            Arrays.fill(scores, 0, documents, 0);
            Arrays.fill(wordBits, 0, documents, 0);
        }
    }

    private void scoreTail(Segment segment, TailPostings tail, int language) {
        for (int word = 0; word < plan.words().size(); word++) {
            BoundQuery.Term term = plan.words().get(word).word().term(language);
            int found = term == null ? -1 : tail.find(term.utf8());
            if (found >= 0) {
                int bit = 1 << word;
                double weightedIdf = weightedIdf(word);
                int[] lengths = segment.documents().lengths();
                tail.read(found, (document, frequency) -> {
                    scores[document] += Bm25.contribution(weightedIdf, frequency, norms.of(lengths[document]));
                    wordBits[document] |= bit;
                });
            }
        }
    }

    /** The inner loop of a search: hundreds of thousands of entries go through here, so it stands in one piece. */
    private void accumulate(Segment segment, Blocks blocksOfWord) {
        ByteSource source = new ByteSource(blocksOfWord.packed());
        double weightedIdf = weightedIdf(blocksOfWord.word());
        int bit = 1 << blocksOfWord.word();
        int[] lengths = segment.documents().lengths();
        double[] sums = scores;
        int[] bits = wordBits;
        while (source.hasMore()) {
            int document = source.varint();
            int count = source.varint();
            for (int i = 0; i < count; i++) {
                int gap = source.varint();
                document += gap >>> 1;
                int frequency = (gap & 1) == 1 ? 1 : source.varint();
                sums[document] += Bm25.contribution(weightedIdf, frequency, norms.of(lengths[document]));
                if (phrases) {
                    bits[document] |= bit;
                }
            }
        }
    }

    private double weightedIdf(int word) {
        return plan.words().get(word).weightedIdf();
    }

    private void collect(int segmentIndex, int wordsScored, int limit, PriorityQueue<Candidate> best) {
        long[] chunkNos = segments.get(segmentIndex).documents().chunkNos();
        int language = snapshot.entries().get(segmentIndex).language();
        int required = phrases ? plan.requiredBits(language, wordsScored) : 0;
        for (int document = 0; document < chunkNos.length; document++) {
            double score = scores[document];
            Candidate worst = best.size() < limit ? null : best.peek();
            if (score > 0
                    && (wordBits[document] & required) == required
                    && beats(score, chunkNos[document], worst)
                    && within.contains(chunkNos[document])
                    && !snapshot.isDeleted(chunkNos[document])) {
                if (worst != null) {
                    best.poll();
                }
                best.add(new Candidate(segmentIndex, document, chunkNos[document], score, wordBits[document]));
            }
        }
    }

    private static boolean beats(double score, long chunkNo, @Nullable Candidate worst) {
        return worst == null || score > worst.score || score == worst.score && chunkNo < worst.chunkNo;
    }
}
