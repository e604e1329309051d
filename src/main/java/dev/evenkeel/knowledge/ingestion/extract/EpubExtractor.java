package dev.evenkeel.knowledge.ingestion.extract;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads e-books chapter by chapter in reading order. The page of a block is the number of its chapter. */
final class EpubExtractor implements Extractor {

    private static final int MAX_PROPERTY_CHARS = 1000;
    private static final int MAX_ITEMS = 50_000;

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.EPUB;
    }

    /** What the package file of a book says. */
    private static final class Book {
        private final Map<String, Object> metadata = new HashMap<>();
        private final List<String> authors = new ArrayList<>();
        private final Map<String, String> pages = new HashMap<>();
        private final List<String> order = new ArrayList<>();
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        try (OfficePackage file = OfficePackage.open(source, limits, deadline)) {
            Book book = book(file);
            refuseEncrypted(file, book.order);
            if (book.order.size() > limits.maxPages()) {
                throw limits.tooManyPages("book", book.order.size());
            }
            TextAssembly text = new TextAssembly(limits, deadline);
            List<String> warnings = new ArrayList<>();
            for (int i = 0; i < book.order.size(); i++) {
                addChapter(file, book.order.get(i), i + 1, text, limits, warnings);
            }
            return text.finish("epub", book.order.size(), book.metadata, warnings);
        }
    }

    private static void addChapter(
            OfficePackage file,
            String part,
            int number,
            TextAssembly text,
            ExtractionLimits limits,
            List<String> warnings) {
        String page = file.has(part)
                ? HtmlPages.decode(file.bytes(part, limits.maxChars())).text()
                : "";
        if (page.isEmpty() || !HtmlPages.isParsable(page)) {
            warnings.add("Chapter " + number + (page.isEmpty() ? " is missing." : " is too large to be read."));
            return;
        }
        text.page(number);
        text.leave(1);
        HtmlBlocks.addTo(text, HtmlPages.parse(page, text.deadline()), 0);
    }

    private static Book book(OfficePackage file) {
        if (!file.has("META-INF/container.xml")) {
            throw new ExtractionException(
                    ExtractionCode.DAMAGED, "The file is not an e-book: it has no container.xml.");
        }
        List<String> packages = new ArrayList<>();
        file.read("META-INF/container.xml", xml -> {
            while (xml.next()) {
                if (xml.starts("rootfile")) {
                    packages.add(OfficePackage.resolve("", xml.attribute("full-path", "")));
                }
            }
        });
        if (packages.isEmpty()) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The e-book names no package file.");
        }
        Book book = new Book();
        String path = packages.get(0);
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        file.read(path, xml -> readPackage(xml, folder, book));
        Properties.put(book.metadata, "author", String.join(", ", book.authors));
        return book;
    }

    private static void readPackage(XmlWalk xml, String folder, Book book) {
        while (xml.next()) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "title", "language", "publisher", "description" -> {
                    String key = xml.name().equals("language") ? "lang" : xml.name();
                    Properties.put(book.metadata, key, xml.elementText(MAX_PROPERTY_CHARS));
                }
                case "creator" -> {
                    if (book.authors.size() < 100) {
                        book.authors.add(TextAssembly.oneLine(xml.elementText(MAX_PROPERTY_CHARS)));
                    }
                }
                case "item" -> {
                    String media = xml.attribute("media-type", "");
                    if (media.contains("html") && book.pages.size() < MAX_ITEMS) {
                        book.pages.put(xml.attribute("id", ""), resolve(folder, xml.attribute("href", "")));
                    }
                }
                case "itemref" -> {
                    String page = book.pages.get(xml.attribute("idref", ""));
                    if (page != null && book.order.size() < MAX_ITEMS) {
                        book.order.add(page);
                    }
                }
                default -> {
                    // Links, guides and the like.
                }
            }
        }
    }

    /** References are URLs. */
    private static String resolve(String folder, String href) {
        String path = href.replaceFirst("#.*", "");
        try {
            return OfficePackage.resolve(folder, URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return OfficePackage.resolve(folder, path);
        }
    }

    /** Fonts may be obfuscated; a chapter that is encrypted needs a licence. */
    private static void refuseEncrypted(OfficePackage file, List<String> chapters) {
        Set<String> encrypted = new HashSet<>();
        file.readIfThere("META-INF/encryption.xml", xml -> {
            while (xml.next()) {
                if (xml.starts("CipherReference") && encrypted.size() < MAX_ITEMS) {
                    encrypted.add(resolve("", xml.attribute("URI", "")));
                }
            }
        });
        if (chapters.stream().anyMatch(encrypted::contains)) {
            throw new ExtractionException(
                    ExtractionCode.ENCRYPTED, "The e-book is protected and opens only with a licence.");
        }
    }
}
