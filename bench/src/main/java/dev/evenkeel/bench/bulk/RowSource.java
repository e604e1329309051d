package dev.evenkeel.bench.bulk;

import dev.evenkeel.bench.text.ZipfText;
import io.vertx.core.buffer.Buffer;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Generated rows for a table: the columns that shape its cost (text, terms, keys) by their meaning, every other column by
 * its type.
 */
final class RowSource {

    private static final int VOCABULARY = 50_000;
    private static final int CHUNK_CHARACTERS = 1450;
    private static final int BYTEA_BYTES = 48;
    private static final OffsetDateTime TIME = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private final TableShape table;
    private final ZipfText text = new ZipfText(VOCABULARY, 11);
    private final Random random = new Random(13);

    RowSource(TableShape table) {
        this.table = table;
    }

    /** Batches of chunk rows, about 1.5 kB of text each. */
    List<Batch> chunks(int rows, int batchRows) {
        List<Batch> batches = new ArrayList<>();
        List<Object[]> batch = new ArrayList<>(batchRows);
        for (int number = 1; number <= rows; number++) {
            String content = text.paragraph(CHUNK_CHARACTERS);
            batch.add(row(number, Map.of("content", content, "text", content)));
            if (batch.size() == batchRows || number == rows) {
                batches.add(Batch.of(batch));
                batch.clear();
            }
        }
        return batches;
    }

    /** Batches of posting rows, each a segment: a row for every distinct word of a generated chunk, sorted by term. */
    List<Batch> postings(int rows, int batchRows) {
        List<Batch> batches = new ArrayList<>();
        List<Object[]> batch = new ArrayList<>(batchRows);
        int written = 0;
        for (long chunk = 1; written < rows; chunk++) {
            long segment = batches.size() + 1L;
            for (String term : distinctWords()) {
                batch.add(row(chunk, Map.of("segment_no", segment, "term", term)));
            }
            if (batch.size() >= batchRows || written + batch.size() >= rows) {
                written += batch.size();
                sort(batch);
                batches.add(Batch.of(batch));
                batch.clear();
            }
        }
        return batches;
    }

    private Set<String> distinctWords() {
        String paragraph = text.paragraph(CHUNK_CHARACTERS).toLowerCase(Locale.ROOT);
        return new HashSet<>(Arrays.asList(paragraph.split("[^a-z]+")));
    }

    private void sort(List<Object[]> batch) {
        int term = columnIndex("term");
        batch.sort((a, b) -> a[term].toString().compareTo(b[term].toString()));
    }

    private int columnIndex(String name) {
        for (int i = 0; i < table.columns().size(); i++) {
            if (table.columns().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException(table.name() + " has no column " + name);
    }

    private Object[] row(long number, Map<String, Object> known) {
        Object[] row = new Object[table.columns().size()];
        for (int i = 0; i < row.length; i++) {
            Column column = table.columns().get(i);
            Object value = known.get(column.name());
            row[i] = value == null ? byType(column, number) : value;
        }
        return row;
    }

    private Object byType(Column column, long number) {
        return switch (column.type()) {
            case "int8" -> number;
            case "int4" -> (int) number;
            case "int2" -> (short) 1;
            case "float4" -> 1.0f;
            case "float8" -> 1.0;
            case "bool" -> true;
            case "uuid" -> new UUID(random.nextLong(), random.nextLong());
            case "timestamptz" -> TIME;
            case "jsonb", "json" -> "{}";
            case "bytea" -> Buffer.buffer(bytes());
            default -> column.type().startsWith("_") ? "{}" : "value";
        };
    }

    private byte[] bytes() {
        byte[] bytes = new byte[BYTEA_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }
}
