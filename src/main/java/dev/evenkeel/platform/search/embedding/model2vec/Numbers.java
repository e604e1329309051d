package dev.evenkeel.platform.search.embedding.model2vec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The numbers of a tensor, kept as they are in the file and widened when they are read, so that a model of half precision
 * takes half of the memory. Immutable and safe for concurrent use.
 */
final class Numbers {
    private enum Type {
        F64(8),
        F32(4),
        F16(2),
        I64(8),
        I32(4),
        I8(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    private final Type type;
    private final ByteBuffer bytes;

    private Numbers(Type type, ByteBuffer bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * Numbers of a type of the safetensors format.
     *
     * @throws ModelFileException when the type is none of F64, F32, F16, I64, I32 and I8
     */
    static Numbers of(String dtype, byte[] bytes) {
        for (Type type : Type.values()) {
            if (type.name().equals(dtype)) {
                return new Numbers(type, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        throw new ModelFileException(
                "Vectors of type " + dtype + " are not supported; F64, F32, F16, I64, I32 and I8 are.");
    }

    int size() {
        return bytes.capacity() / type.bytes;
    }

    double get(int index) {
        int at = index * type.bytes;
        return switch (type) {
            case F64 -> bytes.getDouble(at);
            case F32 -> bytes.getFloat(at);
            case F16 -> half(bytes.getShort(at));
            case I64 -> bytes.getLong(at);
            case I32 -> bytes.getInt(at);
            case I8 -> bytes.get(at);
        };
    }

    /** Adds {@code weight} times the numbers from an index on to a sum of the same length. */
    void addTo(double[] sum, int from, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * get(from + i);
        }
    }

    /** A number of half precision (IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction). */
    static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            // Subnormal: a multiple of 2^-24.
            float value = fraction * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        int wideExponent = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
    }
}
