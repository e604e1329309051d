package dev.evenkeel.platform.search.lexical;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Merges small segments, all in memory. Pure CPU work. */
final class TailMerge {
    private TailMerge() {}

    private record Term(byte[] bytes) implements Comparable<Term> {
        @Override
        public boolean equals(Object other) {
            return other instanceof Term term && Arrays.equals(bytes, term.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public int compareTo(Term other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    static PostingRows merge(List<TailPostings> tails, DocumentMerge documents) {
        Map<Term, MergedList> lists = new HashMap<>();
        for (int i = 0; i < tails.size(); i++) {
            int source = i;
            TailPostings tail = tails.get(i);
            for (int index = 0; index < tail.termCount(); index++) {
                MergedList list = lists.computeIfAbsent(new Term(tail.term(index)), ignored -> new MergedList());
                tail.read(index, (document, frequency) -> {
                    int merged = documents.newNumber(source, document);
                    if (merged != DocumentMerge.GONE) {
                        list.add(merged, frequency);
                    }
                });
            }
        }
        PostingRows rows = new PostingRows();
        lists.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> rows.add(entry.getKey().bytes(), entry.getValue()));
        return rows;
    }
}
