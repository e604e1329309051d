package dev.evenkeel.knowledge.ingestion.chunk;

/**
 * Finds where a text may be cut inside a word: never inside a surrogate pair, before a combining mark, a variation selector or an emoji
 * modifier, next to a zero-width joiner, between the two letters of a flag, or inside a Hangul syllable. A close
 * approximation of the extended grapheme clusters of Unicode Standard Annex 29 that errs towards not cutting.
 */
final class Graphemes {

    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Graphemes() {}

    /** End of the cluster that starts at {@code start}, at most {@code limit} but never inside a surrogate pair. */
    static int next(String text, int start, int limit) {
        int previous = text.codePointAt(start);
        int i = start + Character.charCount(previous);
        boolean flagOpen = isRegionalIndicator(previous);
        while (i < limit) {
            int current = text.codePointAt(i);
            boolean joined = previous == ZERO_WIDTH_JOINER
                    || extendsCluster(current)
                    || (flagOpen && isRegionalIndicator(current))
                    || joinsHangul(previous, current)
                    || (previous == '\r' && current == '\n');
            if (!joined) {
                break;
            }
            flagOpen = false;
            previous = current;
            i += Character.charCount(current);
        }
        return i;
    }

    private static boolean extendsCluster(int codePoint) {
        if (codePoint < 0x300) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default ->
                codePoint == ZERO_WIDTH_JOINER
                        || codePoint == 0x200C
                        || (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF)
                        || (codePoint >= 0xE0020 && codePoint <= 0xE007F);
        };
    }

    private static boolean isRegionalIndicator(int codePoint) {
        return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
    }

    /** Leading consonant, vowel and trailing consonant jamo, and vowels or trailing consonants after a syllable. */
    private static boolean joinsHangul(int previous, int current) {
        boolean vowelOrTrail = current >= 0x1160 && current <= 0x11FF;
        boolean lead = previous >= 0x1100 && previous <= 0x115F;
        if (lead) {
            return vowelOrTrail || (current >= 0x1100 && current <= 0x115F) || (current >= 0xAC00 && current <= 0xD7A3);
        }
        return vowelOrTrail
                && ((previous >= 0x1160 && previous <= 0x11FF) || (previous >= 0xAC00 && previous <= 0xD7A3));
    }
}
