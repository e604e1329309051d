package dev.evenkeel.knowledge.ingestion.chunk;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.evenkeel.platform.offload.Interruption;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens of the cl100k_base encoding. Thread-safe. The table (about 100,000 entries) is read at the first count and
 * kept for the life of the process; it is held by a field that is set at run time, so that it is no part of a native image's heap.
 *
 * <p>Texts repeat their words, and looking a word's tokens up is most of what chunking costs. So the counts of short words are kept,
 * the last word of each slot, at most a few MB. That is exact: the encoding never joins a run of letters, or of digits, with what
 * follows it.
 */
public final class TokenCounter {

    private static final int SLOTS = 1 << 16;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    private static final int MAX_KEPT_CHARS = 16;
    // Written and read without order: a slot holds an immutable pair, and a lost one is counted again.
    private static final @Nullable Counted[] KEPT = new Counted[SLOTS];

    private static volatile @Nullable Encoding table;

    /** A word of at most sixteen chars, four in each number. */
    private record Counted(int length, long first, long second, long third, long fourth, int tokens) {}

    /**
     * The number of tokens of a text. Names of special tokens count as ordinary text. Takes time in proportion to the
     * length except for runs without spaces beyond some thousand characters.
     */
    public int count(String text) {
        return count(text, 0, text.length());
    }

    /** Every part of chunking counts, so that this is where it ends when nobody waits for it any more. */
    int count(String text, int start, int end) {
        Interruption.check();
        int tokens = 0;
        int from = start;
        while (from < end) {
            int to = endOfWord(text, from, end);
            tokens += to - from <= MAX_KEPT_CHARS ? kept(text, from, to) : encoded(text.substring(from, to));
            from = to;
        }
        return tokens;
    }

    /** The end of the first run of letters or of digits, with what stands before it. */
    private static int endOfWord(String text, int from, int end) {
        int i = from;
        while (i < end) {
            char c = text.charAt(i++);
            boolean letter = Character.isLetter(c);
            if ((letter || Character.isDigit(c)) && (i == end || ends(letter, text.charAt(i)))) {
                return i;
            }
        }
        return end;
    }

    /** Half of a supplementary character may go on with the run, for all that the char itself tells. */
    private static boolean ends(boolean letters, char next) {
        return !Character.isSurrogate(next) && (letters ? !Character.isLetter(next) : !isNumber(next));
    }

    private static boolean isNumber(char c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    private static int kept(String text, int from, int to) {
        long first = packed(text, from, to);
        long second = packed(text, from + 4, to);
        long third = packed(text, from + 8, to);
        long fourth = packed(text, from + 12, to);
        int slot = (int) ((((first * 31 + second) * 31 + third) * 31 + fourth) * GOLDEN_RATIO >>> 48);
        Counted counted = KEPT[slot];
        if (counted != null
                && counted.length == to - from
                && counted.first == first
                && counted.second == second
                && counted.third == third
                && counted.fourth == fourth) {
            return counted.tokens;
        }
        int tokens = encoded(text.substring(from, to));
        KEPT[slot] = new Counted(to - from, first, second, third, fourth, tokens);
        return tokens;
    }

    private static long packed(String text, int from, int to) {
        long chars = 0;
        for (int i = from; i < Math.min(from + 4, to); i++) {
            chars = chars << 16 | text.charAt(i);
        }
        return chars;
    }

    private static int encoded(String text) {
        return table().countTokensOrdinary(text);
    }

    private static Encoding table() {
        Encoding loaded = table;
        return loaded != null ? loaded : load();
    }

    private static synchronized Encoding load() {
        Encoding loaded = table;
        if (loaded == null) {
            loaded = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
            table = loaded;
        }
        return loaded;
    }
}
