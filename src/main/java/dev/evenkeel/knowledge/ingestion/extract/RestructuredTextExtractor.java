package dev.evenkeel.knowledge.ingestion.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads reStructuredText: sections by their adornment, literal and code blocks kept whole, everything else as paragraphs. */
final class RestructuredTextExtractor implements Extractor {

    private static final String ADORNMENTS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private static final Pattern CODE =
            Pattern.compile("\\s*\\.\\. (?:code-block|code|sourcecode|highlight)::\\s*(\\S{0,32}).*");

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.RESTRUCTURED_TEXT;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        DecodedText decoded = source.text(limits);
        Walk walk = new Walk(decoded.text(), new Deadline(limits.maxTime()));
        walk.run();
        Map<String, Object> metadata = new HashMap<>(Map.of("charset", decoded.charset()));
        Properties.put(metadata, "title", walk.headings.first());
        return new ExtractedText(
                decoded.text(),
                walk.blocks.blocks(),
                "restructuredtext",
                0,
                decoded.removedNulCount(),
                metadata,
                decoded.warnings());
    }

    /** Goes over the lines once. */
    private static final class Walk {

        private final String text;
        private final Deadline deadline;
        private final BlockCollector blocks = new BlockCollector();
        private final HeadingStack headings = new HeadingStack();

        /** Adornments in the order in which they first came, which is that of their levels. */
        private final List<String> styles = new ArrayList<>();

        /** Start of the lines that belong to no block yet. */
        private int pending;

        Walk(String text, Deadline deadline) {
            this.text = text;
            this.deadline = deadline;
        }

        void run() {
            int line = 0;
            while (line < text.length()) {
                deadline.check();
                int next = heading(line);
                if (next < 0) {
                    next = code(line);
                }
                line = next < 0 ? nextLine(line) : next;
            }
            flush(text.length());
        }

        private void flush(int end) {
            Paragraphs.addTo(blocks, text, pending, end, headings.path(), null);
        }

        /** The line after a heading that starts here, or -1. */
        private int heading(int line) {
            String first = line(line);
            boolean over = isAdornment(first);
            int titleLine = over ? nextLine(line) : line;
            int underLine = nextLine(titleLine);
            String title = line(titleLine);
            String under = line(underLine);
            boolean fits = !title.isBlank()
                    && isAdornment(under)
                    && under.length() >= Math.min(title.strip().length(), 4)
                    && (over ? under.equals(first) : !Character.isWhitespace(title.charAt(0)) && !isAdornment(title));
            if (!fits) {
                return -1;
            }
            flush(line);
            String style = (over ? "over" : "under") + under.charAt(0);
            if (!styles.contains(style)) {
                styles.add(style);
            }
            int level = Math.min(HeadingStack.MAX_LEVEL, styles.indexOf(style) + 1);
            headings.enter(level, HeadingTitle.truncate(TextAssembly.oneLine(title), 200));
            blocks.add(BlockKind.HEADING, line, underLine + under.length(), headings.path(), null, null);
            pending = nextLine(underLine);
            return pending;
        }

        private static boolean isAdornment(String line) {
            if (line.length() < 2 || ADORNMENTS.indexOf(line.charAt(0)) < 0) {
                return false;
            }
            for (int i = 1; i < line.length(); i++) {
                if (line.charAt(i) != line.charAt(0)) {
                    return false;
                }
            }
            return true;
        }

        /** The line after an indented block of code that this line introduces, or -1. */
        private int code(int line) {
            String introduction = line(line);
            Matcher directive = CODE.matcher(introduction);
            boolean isDirective = directive.matches();
            boolean isLiteral =
                    introduction.endsWith("::") && !introduction.strip().startsWith("..");
            if (!isDirective && !isLiteral) {
                return -1;
            }
            int indentation = indentation(line);
            int body = nextLine(line);
            int end = body;
            for (int i = body; i < text.length(); i = nextLine(i)) {
                deadline.check();
                if (!line(i).isBlank()) {
                    if (indentation(i) <= indentation) {
                        break;
                    }
                    end = nextLine(i);
                }
            }
            if (end == body) {
                return -1;
            }
            int start = isDirective ? line : firstNotBlank(body);
            flush(start);
            int last = end;
            while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
                last--;
            }
            blocks.add(BlockKind.CODE, start, last, headings.path(), null, isDirective ? language(directive) : null);
            pending = end;
            return end;
        }

        private static @Nullable String language(Matcher directive) {
            String name = directive.group(1).toLowerCase(Locale.ROOT);
            return name.isEmpty() ? null : name;
        }

        private int firstNotBlank(int line) {
            int i = line;
            while (line(i).isBlank()) {
                i = nextLine(i);
            }
            return i;
        }

        private int indentation(int line) {
            int i = line;
            while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
                i++;
            }
            return i - line;
        }

        private int nextLine(int line) {
            int newline = line >= text.length() ? -1 : text.indexOf('\n', line);
            return newline < 0 ? text.length() : newline + 1;
        }

        /** The line without white space at its end; a very long one is no heading and introduces no code. */
        private String line(int start) {
            if (start >= text.length()) {
                return "";
            }
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            return end - start > 1000 ? "x" : text.substring(start, end).stripTrailing();
        }
    }
}
