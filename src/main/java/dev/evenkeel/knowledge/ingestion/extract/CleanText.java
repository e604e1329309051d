package dev.evenkeel.knowledge.ingestion.extract;

/**
 * Characters as PostgreSQL and line numbers need them.
 *
 * @param text with {@code \n} as the only line end; without U+0000 and a leading byte order mark; lone surrogates replaced
 * @param removedNuls how many U+0000 were removed
 * @param loneSurrogates how many halves of surrogate pairs became U+FFFD
 */
record CleanText(String text, long removedNuls, long loneSurrogates) {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    static CleanText of(String raw) {
        int start = raw.startsWith(String.valueOf(BYTE_ORDER_MARK)) ? 1 : 0;
        int clean = endOfCleanPrefix(raw, start);
        if (clean == raw.length()) {
            return new CleanText(raw.substring(start), 0, 0);
        }
        StringBuilder text = new StringBuilder(raw.length() - start).append(raw, start, clean);
        long nuls = 0;
        long lone = 0;
        for (int i = clean; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == 0) {
                nuls++;
            } else if (c == '\r') {
                text.append('\n');
                i += i + 1 < raw.length() && raw.charAt(i + 1) == '\n' ? 1 : 0;
            } else if (!Character.isSurrogate(c)) {
                text.append(c);
            } else if (isPair(raw, i)) {
                text.append(c).append(raw.charAt(++i));
            } else {
                text.append(REPLACEMENT);
                lone++;
            }
        }
        return new CleanText(text.toString(), nuls, lone);
    }

    private static int endOfCleanPrefix(String raw, int start) {
        int i = start;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (c == 0 || c == '\r') {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(raw, i)) {
                    return i;
                }
                i++;
            }
            i++;
        }
        return i;
    }

    private static boolean isPair(String raw, int index) {
        return Character.isHighSurrogate(raw.charAt(index))
                && index + 1 < raw.length()
                && Character.isLowSurrogate(raw.charAt(index + 1));
    }
}
