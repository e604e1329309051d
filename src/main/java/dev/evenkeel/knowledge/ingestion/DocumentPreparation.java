package dev.evenkeel.knowledge.ingestion;

import dev.evenkeel.knowledge.CollectionRef;
import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.chunk.Chunker;
import dev.evenkeel.knowledge.ingestion.chunk.ChunkingOptions;
import dev.evenkeel.knowledge.ingestion.extract.DocumentExtractor;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.ExtractedText;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionCode;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionLimits;
import dev.evenkeel.knowledge.notes.engine.NoteExtraction;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** Extracts and cuts. Blocking: for workers only. */
@ApplicationScoped
public class DocumentPreparation {
    private final DocumentExtractor extractor = new DocumentExtractor();
    private final Chunker chunker = new Chunker();
    private final ExtractionLimits limits;
    private final int configuredMaxTokens;

    DocumentPreparation(KnowledgeConfig config) {
        this.limits = new ExtractionLimits(
                config.maxDocumentSize().asLongValue(),
                config.maxExtractedChars(),
                config.maxPages(),
                config.maxExtractionTime());
        this.configuredMaxTokens = config.chunkMaxTokens();
    }

    /**
     * Prepares a text.
     *
     * @throws ExtractionException when it cannot be read as that type
     */
    public ReadyDocument prepare(String content, DocumentType type, CollectionRef collection) {
        return cut(extractor.extract(content, type, limits), type, collection);
    }

    /**
     * Prepares a file.
     *
     * @param anyRatio whether a document that is an archive inside may be compressed to any degree
     * @throws ExtractionException when it cannot be read as that type
     */
    ReadyDocument prepare(Path file, DocumentType type, CollectionRef collection, boolean anyRatio) {
        return cut(extractor.extract(file, type, anyRatio ? limits.withAnyRatio() : limits), type, collection);
    }

    /**
     * Prepares what a service for scans and images made of a document.
     *
     * @throws ExtractionException when it is too large or blank
     */
    ReadyDocument prepareMarkdown(String markdown, CollectionRef collection) {
        ExtractedText text = extractor.extract(markdown, DocumentType.MARKDOWN, limits);
        ExtractedText made = new ExtractedText(
                text.text(),
                text.blocks(),
                "external",
                text.pages(),
                text.removedNulCount(),
                text.metadata(),
                text.warnings());
        return cut(made, DocumentType.MARKDOWN, collection);
    }

    private ReadyDocument cut(ExtractedText text, DocumentType type, CollectionRef collection) {
        ChunkingOptions options = collection.chunking().options(configuredMaxTokens, collection.language());
        ReadyDocument ready = ReadyDocument.of(
                text, chunker.chunk(text, options), NoteExtraction.of(text, type), options.fingerprint());
        if (ready.chunks().isEmpty()) {
            throw new ExtractionException(ExtractionCode.EMPTY, "There is no text in it.");
        }
        return ready;
    }
}
