package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.jspecify.annotations.Nullable;

/** Reads the text layer of a PDF, page by page. */
final class PdfExtractor implements Extractor {

    /** The end-of-file marker stands in the last bytes of a complete file (PDF 1.7, implementation note 18). */
    private static final int END_MARKER_WITHIN_BYTES = 1024;

    private static final String END_MARKER = "%%EOF";

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.PDF;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        if (!(source instanceof DocumentSource.OfFile file)) {
            throw new ExtractionException(ExtractionCode.UNSUPPORTED_TYPE, "A PDF is not text; send it as a file.");
        }
        BundledFontMapper.install();
        refuseIncomplete(file.path());
        Deadline deadline = new Deadline(limits.maxTime());
        checkStreams(file.path(), deadline);
        try (DeadlineFile input = new DeadlineFile(file.path(), deadline);
                PDDocument document = new PDFParser(input).parse()) {
            return read(document, limits, deadline);
        } catch (InvalidPasswordException e) {
            throw new ExtractionException(
                    ExtractionCode.ENCRYPTED, "The PDF is encrypted and opens only with a password.", e);
        } catch (IOException | StackOverflowError e) {
            throw damaged(e);
        } catch (OutOfMemoryError e) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE, "The PDF unpacks to more data than there is memory for.", e);
        } catch (ExtractionException e) {
            throw e;
        } catch (RuntimeException e) {
            // A parser of a format that everyone writes differently throws whatever a damaged file makes it throw.
            throw damaged(e);
        }
    }

    private static ExtractedText read(PDDocument document, ExtractionLimits limits, Deadline deadline)
            throws IOException {
        int pages = document.getNumberOfPages();
        if (pages == 0) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The PDF has no pages.");
        }
        if (pages > limits.maxPages()) {
            throw limits.tooManyPages("PDF", pages);
        }
        PdfPageReader reader = new PdfPageReader(limits, deadline);
        List<PdfPageReader.PageText> texts = reader.readAll(document);
        return assemble(texts, pages, metadata(document), reader);
    }

    private static ExtractedText assemble(
            List<PdfPageReader.PageText> texts, int pages, Map<String, Object> metadata, PdfPageReader reader) {
        long nuls = 0;
        List<String> cleaned = new ArrayList<>();
        for (PdfPageReader.PageText page : texts) {
            CleanText clean = CleanText.of(page.text());
            nuls += clean.removedNuls();
            cleaned.add(clean.text().strip());
        }
        List<String> pageTexts = Hyphenation.join(cleaned);
        String whole = String.join("\n", pageTexts);
        BlockCollector blocks = new BlockCollector();
        int start = 0;
        for (int i = 0; i < texts.size(); i++) {
            int end = start + pageTexts.get(i).length();
            Paragraphs.addTo(blocks, whole, start, end, List.of(), texts.get(i).number());
            start = end + 1;
        }
        if (blocks.blocks().isEmpty()) {
            throw reader.failedPages() == pages
                    ? new ExtractionException(ExtractionCode.DAMAGED, "No page of the PDF can be read.")
                    : new ExtractionException(
                            ExtractionCode.SCANNED_NO_TEXT,
                            "The PDF has no text on any of its " + pages + " pages; it may be a scan.");
        }
        return new ExtractedText(whole, blocks.blocks(), "pdf_text", pages, nuls, metadata, reader.warnings());
    }

    private static Map<String, Object> metadata(PDDocument document) {
        Map<String, Object> metadata = new HashMap<>();
        PDDocumentInformation information = document.getDocumentInformation();
        put(metadata, "title", information.getTitle());
        put(metadata, "author", information.getAuthor());
        put(metadata, "subject", information.getSubject());
        put(metadata, "keywords", information.getKeywords());
        return metadata;
    }

    private static void put(Map<String, Object> metadata, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            metadata.put(key, HeadingTitle.truncate(CleanText.of(value).text().strip(), 1000));
        }
    }

    /** A file that was cut off can often be read in part, which would be a silent loss. */
    private static void refuseIncomplete(Path path) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(file.length(), END_MARKER_WITHIN_BYTES)];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            if (!new String(tail, StandardCharsets.ISO_8859_1).contains(END_MARKER)) {
                throw new ExtractionException(
                        ExtractionCode.DAMAGED, "The PDF is incomplete: it has no end-of-file marker.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkStreams(Path path, Deadline deadline) {
        try {
            PdfStreamGuard.check(path, deadline);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ExtractionException damaged(Throwable cause) {
        return new ExtractionException(ExtractionCode.DAMAGED, "The PDF is damaged and cannot be read.", cause);
    }
}
