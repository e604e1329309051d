package dev.evenkeel.knowledge.ingestion.extract;

import dev.evenkeel.knowledge.ingestion.extract.MailReader.Mail;
import dev.evenkeel.knowledge.ingestion.extract.MailReader.Part;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads mails (RFC 5322, MIME): who wrote what to whom and when, the plain text or else the HTML, mails that are inside, and the names
 * of attachments.
 */
final class MailExtractor implements Extractor {

    private static final List<String> SHOWN = List.of("From", "To", "Cc", "Date");

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.EMAIL;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        Mail mail = MailReader.read(source, limits, deadline);
        TextAssembly text = new TextAssembly(limits, deadline);
        List<String> warnings = new ArrayList<>();
        add(text, mail, 1, warnings);
        return text.finish("email", 0, metadata(mail), warnings);
    }

    private static void add(TextAssembly text, Mail mail, int level, List<String> warnings) {
        text.leave(Math.min(HeadingStack.MAX_LEVEL, level));
        text.heading(level, mail.header("Subject"));
        text.paragraph(String.join(
                "\n",
                SHOWN.stream()
                        .filter(name -> !mail.header(name).isBlank())
                        .map(name -> name + ": " + mail.header(name))
                        .toList()));
        for (Part part : mail.shownParts()) {
            addPart(text, part, level, warnings);
        }
        if (!mail.attachments().isEmpty()) {
            text.paragraph("Attachments: " + String.join(", ", mail.attachments()));
        }
        mail.inner().forEach(inner -> add(text, inner, level + 1, warnings));
    }

    private static void addPart(TextAssembly text, Part part, int level, List<String> warnings) {
        if (!part.html()) {
            for (String paragraph : part.content().split("\n[ \t]*\n")) {
                text.paragraph(paragraph);
            }
        } else if (HtmlPages.isParsable(part.content())) {
            HtmlBlocks.addTo(text, HtmlPages.parse(part.content(), text.deadline()), level);
        } else {
            warnings.add("A part in HTML is too large to be parsed; it was left out.");
        }
    }

    private static Map<String, Object> metadata(Mail mail) {
        Map<String, Object> metadata = new HashMap<>();
        Properties.put(metadata, "title", mail.header("Subject"));
        for (String name : List.of("From", "To", "Cc", "Message-ID", "In-Reply-To")) {
            Properties.put(metadata, name.toLowerCase(Locale.ROOT).replace('-', '_'), mail.header(name));
        }
        Properties.put(metadata, "date", date(mail.header("Date")));
        Properties.put(metadata, "attachments", mail.attachments());
        return metadata;
    }

    /** The date in ISO 8601 where it is written as it should be, else as it is written. */
    private static String date(String written) {
        String bare = written.replaceAll("\\([^()]*\\)", "").strip().replaceAll("\\s+", " ");
        try {
            return OffsetDateTime.parse(bare.replaceAll("(?:UT|UTC)$", "GMT"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toString();
        } catch (DateTimeException e) {
            return bare;
        }
    }
}
