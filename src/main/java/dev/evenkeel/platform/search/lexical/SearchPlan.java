package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which words of a query are scored, and how: the seeds on all their postings, the others only for the best candidates
 * that the seeds give. The phrases' words and the rarest come first; at least one word is a seed.
 */
final class SearchPlan {
    static final int MAX_WORDS = 32;

    /** A word of the query with its statistics. {@code index} is its place in {@link BoundQuery#words()}. */
    record Scored(int index, BoundQuery.Word word, long mergedFrequency, double weightedIdf) {}

    private final List<Scored> words;
    private final int seeds;
    private final boolean hopeless;
    private final double ceiling;

    private SearchPlan(List<Scored> words, int seeds, boolean hopeless, double missed) {
        this.words = words;
        this.seeds = seeds;
        this.hopeless = hopeless;
        this.ceiling = missed
                + words.stream()
                        .mapToDouble(word -> Bm25.ceiling(word.weightedIdf()))
                        .sum();
    }

    static SearchPlan of(BoundQuery query, IndexSnapshot snapshot, List<Segment> segments, int budget) {
        long documents = snapshot.documents();
        List<Scored> scored = new ArrayList<>();
        boolean hopeless = false;
        double missed = 0;
        for (int i = 0; i < query.words().size(); i++) {
            BoundQuery.Word word = query.words().get(i);
            long frequency = snapshot.mergedFrequency(i) + tailFrequency(word, snapshot, segments);
            if (word.ownChunks() > 0 && frequency <= word.ownChunks()) {
                // The rarest of all, and nothing but the question has it.
                continue;
            }
            if (frequency > 0) {
                double weightedIdf = word.weight() * Bm25.idf(documents, frequency);
                scored.add(new Scored(i, word, snapshot.mergedFrequency(i), weightedIdf));
            } else {
                missed += Bm25.ceiling(word.weight() * Bm25.idf(documents, 0));
                hopeless |= word.required() && isTermEverywhere(word);
            }
        }
        return choose(scored, budget, hopeless, missed);
    }

    private static SearchPlan choose(List<Scored> scored, int budget, boolean hopeless, double missed) {
        Comparator<Scored> requiredFirst =
                Comparator.comparing(word -> !word.word().required());
        scored.sort(requiredFirst.thenComparing(
                Comparator.comparingDouble(Scored::weightedIdf).reversed()));
        List<Scored> chosen = new ArrayList<>(scored.subList(0, Math.min(MAX_WORDS, scored.size())));
        chosen.sort(requiredFirst.thenComparingLong(Scored::mergedFrequency));
        int seeds = 0;
        long postings = 0;
        for (Scored word : chosen) {
            postings += word.mergedFrequency();
            if (seeds > 0 && postings > budget) {
                break;
            }
            seeds++;
        }
        return new SearchPlan(chosen, seeds, hopeless, missed);
    }

    static long tailFrequency(BoundQuery.Word word, IndexSnapshot snapshot, List<Segment> segments) {
        long frequency = 0;
        for (int i = 0; i < segments.size(); i++) {
            TailPostings tail = segments.get(i).tail();
            BoundQuery.Term term = word.term(snapshot.entries().get(i).language());
            if (tail != null && term != null) {
                int found = tail.find(term.utf8());
                frequency += found < 0 ? 0 : tail.documentCount(found);
            }
        }
        return frequency;
    }

    private static boolean isTermEverywhere(BoundQuery.Word word) {
        for (int i = 0; i < word.terms().size(); i++) {
            if (word.term(i) == null) {
                return false;
            }
        }
        return true;
    }

    /** True when no chunk can be a hit: no word occurs, or a word of a phrase occurs nowhere. */
    boolean isHopeless() {
        return hopeless || words.isEmpty();
    }

    /** Above the score of any document: that of one with nothing but the query's words, those that occur nowhere included. */
    double ceiling() {
        return ceiling;
    }

    List<Scored> words() {
        return words;
    }

    List<Scored> seeds() {
        return words.subList(0, seeds);
    }

    List<Scored> others() {
        return words.subList(seeds, words.size());
    }

    /** The bits of the words that a phrase demands in a language; bit {@code i} is word {@code i} of the plan. */
    int requiredBits(int language, int wordCount) {
        int bits = 0;
        for (int i = 0; i < wordCount; i++) {
            BoundQuery.Word word = words.get(i).word();
            if (word.required() && word.term(language) != null) {
                bits |= 1 << i;
            }
        }
        return bits;
    }
}
