package dev.evenkeel.knowledge.ingestion.extract;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Turns a document of any type into text. Thread-safe. */
@ApplicationScoped
public class DocumentExtractor {

    private final List<Extractor> extractors = List.of(
            new MarkdownExtractor(),
            new SourceCodeExtractor(),
            new PdfExtractor(),
            new NotebookExtractor(),
            new HtmlExtractor(),
            new DocxExtractor(),
            new PptxExtractor(),
            new XlsxExtractor(),
            new EpubExtractor(),
            new MailExtractor(),
            new CsvExtractor(),
            new JsonExtractor(),
            new KeyedTextExtractor(),
            new XmlExtractor(),
            new RestructuredTextExtractor(),
            new PlainTextExtractor());

    /**
     * Extracts the text of a file. Blocks for as long as the limits allow: for a worker, never for an event loop.
     *
     * @throws ExtractionException when the document cannot be read, with a code and a sentence for a person
     * @throws UncheckedIOException when the file cannot be read for reasons of the system
     */
    public ExtractedText extract(Path file, DocumentType type, ExtractionLimits limits) {
        try {
            long bytes = Files.size(file);
            if (bytes > limits.maxBytes()) {
                throw limits.tooManyBytes(bytes);
            }
            byte[] head = DocumentTypes.head(file);
            if (head.length == 0) {
                throw new ExtractionException(ExtractionCode.EMPTY, "The file is empty.");
            }
            DocumentTypes.checkContent(type, head);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return extract(new DocumentSource.OfFile(file), type, limits);
    }

    /**
     * Extracts the text of a document given as text. Does no I/O and takes about 10 ms of one core for 256 kB of
     * Markdown once warm, which is still too long for an event loop.
     *
     * @throws ExtractionException when the document cannot be read; {@code unsupported_type} for a PDF, which is no text
     */
    public ExtractedText extract(String content, DocumentType type, ExtractionLimits limits) {
        return extract(new DocumentSource.OfText(content), type, limits);
    }

    private ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        return extractors.stream()
                .filter(extractor -> extractor.accepts(type))
                .findFirst()
                .orElseThrow(() -> new ExtractionException(
                        ExtractionCode.UNSUPPORTED_TYPE, "Documents of type " + type.wireName() + " are not read."))
                .extract(source, type, limits);
    }
}
