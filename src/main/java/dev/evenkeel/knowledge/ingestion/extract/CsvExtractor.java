package dev.evenkeel.knowledge.ingestion.extract;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads tables in text files, each row as a line (see {@link RowText}), with whatever separates their columns. */
final class CsvExtractor implements Extractor {

    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final int LINES_LOOKED_AT = 20;

    @Override
    public boolean accepts(DocumentType type) {
        return type == DocumentType.CSV;
    }

    @Override
    public ExtractedText extract(DocumentSource source, DocumentType type, ExtractionLimits limits) {
        Deadline deadline = new Deadline(limits.maxTime());
        DecodedText decoded = source.text(limits);
        try {
            return read(decoded, limits, deadline);
        } catch (CsvParseException e) {
            return PlainTextExtractor.extract(
                    decoded, "The rows of the table cannot be told apart; it was read as text.");
        } catch (ExtractionException e) {
            if (e.code() != ExtractionCode.TOO_LARGE) {
                throw e;
            }
            return PlainTextExtractor.extract(
                    decoded,
                    "With the names of the columns in every row the table goes beyond a limit; it was read as text.");
        }
    }

    private static ExtractedText read(DecodedText decoded, ExtractionLimits limits, Deadline deadline) {
        char separator = separator(decoded.text());
        TextAssembly text = new TextAssembly(limits, deadline);
        RowText rows = new RowText(text);
        CsvReader<CsvRecord> reader = CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowExtraCharsAfterClosingQuote(true)
                .ofCsvRecord(new StringReader(decoded.text()));
        for (CsvRecord row : reader) {
            deadline.check();
            rows.add(row.getFields());
        }
        rows.finish();
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("charset", decoded.charset());
        metadata.put("separator", String.valueOf(separator));
        metadata.put("rows", rows.count());
        Properties.put(metadata, "columns", rows.names());
        return text.finish("table_text", 0, metadata, decoded.warnings());
    }

    /** The separator that divides the first lines into most columns, equally many in most of them. */
    private static char separator(String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank())
                .limit(LINES_LOOKED_AT)
                .toList();
        char best = SEPARATORS[0];
        long bestScore = 0;
        for (char candidate : SEPARATORS) {
            Map<Integer, Integer> linesByCount = new HashMap<>();
            for (String line : lines) {
                int count = countOutsideQuotes(line, candidate);
                if (count > 0) {
                    linesByCount.merge(count, 1, Integer::sum);
                }
            }
            for (Map.Entry<Integer, Integer> entry : linesByCount.entrySet()) {
                long score = entry.getValue() * 1000L + Math.min(999, entry.getKey());
                if (score > bestScore) {
                    bestScore = score;
                    best = candidate;
                }
            }
        }
        return best;
    }

    private static int countOutsideQuotes(String line, char wanted) {
        boolean quoted = false;
        int count = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            quoted ^= c == '"';
            count += !quoted && c == wanted ? 1 : 0;
        }
        return count;
    }
}
