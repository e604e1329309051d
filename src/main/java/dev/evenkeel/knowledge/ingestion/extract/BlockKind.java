package dev.evenkeel.knowledge.ingestion.extract;

/** What a stretch of extracted text is. */
public enum BlockKind {
    /** Key and value lines in front of a Markdown document. */
    FRONT_MATTER,
    HEADING,
    PARAGRAPH,
    LIST,
    /** A fenced or indented code block of a Markdown document: kept whole when it fits. */
    CODE,
    /** A table of a Markdown document: kept whole when it fits. */
    TABLE,
    /** A function, method, type or group of statements of a source file, with its leading comment and annotations. */
    DECLARATION,
    /** A code cell of a notebook: kept whole when it fits. */
    CELL_CODE;

    /** Whether cutting such a block damages its meaning, so that it starts a new chunk rather than being cut. */
    public boolean keptWhole() {
        return this == CODE || this == TABLE || this == CELL_CODE;
    }
}
