package dev.evenkeel.platform.search.lexical;

/** Reads what {@link ByteSink} wrote, and the big-endian integers that PostgreSQL's send functions write. */
final class ByteSource {
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteSource(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    ByteSource(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    boolean hasMore() {
        return at < end;
    }

    int position() {
        return at;
    }

    byte[] array() {
        return bytes;
    }

    void skip(int length) {
        at += length;
    }

    int varint() {
        return (int) varlong();
    }

    long varlong() {
        byte b = bytes[at++];
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7F;
        int shift = 7;
        do {
            b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        return value;
    }

    int int16() {
        int value = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
        at += 2;
        return value;
    }

    int int32() {
        int value = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
        at += 4;
        return value;
    }

    long int64() {
        return (long) int32() << 32 | int32() & 0xFFFFFFFFL;
    }

    byte[] take(int length) {
        byte[] taken = new byte[length];
        System.arraycopy(bytes, at, taken, 0, length);
        at += length;
        return taken;
    }
}
