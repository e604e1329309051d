package dev.evenkeel.knowledge.ingestion.extract;

import java.util.Locale;

/** Why a document cannot be read. None of these goes away by trying again with the same file. */
public enum ExtractionCode {
    /** The file has no bytes. */
    EMPTY,
    /** A known kind of file that is not read here. */
    UNSUPPORTED_TYPE,
    /** The content is of another kind than the name says. */
    WRONG_MAGIC,
    /** Neither a known kind of file nor text. */
    BINARY_CONTENT,
    /** A document that opens only with a password. */
    ENCRYPTED,
    /** A PDF whose pages have no text, as scans do. */
    SCANNED_NO_TEXT,
    /** The file is incomplete or breaks its format. */
    DAMAGED,
    /** Beyond the limit of bytes, characters, pages or nesting. */
    TOO_LARGE,
    /** An archive that unpacks to far more than it stores, or to more than the limits allow. */
    ARCHIVE_BOMB,
    /** An archive inside an archive, which is not unpacked. */
    NESTED_ARCHIVE,
    /** A program. */
    EXECUTABLE,
    /** Exactly this content is not wanted here. */
    DENIED_CONTENT,
    /** Known to do harm, or made to look so for a test. */
    MALWARE,
    /** The service for scans and images cannot read it either. */
    EXTRACTOR_REFUSED,
    /** Beyond the limit of time. */
    TIMEOUT;

    /** The name in API answers and job errors, for example {@code wrong_magic}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
