package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.text.PDFTextStripper;

/** Collects the text of each page; a page that cannot be read is left out with a warning. For one document, by one thread. */
final class PdfPageReader extends PDFTextStripper {

    private static final int MAX_NAMED_PAGES = 20;

    private final ExtractionLimits limits;
    private final Deadline deadline;
    private final StringWriter buffer = new StringWriter();
    private final List<PageText> pages = new ArrayList<>();
    private final List<Integer> failed = new ArrayList<>();
    private long chars;

    /**
     * The text of a page.
     *
     * @param number from 1
     */
    record PageText(int number, String text) {}

    PdfPageReader(ExtractionLimits limits, Deadline deadline) {
        this.limits = limits;
        this.deadline = deadline;
        setLineSeparator("\n");
        setParagraphEnd("\n");
        setPageEnd("");
        setArticleEnd("");
    }

    List<PageText> readAll(PDDocument document) throws IOException {
        writeText(document, buffer);
        return pages;
    }

    int failedPages() {
        return failed.size();
    }

    List<String> warnings() {
        if (failed.isEmpty()) {
            return List.of();
        }
        String numbers = String.join(
                ", ",
                failed.stream().limit(MAX_NAMED_PAGES).map(String::valueOf).toList());
        return List.of(failed.size() + " pages could not be read: " + numbers
                + (failed.size() > MAX_NAMED_PAGES ? ", ..." : "") + ".");
    }

    @Override
    public void processPage(PDPage page) throws IOException {
        deadline.check();
        try {
            super.processPage(page);
        } catch (ExtractionException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            failed.add(getCurrentPageNo());
        }
        String text = buffer.toString();
        buffer.getBuffer().setLength(0);
        chars += text.length();
        limits.checkChars(chars);
        pages.add(new PageText(getCurrentPageNo(), text));
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        deadline.check();
        super.processOperator(operator, operands);
    }
}
