package dev.evenkeel.platform.search.lexical;

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
    private final BoundQuery query;
    private final IndexSnapshot snapshot;
    private final List<Segment> segments;
    private final SearchPlan plan;
    private final double averageLength;
    private final List<List<Block>> blocks;

    private double[] scores = new double[0];
    private int[] wordBits = new int[0];

    /** Entries of one word in one segment, still packed. */
    private record Block(int word, byte[] bytes, int from, int length, int firstDocument, int count) {}

    Scorer(BoundQuery query, IndexSnapshot snapshot, List<Segment> segments, SearchPlan plan) {
        this.query = query;
        this.snapshot = snapshot;
        this.segments = segments;
        this.plan = plan;
        this.averageLength = snapshot.averageLength();
        this.blocks = new ArrayList<>();
        segments.forEach(ignored -> blocks.add(new ArrayList<>()));
    }

    /**
     * Takes the blocks of a word as the database packs them: for each the segment's ordinal (int4), the first document
     * (int4), the number of entries (int2), their length in bytes (int4), and the entries.
     */
    void addBlocks(int word, byte[] packed) {
        ByteSource source = new ByteSource(packed);
        while (source.hasMore()) {
            int segment = source.int32();
            int firstDocument = source.int32();
            int count = source.int16();
            int length = source.int32();
            blocks.get(segment).add(new Block(word, packed, source.position(), length, firstDocument, count));
            source.skip(length);
        }
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
            for (Block block : blocks.get(i)) {
                ByteSource source = new ByteSource(block.bytes(), block.from(), block.length());
                accumulate(segment, block.word(), source, block.firstDocument(), block.count());
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
            for (Block block : blocks.get(i)) {
                ByteSource source = new ByteSource(block.bytes(), block.from(), block.length());
                PostingList.read(source, block.firstDocument(), block.count(), (document, frequency) -> {
                    Candidate candidate = byDocument.get(key(segment, document));
                    if (candidate != null) {
                        int length = segments.get(segment).documents().lengths()[document];
                        candidate.score += contribution(block.word(), frequency, length);
                        candidate.wordBits |= 1 << block.word();
                    }
                });
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
                hits.add(new LexicalHit(candidate.chunkNo, entry.corpusNo(), candidate.score));
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
                int scored = word;
                tail.read(found, (document, frequency) -> add(segment, scored, document, frequency));
            }
        }
    }

    private void accumulate(Segment segment, int word, ByteSource source, int firstDocument, int count) {
        int document = firstDocument;
        for (int i = 0; i < count; i++) {
            int gap = source.varint();
            document += gap >>> 1;
            add(segment, word, document, (gap & 1) == 1 ? 1 : source.varint());
        }
    }

    private void add(Segment segment, int word, int document, int frequency) {
        scores[document] += contribution(word, frequency, segment.documents().lengths()[document]);
        wordBits[document] |= 1 << word;
    }

    private double contribution(int word, int frequency, int length) {
        return Bm25.contribution(
                plan.words().get(word).weightedIdf(), frequency, Bm25.lengthNorm(length, averageLength));
    }

    private void collect(int segmentIndex, int wordsScored, int limit, PriorityQueue<Candidate> best) {
        long[] chunkNos = segments.get(segmentIndex).documents().chunkNos();
        int language = snapshot.entries().get(segmentIndex).language();
        int required = query.hasPhrase() ? plan.requiredBits(language, wordsScored) : 0;
        for (int document = 0; document < chunkNos.length; document++) {
            double score = scores[document];
            Candidate worst = best.size() < limit ? null : best.peek();
            if (score > 0
                    && (wordBits[document] & required) == required
                    && beats(score, chunkNos[document], worst)
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
