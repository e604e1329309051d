package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.search.ChunkSet;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks that are worth comparing exactly: of those whose sign bits differ least from the query's, the ones with the highest
 * product of its numbers and their signs. The first step is linear in all chunks and takes milliseconds a million; the second
 * makes up for what a query loses by being reduced to signs.
 */
final class CandidateScan {
    /** So many times as many chunks as are wanted pass the first step. */
    private static final int WIDER = 10;

    private CandidateScan() {}

    /** Numbers of about {@code wanted} chunks among those allowed, in no order; all of them when there are no more. */
    static long[] nearest(List<ResidentCorpus> corpora, ChunkSet within, float[] query, int wanted) {
        HammingScan.Found wide = HammingScan.find(corpora, within, Vectors.signs(query), wanted * WIDER);
        if (wide.size() <= wanted) {
            return wide.chunkNos();
        }
        SignProduct product = new SignProduct(query);
        float[] products = new float[wide.size()];
        for (int i = 0; i < products.length; i++) {
            products[i] = product.of(wide.segment(i), wide.index(i));
        }
        float[] ascending = products.clone();
        Arrays.sort(ascending);
        float cut = ascending[ascending.length - wanted];
        long[] nearest = new long[wanted];
        int found = 0;
        // First everything above the cut, then what stands on it until enough is found.
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < products.length && found < wanted; i++) {
                if (pass == 0 ? products[i] > cut : products[i] == cut) {
                    nearest[found++] = wide.chunkNo(i);
                }
            }
        }
        return nearest;
    }
}
