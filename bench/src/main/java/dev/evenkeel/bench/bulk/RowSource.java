package dev.evenkeel.bench.bulk;

import dev.evenkeel.bench.text.ZipfText;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Generated rows for a table: the columns that shape its cost (text, terms, keys) by their meaning, every other column by
 * its type.
 */
final class RowSource {

    private static final int VOCABULARY = 50_000;
    private static final int CHUNK_CHARACTERS = 1450;
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

    /** Batches of posting rows: the distinct words of generated chunks, sorted as the index writer sorts them. */
    List<Batch> postings(int rows, int batchRows) {
        List<Batch> batches = new ArrayList<>();
        List<Object[]> batch = new ArrayList<>(batchRows);
        int written = 0;
        for (long chunk = 1; written < rows; chunk++) {
            String[] words = text.paragraph(CHUNK_CHARACTERS)
                    .toLowerCase(java.util.Locale.ROOT)
                    .split("[^a-z]+");
            Map<String, Long> frequencies =
                    Arrays.stream(words).collect(Collectors.groupingBy(w -> w, Collectors.counting()));
            for (Map.Entry<String, Long> term : frequencies.entrySet()) {
                batch.add(row(
                        chunk,
                        Map.of("term", term.getKey(), "tf", term.getValue().shortValue(), "dl", (short) words.length)));
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
            row[i] = value == null ? byType(column, number) : fit(column, value);
        }
        return row;
    }

    private static Object fit(Column column, Object value) {
        if (value instanceof Number number) {
            return switch (column.type()) {
                case "int8" -> number.longValue();
                case "int4" -> number.intValue();
                default -> number.shortValue();
            };
        }
        return value;
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
            case "bytea" ->
                "\\x"
                        + String.format("%016x%016x", random.nextLong(), random.nextLong())
                                .repeat(2);
            default -> column.type().startsWith("_") ? "{}" : "value";
        };
    }
}
