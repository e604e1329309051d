package dev.evenkeel.platform.search.vector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as bytes, as bits, and how near they are. */
final class Vectors {
    private Vectors() {}

    static byte[] toBytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    static float[] fromBytes(byte[] bytes) {
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /** 64-bit words for a vector of the dimension. */
    static int words(int dimension) {
        return (dimension + Long.SIZE - 1) / Long.SIZE;
    }

    /** Bit {@code i} is set where number {@code i} is positive. */
    static long[] signs(float[] vector) {
        long[] bits = new long[words(vector.length)];
        for (int i = 0; i < vector.length; i++) {
            if (vector[i] > 0) {
                bits[i / Long.SIZE] |= 1L << (i % Long.SIZE);
            }
        }
        return bits;
    }

    static byte[] signBytes(float[] vector) {
        long[] bits = signs(vector);
        ByteBuffer bytes = ByteBuffer.allocate(bits.length * Long.BYTES);
        bytes.asLongBuffer().put(bits);
        return bytes.array();
    }

    /** The cosine of the angle between two vectors; 0 when one of them has no direction. */
    static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squareA += (double) a[i] * a[i];
            squareB += (double) b[i] * b[i];
        }
        return squareA == 0 || squareB == 0 ? 0 : dot / (Math.sqrt(squareA) * Math.sqrt(squareB));
    }

    static double innerProduct(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }

    /** The Euclidean distance. */
    static double distance(float[] a, float[] b) {
        double square = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            square += difference * difference;
        }
        return Math.sqrt(square);
    }
}
