package dev.evenkeel.platform.search.lexical;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into words, the same way for what is indexed and for what is searched.
 *
 * <p>A word is a run of letters, combining marks and digits. An identifier ({@code parseHttpHeader2},
 * {@code max_retry_count}, {@code os.path.join}) gives its parts and, as an overlap, itself. Scripts written without
 * spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) give overlapping pairs of characters. A decimal number
 * stays one word. Pure CPU work; safe from any thread.
 */
public final class Analyzer {
    /** Longer words are cut to this many UTF-16 units, for text and query alike. */
    public static final int MAX_TOKEN_LENGTH = 64;

    /** Runs longer than this are data (base64, hashes), not identifiers: they are not split. */
    private static final int MAX_COMPOUND_LENGTH = 256;

    /** A run that changes between letters and digits more often than this is a hash, not an identifier. */
    private static final int MAX_DIGIT_CHANGES = 4;

    /** First code point at which a script without spaces can occur (Thai). */
    private static final int FIRST_BIGRAM_CODE_POINT = 0x0E00;

    private final String text;
    private final boolean unigrams;
    private final List<Token> tokens;
    private int position;

    private Analyzer(String text, boolean unigrams) {
        this.text = text;
        this.unigrams = unigrams;
        this.tokens = new ArrayList<>(text.length() / 6 + 4);
    }

    /** The words of a text to be indexed, in order. Ideographs are also given one by one, as overlaps. */
    public static List<Token> tokens(String text) {
        return new Analyzer(text, true).run();
    }

    /** The words of a query, in order: as {@link #tokens}, but without the single ideographs of a longer run. */
    public static List<Token> queryTokens(String query) {
        return new Analyzer(query, false).run();
    }

    private List<Token> run() {
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            if (isBigram(codePoint)) {
                at = bigrams(at);
            } else if (isWord(codePoint)) {
                at = word(at);
            } else {
                at += Character.charCount(codePoint);
            }
        }
        return tokens;
    }

    private int bigrams(int start) {
        int previous = -1;
        int at = start;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            int end = at + Character.charCount(codePoint);
            if (!isBigram(codePoint) && !isMark(codePoint)) {
                break;
            }
            if (previous >= 0) {
                emit(previous, end, position++, false);
            }
            if (unigrams && Character.isIdeographic(codePoint)) {
                emit(at, end, Math.max(0, previous >= 0 ? position - 1 : position), true);
            }
            previous = at;
            at = end;
        }
        if (at == start + Character.charCount(text.codePointAt(start))) {
            // Alone between other characters: the single character is the word.
            if (unigrams && Character.isIdeographic(text.codePointAt(start))) {
                tokens.remove(tokens.size() - 1);
            }
            emit(start, at, position++, false);
        }
        return at;
    }

    private int word(int start) {
        int end = start;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            if (isWord(codePoint) && !isBigram(codePoint)) {
                end += Character.charCount(codePoint);
            } else if (codePoint == '.' && end + 1 < text.length() && joinsAcrossDot(end)) {
                end++;
            } else {
                break;
            }
        }
        end = withLanguageSuffix(start, end);
        if (end - start > MAX_COMPOUND_LENGTH || isNumber(start, end)) {
            emit(start, end, position++, false);
        } else {
            compound(start, end);
        }
        return end;
    }

    private boolean joinsAcrossDot(int dot) {
        int next = text.codePointAt(dot + 1);
        return isWord(next) && !isBigram(next);
    }

    /** Keeps the names of languages whole that end in signs: C++, C#, F#. */
    private int withLanguageSuffix(int start, int end) {
        if (end - start != 1 || !Character.isLetter(text.charAt(start))) {
            return end;
        }
        int suffixEnd = text.startsWith("++", end) ? end + 2 : text.startsWith("#", end) ? end + 1 : end;
        boolean wordFollows = suffixEnd < text.length() && isWord(text.codePointAt(suffixEnd));
        return wordFollows ? end : suffixEnd;
    }

    private boolean isNumber(int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** Emits the parts of a run in order and, when there is more to it than one part, the run itself as an overlap. */
    private void compound(int start, int end) {
        boolean splitDigits = digitChanges(start, end) <= MAX_DIGIT_CHANGES;
        int first = position;
        int partStart = -1;
        for (int i = start; i < end; ) {
            int codePoint = text.codePointAt(i);
            if (codePoint == '_' || codePoint == '.') {
                partStart = endPart(partStart, i);
            } else if (partStart < 0) {
                partStart = i;
            } else if (isPartBoundary(partStart, i, end, splitDigits)) {
                endPart(partStart, i);
                partStart = i;
            }
            i += Character.charCount(codePoint);
        }
        endPart(partStart, end);
        Token last = tokens.isEmpty() ? null : tokens.get(tokens.size() - 1);
        boolean single = last != null && position == first + 1 && last.start() == start && last.end() == end;
        if (position > first && !single) {
            emit(start, end, first, true);
        }
    }

    private int endPart(int partStart, int partEnd) {
        if (partStart >= 0) {
            emit(partStart, partEnd, position++, false);
        }
        return -1;
    }

    private boolean isPartBoundary(int partStart, int at, int end, boolean splitDigits) {
        int before = text.codePointBefore(at);
        int here = text.codePointAt(at);
        if (Character.isDigit(before) != Character.isDigit(here)) {
            return splitDigits && !isMark(here);
        }
        if (!Character.isUpperCase(here)) {
            return false;
        }
        if (Character.isLowerCase(before)) {
            return true;
        }
        // The last capital of "HTTPServer" begins the next part.
        int next = at + Character.charCount(here);
        return at > partStart && next < end && Character.isLowerCase(text.codePointAt(next));
    }

    private int digitChanges(int start, int end) {
        int changes = 0;
        for (int i = start + 1; i < end; i++) {
            char before = text.charAt(i - 1);
            char here = text.charAt(i);
            boolean joined = before != '_' && before != '.' && here != '_' && here != '.';
            if (joined && Character.isDigit(before) != Character.isDigit(here)) {
                changes++;
            }
        }
        return changes;
    }

    private void emit(int start, int end, int at, boolean overlap) {
        String folded = Folding.fold(text, start, end);
        if (!folded.isEmpty()) {
            tokens.add(new Token(folded, start, end, at, overlap));
        }
    }

    private static boolean isWord(int codePoint) {
        if (codePoint < 128) {
            return codePoint >= 'a' && codePoint <= 'z'
                    || codePoint >= 'A' && codePoint <= 'Z'
                    || codePoint >= '0' && codePoint <= '9'
                    || codePoint == '_';
        }
        return Character.isLetterOrDigit(codePoint) || isMark(codePoint);
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static boolean isBigram(int codePoint) {
        if (codePoint < FIRST_BIGRAM_CODE_POINT || !Character.isLetter(codePoint)) {
            return false;
        }
        // The prolonged sound mark and its half-width form belong to no one script.
        if (codePoint == 0x30FC || codePoint == 0xFF70) {
            return true;
        }
        switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL, THAI, LAO, KHMER, MYANMAR -> {
                return true;
            }
            default -> {
                return false;
            }
        }
    }
}
