package dev.evenkeel.knowledge.ingestion.extract;

import java.io.FilterReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/** Decodes and parses pages of HTML and XHTML. */
final class HtmlPages {

    /** A parsed page takes some 200 bytes an element besides its text. */
    private static final int MAX_TAGS = 400_000;

    private static final int MAX_CHARS = 16 << 20;

    /** Where a page says its encoding (HTML, 13.2.3.2; browsers look at 1024 bytes, some pages say it later). */
    private static final int DECLARATION_WITHIN_BYTES = 4096;

    private static final Pattern DECLARATION = Pattern.compile(
            "<meta[^>]{0,200}?charset\\s*=\\s*[\"']?\\s*([\\w.:-]{1,40})|^\\s*<\\?xml[^>]{0,200}?encoding\\s*=\\s*[\"']([\\w.:-]{1,40})",
            Pattern.CASE_INSENSITIVE);

    private HtmlPages() {}

    /** Whether the parsed page fits into memory. */
    static boolean isParsable(String source) {
        if (source.length() > MAX_CHARS) {
            return false;
        }
        int tags = 0;
        for (int i = source.indexOf('<'); i >= 0 && tags <= MAX_TAGS; i = source.indexOf('<', i + 1)) {
            tags++;
        }
        return tags <= MAX_TAGS;
    }

    static Document parse(String source, Deadline deadline) {
        return Parser.htmlParser().parseInput(new DeadlineReader(source, deadline), "");
    }

    /** Decodes by a byte order mark, else as the page itself says, else as any text. */
    static DecodedText decode(byte[] bytes) {
        boolean marked = bytes.length > 1
                && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                        || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                        || (bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB));
        Optional<Charset> declared = marked ? Optional.empty() : declared(bytes);
        if (declared.isEmpty() || declared.get().equals(StandardCharsets.UTF_8)) {
            return TextDecoder.decode(bytes);
        }
        Charset charset = declared.get();
        return DecodedText.of(new String(bytes, charset), charset.name(), List.of());
    }

    private static Optional<Charset> declared(byte[] bytes) {
        int length = Math.min(bytes.length, DECLARATION_WITHIN_BYTES);
        Matcher matcher = DECLARATION.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            return Optional.empty();
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        try {
            Charset charset = Charset.forName(name);
            // What could be read as ASCII so far cannot be UTF-16 (HTML, 13.2.3.3).
            return charset.name().startsWith("UTF-16") ? Optional.empty() : Optional.of(charset);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Optional.empty();
        }
    }

    /** A source whose reading ends with a deadline. */
    private static final class DeadlineReader extends FilterReader {

        private final Deadline deadline;

        DeadlineReader(String source, Deadline deadline) {
            super(new StringReader(source));
            this.deadline = deadline;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            deadline.check();
            return super.read(buffer, offset, length);
        }
    }
}
