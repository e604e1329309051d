package dev.evenkeel.knowledge.ingestion.extract.code;

/**
 * Lines of a source that belong together.
 *
 * @param from first line, that of the leading comment where there is one
 * @param code first line with code, {@code to} when there is none
 * @param to line after the last
 */
record Statement(int from, int code, int to) {

    boolean isCommentOnly() {
        return code == to;
    }
}
