package dev.evenkeel.knowledge.ingestion.extract;

/**
 * How far bytes are UTF-8.
 *
 * @param good well-formed sequences of two to four bytes (Unicode Standard, table 3-7)
 * @param broken bytes beyond ASCII that belong to none
 */
record Utf8Sequences(long good, long broken) {

    /**
     * Counts sequences.
     *
     * @param partial whether a sequence cut off at the end is to be overlooked
     */
    static Utf8Sequences count(byte[] bytes, boolean partial) {
        long good = 0;
        long broken = 0;
        int i = 0;
        while (i < bytes.length) {
            if (bytes[i] >= 0) {
                i++;
                continue;
            }
            int length = sequenceLength(bytes, i);
            if (length > 0) {
                good++;
                i += length;
            } else if (partial && i >= bytes.length - 3 && continuesToEnd(bytes, i + 1)) {
                break;
            } else {
                broken++;
                i++;
            }
        }
        return new Utf8Sequences(good, broken);
    }

    private static boolean continuesToEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Length of the well-formed sequence at an index, or 0. */
    private static int sequenceLength(byte[] bytes, int index) {
        int first = bytes[index] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || index + length > bytes.length) {
            return 0;
        }
        int second = bytes[index + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[index + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
