package dev.evenkeel.knowledge.ingestion.extract;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.MimeParameterMapping;
import org.jspecify.annotations.Nullable;

/** Reads a mail part by part from its stream; attachments are passed over. For one mail, by one thread. */
final class MailReader {

    private static final int MAX_NESTING = 20;
    private static final int MAX_PARTS = 10_000;
    private static final int MAX_HEADERS = 2_000;
    private static final int MAX_HEADER_CHARS = 256 * 1024;

    private static final MimeConfig CONFIG = new MimeConfig.Builder()
            .setMaxLineLen(-1)
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxHeaderLen(MAX_HEADER_CHARS)
            .setMalformedHeaderStartsBody(true)
            .build();

    private final MimeTokenStream tokens = new MimeTokenStream(CONFIG);
    private final ExtractionLimits limits;
    private final Deadline deadline;
    private final Deque<Mail> mails = new ArrayDeque<>();
    private final Deque<Integer> alternatives = new ArrayDeque<>();
    private Map<String, String> headers = new HashMap<>();
    private int multiparts;
    private int parts;
    private long chars;

    /**
     * A text of a mail.
     *
     * @param alternative number of the group of which one is to be shown, 0 for none
     */
    record Part(boolean html, String content, int alternative) {}

    /** A mail with what is inside it. */
    record Mail(Map<String, String> headers, List<Part> parts, List<String> attachments, List<Mail> inner) {

        /** The decoded value of a header, or empty. */
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** The parts without the HTML that is there as plain text too. */
        List<Part> shownParts() {
            return parts.stream()
                    .filter(part -> !part.html()
                            || part.alternative() == 0
                            || parts.stream()
                                    .noneMatch(other -> !other.html() && other.alternative() == part.alternative()))
                    .toList();
        }
    }

    private MailReader(ExtractionLimits limits, Deadline deadline) {
        this.limits = limits;
        this.deadline = deadline;
        tokens.setRecursionMode(RecursionMode.M_RECURSE);
    }

    static Mail read(DocumentSource source, ExtractionLimits limits, Deadline deadline) {
        try (InputStream in = source instanceof DocumentSource.OfFile file
                ? Files.newInputStream(file.path())
                : new ByteArrayInputStream(
                        ((DocumentSource.OfText) source).content().getBytes(StandardCharsets.UTF_8))) {
            return new MailReader(limits, deadline).read(new DeadlineStream(in, deadline));
        } catch (MimeException e) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The mail breaks its format.", e);
        } catch (IOException e) {
            if (e.getCause() instanceof MimeException) {
                throw new ExtractionException(ExtractionCode.DAMAGED, "The mail breaks its format.", e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private Mail read(InputStream in) throws IOException, MimeException {
        tokens.parse(in);
        Mail outermost = null;
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            deadline.check();
            if (state == EntityState.T_START_MESSAGE) {
                startMail();
                outermost = outermost == null ? mails.element() : outermost;
            } else if (state == EntityState.T_END_MESSAGE) {
                mails.pop();
            } else {
                step(state);
            }
        }
        if (outermost == null || outermost.headers().isEmpty()) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The file is not a mail: it begins with no header.");
        }
        return outermost;
    }

    private void step(EntityState state) throws IOException {
        if (state == EntityState.T_START_HEADER) {
            headers = new HashMap<>();
        } else if (state == EntityState.T_FIELD) {
            addHeader(tokens.getField());
        } else if (state == EntityState.T_END_HEADER) {
            Mail mail = mails.element();
            if (mail.headers().isEmpty()) {
                mail.headers().putAll(headers);
            }
        } else if (state == EntityState.T_START_MULTIPART) {
            checkNesting();
            boolean isChoice = tokens.getBodyDescriptor().getMimeType().equals("multipart/alternative");
            alternatives.push(
                    isChoice || alternatives.isEmpty() ? (isChoice ? ++multiparts : 0) : alternatives.element());
        } else if (state == EntityState.T_END_MULTIPART) {
            alternatives.pop();
        } else if (state == EntityState.T_BODY) {
            addBody(tokens.getBodyDescriptor());
        }
    }

    private void startMail() {
        checkNesting();
        Mail mail = new Mail(new HashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (!mails.isEmpty()) {
            mails.element().inner().add(mail);
        }
        mails.push(mail);
    }

    private void checkNesting() {
        if (mails.size() + alternatives.size() >= MAX_NESTING) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE, "The parts of the mail are nested deeper than " + MAX_NESTING + ".");
        }
    }

    private void addHeader(Field field) {
        // Raw bytes: what is not ASCII should be encoded, and mostly is UTF-8 where it is not.
        byte[] raw = field.getRaw() == null
                ? (field.getName() + ":" + field.getBody()).getBytes(StandardCharsets.UTF_8)
                : field.getRaw().toByteArray();
        String line = Utf8Sequences.count(raw, false).broken() == 0
                ? new String(raw, StandardCharsets.UTF_8)
                : new String(raw, StandardCharsets.ISO_8859_1);
        String body = line.substring(line.indexOf(':') + 1).replaceAll("\\r?\\n(?=[ \\t])", "");
        chars += body.length();
        limits.checkChars(chars);
        headers.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), decoded(body));
    }

    private static String decoded(String value) {
        try {
            String decoded = DecoderUtil.decodeEncodedWords(value, DecodeMonitor.SILENT);
            return TextAssembly.oneLine(decoded == null ? value : decoded);
        } catch (RuntimeException e) {
            // A broken encoding is shown as it came.
            return TextAssembly.oneLine(value);
        }
    }

    private void addBody(BodyDescriptor body) throws IOException {
        if (++parts > MAX_PARTS) {
            throw new ExtractionException(ExtractionCode.TOO_LARGE, "The mail has more than " + MAX_PARTS + " parts.");
        }
        String type = body.getMimeType();
        Parameters disposition = Parameters.of(headers.get("content-disposition"));
        String name = disposition.get(
                "filename", Parameters.of(headers.get("content-type")).get("name", ""));
        boolean isText = type.equals("text/plain") || type.equals("text/html");
        if (!isText || disposition.value().equalsIgnoreCase("attachment")) {
            mails.element().attachments().add(TextAssembly.oneLine(name.isBlank() ? type : decoded(name)));
            return;
        }
        String content = content(body);
        chars += content.length();
        limits.checkChars(chars);
        if (!content.isBlank()) {
            int alternative = alternatives.isEmpty() ? 0 : alternatives.element();
            mails.element().parts().add(new Part(type.equals("text/html"), content, alternative));
        }
    }

    private String content(BodyDescriptor body) throws IOException {
        byte[] bytes = tokens.getDecodedInputStream().readNBytes(limits.maxChars() + 1);
        limits.checkChars(bytes.length);
        return CleanText.of(text(bytes, body.getCharset())).text();
    }

    private static String text(byte[] bytes, String charset) {
        boolean unsaid = charset == null || charset.equalsIgnoreCase("us-ascii") || charset.equalsIgnoreCase("utf-8");
        try {
            return unsaid ? TextDecoder.decode(bytes).text() : new String(bytes, Charset.forName(charset));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException | ExtractionException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Value and parameters of a header such as {@code attachment; filename=a.pdf}, also encoded after RFC 2231. */
    private record Parameters(String value, MimeParameterMapping parameters) {

        static Parameters of(@Nullable String header) {
            MimeParameterMapping parameters = new MimeParameterMapping();
            if (header == null) {
                return new Parameters("", parameters);
            }
            var body = RawFieldParser.DEFAULT.parseRawBody(new RawField("X", header));
            for (NameValuePair pair : body.getParams()) {
                if (pair.getValue() != null) {
                    parameters.addParameter(pair.getName(), pair.getValue());
                }
            }
            return new Parameters(body.getValue(), parameters);
        }

        String get(String name, String otherwise) {
            String value = parameters.get(name);
            return value == null || value.isBlank() ? otherwise : value;
        }
    }

    /** A stream whose reading ends with a deadline. */
    private static final class DeadlineStream extends FilterInputStream {

        private final Deadline deadline;

        DeadlineStream(InputStream in, Deadline deadline) {
            super(in);
            this.deadline = deadline;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            deadline.check();
            return super.read(buffer, offset, length);
        }
    }
}
