package dev.evenkeel.platform.search.vector;

import io.vertx.mutiny.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** The nearest of the vectors that are shown to it. Not thread-safe; pure CPU work. */
final class NearestHits {
    private final VectorQuery query;
    private final PriorityQueue<VectorHit> worstFirst = new PriorityQueue<>(VectorHit.NEAREST_FIRST.reversed());
    private final byte[] bytes;
    private final float[] vector;

    NearestHits(VectorQuery query) {
        this.query = query;
        this.bytes = new byte[query.vector().length * Float.BYTES];
        this.vector = new float[query.vector().length];
    }

    /** Bytes of so many vectors. */
    long bytesOf(int vectors) {
        return (long) vectors * bytes.length;
    }

    /** @param stored the vector's numbers, little-endian */
    void add(long chunkNo, long corpusNo, Buffer stored) {
        if (query.within().contains(chunkNo)) {
            stored.getBytes(bytes);
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(vector);
            add(new VectorHit(chunkNo, corpusNo, query.metric().similarity(query.vector(), vector)));
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
