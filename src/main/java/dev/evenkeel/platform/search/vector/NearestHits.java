package dev.evenkeel.platform.search.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The nearest of the vectors that are shown to it. Not thread-safe; pure CPU work.
 *
 * <p>Packed vectors are, one after the other, the chunk number and the corpus number, big-endian, and the vector's bytes.
 */
final class NearestHits {
    static final String PACKED = "int8send(chunk_no) || int8send(corpus_no) || vector";

    private final VectorQuery query;
    private final PriorityQueue<VectorHit> worstFirst = new PriorityQueue<>(VectorHit.NEAREST_FIRST.reversed());

    NearestHits(VectorQuery query) {
        this.query = query;
    }

    void addAll(byte[] packed) {
        int dimension = query.vector().length;
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        int recordBytes = 2 * Long.BYTES + dimension * Float.BYTES;
        float[] vector = new float[dimension];
        for (int at = 0; at + recordBytes <= packed.length; at += recordBytes) {
            long chunkNo = buffer.getLong(at);
            if (query.within().contains(chunkNo)) {
                buffer.slice(at + 2 * Long.BYTES, dimension * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(vector);
                add(new VectorHit(
                        chunkNo, buffer.getLong(at + Long.BYTES), query.metric().similarity(query.vector(), vector)));
            }
        }
    }

    private void add(VectorHit hit) {
        worstFirst.add(hit);
        if (worstFirst.size() > query.limit()) {
            worstFirst.poll();
        }
    }

    /** Nearest first. */
    List<VectorHit> best() {
        List<VectorHit> best = new ArrayList<>(worstFirst);
        best.sort(VectorHit.NEAREST_FIRST);
        return best;
    }
}
