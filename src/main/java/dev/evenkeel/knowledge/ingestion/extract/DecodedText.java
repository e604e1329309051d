package dev.evenkeel.knowledge.ingestion.extract;

import java.util.List;

/**
 * The characters of a document: {@code \n} as the only line end, without U+0000, byte order mark and lone surrogates.
 *
 * @param text the characters
 * @param charset the encoding they came in
 * @param removedNulCount how many U+0000 were removed
 * @param warnings sentences about what was lost or guessed
 */
record DecodedText(String text, String charset, long removedNulCount, List<String> warnings) {

    /** Cleans characters that are already decoded. */
    static DecodedText of(String raw, String charset, List<String> warnings) {
        CleanText clean = CleanText.of(raw);
        if (clean.loneSurrogates() == 0) {
            return new DecodedText(clean.text(), charset, clean.removedNuls(), warnings);
        }
        var all = new java.util.ArrayList<>(warnings);
        all.add(clean.loneSurrogates() + " halves of surrogate pairs were replaced by U+FFFD.");
        return new DecodedText(clean.text(), charset, clean.removedNuls(), List.copyOf(all));
    }
}
