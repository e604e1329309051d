package dev.evenkeel.knowledge.ingestion.extract;

import java.time.Duration;

/**
 * Bounds on the work for one document. Going beyond one ends the extraction with {@link ExtractionCode#TOO_LARGE} or
 * {@link ExtractionCode#TIMEOUT}.
 *
 * @param maxBytes largest file, in bytes
 * @param maxChars longest extracted text, in UTF-16 units
 * @param maxPages most pages of a PDF, slides, sheets or chapters
 * @param maxTime longest extraction, in wall-clock time
 * @param maxRatio most bytes unpacked for a stored byte in a document that is an archive inside
 */
public record ExtractionLimits(long maxBytes, int maxChars, int maxPages, Duration maxTime, int maxRatio) {

    private static final int USUAL_RATIO = 100;

    public static final ExtractionLimits DEFAULT =
            new ExtractionLimits(128L << 20, 32 << 20, 10_000, Duration.ofMinutes(2));

    public ExtractionLimits {
        if (maxBytes < 1 || maxChars < 1 || maxPages < 1 || maxRatio < 1 || maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("every limit must be positive");
        }
    }

    /** Limits with the usual ratio. */
    public ExtractionLimits(long maxBytes, int maxChars, int maxPages, Duration maxTime) {
        this(maxBytes, maxChars, maxPages, maxTime, USUAL_RATIO);
    }

    /** The same limits for an archive whose ratio is known to be high. */
    public ExtractionLimits withAnyRatio() {
        return new ExtractionLimits(maxBytes, maxChars, maxPages, maxTime, Integer.MAX_VALUE);
    }

    ExtractionException tooManyBytes(long bytes) {
        return new ExtractionException(
                ExtractionCode.TOO_LARGE, "The file has " + bytes + " bytes; the limit is " + maxBytes + ".");
    }

    ExtractionException tooManyPages(String what, int pages) {
        return new ExtractionException(
                ExtractionCode.TOO_LARGE, "The " + what + " has " + pages + " pages; the limit is " + maxPages + ".");
    }

    void checkChars(long chars) {
        if (chars > maxChars) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE, "The text is longer than the limit of " + maxChars + " characters.");
        }
    }
}
