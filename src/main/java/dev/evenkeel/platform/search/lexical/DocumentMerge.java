package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The documents of several segments as those of one: in order of chunk number, without the deleted ones. */
final class DocumentMerge {
    /** In place of a document that is not taken over. */
    static final int GONE = -1;

    private final SegmentDocuments documents;
    private final int[][] newNumbers;
    private final List<Long> dropped;

    private record Located(long chunkNo, int source, int document) {}

    private DocumentMerge(SegmentDocuments documents, int[][] newNumbers, List<Long> dropped) {
        this.documents = documents;
        this.newNumbers = newNumbers;
        this.dropped = dropped;
    }

    /** @param deleted chunk numbers, sorted */
    static DocumentMerge of(List<SegmentDocuments> sources, long[] deleted) {
        List<Located> live = new ArrayList<>();
        List<Long> dropped = new ArrayList<>();
        int[][] newNumbers = new int[sources.size()][];
        for (int source = 0; source < sources.size(); source++) {
            long[] chunkNos = sources.get(source).chunkNos();
            newNumbers[source] = new int[chunkNos.length];
            Arrays.fill(newNumbers[source], GONE);
            for (int document = 0; document < chunkNos.length; document++) {
                if (Arrays.binarySearch(deleted, chunkNos[document]) >= 0) {
                    dropped.add(chunkNos[document]);
                } else {
                    live.add(new Located(chunkNos[document], source, document));
                }
            }
        }
        live.sort(Comparator.comparingLong(Located::chunkNo));
        return new DocumentMerge(number(live, sources, newNumbers), newNumbers, dropped);
    }

    private static SegmentDocuments number(List<Located> live, List<SegmentDocuments> sources, int[][] newNumbers) {
        long[] chunkNos = new long[live.size()];
        int[] lengths = new int[live.size()];
        int count = 0;
        for (Located located : live) {
            boolean repeated = count > 0 && chunkNos[count - 1] == located.chunkNo();
            if (!repeated) {
                chunkNos[count] = located.chunkNo();
                lengths[count] = sources.get(located.source()).lengths()[located.document()];
                newNumbers[located.source()][located.document()] = count;
                count++;
            }
        }
        return new SegmentDocuments(Arrays.copyOf(chunkNos, count), Arrays.copyOf(lengths, count));
    }

    SegmentDocuments documents() {
        return documents;
    }

    /** The document's number in the merged segment, or {@link #GONE}. */
    int newNumber(int source, int document) {
        return newNumbers[source][document];
    }

    /** Chunk numbers that were in the sources and are deleted. */
    List<Long> dropped() {
        return dropped;
    }
}
