package dev.evenkeel.knowledge.ingestion.extract;

/** Reads one or more types of documents. Blocking and thread-safe. */
interface Extractor {

    boolean accepts(DocumentType type);

    /**
     * Extracts the text.
     *
     * @throws ExtractionException when the document cannot be read
     */
    ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits);
}
