package dev.evenkeel.platform.search.embedding.model2vec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The normaliser {@code Precompiled}: a table of replacements that sentencepiece has made of the rules of a normal form. Its bytes
 * (google/sentencepiece, builder.cc and normalizer.cc) are the length of a tree as an unsigned 32-bit little-endian number; the
 * tree, a double array of units of 32 bits whose values are places in what follows; and the replacements, each ended by a zero byte.
 *
 * <p>A unit (s-yata/darts-clone) has its label in the bits 0 to 7, in bit 8 whether a value hangs at it, in the bits 9 to 31 where
 * its children are (bit 9: times 256), and a unit of a value has bit 31 and the value in the others.
 *
 * <p>It is applied as huggingface/tokenizers do (spm_precompiled): a grapheme cluster of less than 6 bytes in UTF-8 becomes the
 * replacement of the shortest key that it begins with; without one, and in longer clusters, so do its characters one by one.
 */
final class Charsmap implements UnaryOperator<String> {
    private static final int MAX_CLUSTER_BYTES = 5;
    private static final int MAX_REPLACEMENT_BYTES = 256;

    /** Below this no character joins the one before, except the line feed. */
    private static final char FIRST_MARK = '\u0300';

    private static final int NONE = -1;
    private static final Pattern CLUSTER = Pattern.compile("\\X");

    private final int[] units;
    private final byte[] replacements;
    private final int maxLength;

    private Charsmap(int[] units, byte[] replacements, int maxLength) {
        this.units = units;
        this.replacements = replacements;
        this.maxLength = maxLength;
    }

    /**
     * Reads a table.
     *
     * @param base64 its bytes
     * @param maxLength of a text that is normalised; the rest is left out
     * @throws ModelFileException when it is none
     */
    static Charsmap of(String base64, int maxLength) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw broken();
        }
        if (bytes.length < 2 * Integer.BYTES) {
            throw broken();
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = file.getInt();
        // Unsigned: what is negative here is larger than any file.
        if (length < Integer.BYTES || length % Integer.BYTES != 0 || length > file.remaining()) {
            throw broken();
        }
        int[] units = new int[length / Integer.BYTES];
        file.asIntBuffer().get(units);
        byte[] replacements = Arrays.copyOfRange(bytes, Integer.BYTES + length, bytes.length);
        requireShort(replacements);
        return new Charsmap(units, replacements, maxLength);
    }

    private static void requireShort(byte[] replacements) {
        int length = 0;
        for (byte each : replacements) {
            length = each == 0 ? 0 : length + 1;
            if (length > MAX_REPLACEMENT_BYTES) {
                throw broken();
            }
        }
    }

    private static ModelFileException broken() {
        return new ModelFileException("The \"precompiled_charsmap\" of tokenizer.json is not one.");
    }

    @Override
    public String apply(String text) {
        StringBuilder normal = new StringBuilder(text.length() + 16);
        Matcher clusters = CLUSTER.matcher(text);
        byte[] key = new byte[MAX_CLUSTER_BYTES];
        int at = 0;
        while (at < text.length() && normal.length() < maxLength) {
            int end = clusterEnd(text, at, clusters);
            int replacement = find(key, encode(text, at, end, key));
            if (replacement != NONE) {
                append(replacement, normal);
            } else {
                characters(text, at, end, key, normal);
            }
            at = end;
        }
        return normal.toString();
    }

    private static int clusterEnd(String text, int at, Matcher clusters) {
        char c = text.charAt(at);
        char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (c < FIRST_MARK && next < FIRST_MARK && !(c == '\r' && next == '\n')) {
            return at + 1;
        }
        return clusters.region(at, text.length()).lookingAt() ? clusters.end() : at + 1;
    }

    private void characters(String text, int from, int to, byte[] key, StringBuilder normal) {
        int next;
        for (int at = from; at < to && normal.length() < maxLength; at = next) {
            next = Math.min(to, at + Character.charCount(text.codePointAt(at)));
            int replacement = find(key, encode(text, at, next, key));
            if (replacement != NONE) {
                append(replacement, normal);
            } else {
                normal.append(text, at, next);
            }
        }
    }

    /** Writes a part of a text as UTF-8; 0 when that is too long, or is not possible. */
    private static int encode(String text, int from, int to, byte[] key) {
        if (to - from > MAX_CLUSTER_BYTES) {
            return 0;
        }
        char first = text.charAt(from);
        if (to - from == 1 && first < 0x80) {
            key[0] = (byte) first;
            return 1;
        }
        byte[] utf8 = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
        boolean whole = to - from > 1 || !Character.isSurrogate(first);
        if (!whole || utf8.length > MAX_CLUSTER_BYTES) {
            return 0;
        }
        System.arraycopy(utf8, 0, key, 0, utf8.length);
        return utf8.length;
    }

    /** The place of the replacement of the shortest key that some bytes begin with. */
    private int find(byte[] key, int length) {
        int at = offset(units[0]);
        for (int i = 0; i < length && key[i] != 0; i++) {
            int label = key[i] & 0xFF;
            at ^= label;
            if (at < 0 || at >= units.length || (units[at] & 0x800000FF) != label) {
                return NONE;
            }
            int unit = units[at];
            at ^= offset(unit);
            if ((unit >>> 8 & 1) == 1) {
                int value = at >= 0 && at < units.length ? units[at] & 0x7FFFFFFF : NONE;
                return value < replacements.length ? value : NONE;
            }
        }
        return NONE;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private void append(int replacement, StringBuilder normal) {
        int end = replacement;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        normal.append(new String(replacements, replacement, end - replacement, StandardCharsets.UTF_8));
    }
}
