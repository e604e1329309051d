package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of several segments in one range of terms, as the database packs them: for each row the term's length (int2),
 * the term, the length of the entries (int4), and the entries as {@link PostingList#toBlock} writes them.
 */
final class PostingPage {
    private final List<Row> rows = new ArrayList<>();

    private record Row(byte[] term, int source, byte[] packed, int from, int length) {}

    void add(int source, byte[] packed) {
        ByteSource bytes = new ByteSource(packed);
        while (bytes.hasMore()) {
            byte[] term = bytes.take(bytes.int16());
            int length = bytes.int32();
            rows.add(new Row(term, source, packed, bytes.position(), length));
            bytes.skip(length);
        }
    }

    /** Merges the page's terms, in order, into rows of the new segment. Pure CPU work. */
    void mergeInto(PostingRows target, DocumentMerge documents) {
        rows.sort((a, b) -> Arrays.compareUnsigned(a.term(), b.term()));
        MergedList list = new MergedList();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            ByteSource entries = new ByteSource(row.packed(), row.from(), row.length());
            PostingList.readBlock(entries, (document, frequency) -> {
                int merged = documents.newNumber(row.source(), document);
                if (merged != DocumentMerge.GONE) {
                    list.add(merged, frequency);
                }
            });
            boolean lastOfTerm = i + 1 == rows.size()
                    || !Arrays.equals(row.term(), rows.get(i + 1).term());
            if (lastOfTerm) {
                if (!list.isEmpty()) {
                    target.add(row.term(), list);
                }
                list.clear();
            }
        }
    }
}
