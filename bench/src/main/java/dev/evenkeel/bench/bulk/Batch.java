package dev.evenkeel.bench.bulk;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Rows that are written together.
 *
 * @param rows values in column order
 * @param copyLines the same rows in COPY's text format, encoded before anything is timed
 */
record Batch(List<Object[]> rows, byte[] copyLines) {

    static Batch of(List<Object[]> rows) {
        StringBuilder lines = new StringBuilder();
        for (Object[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                lines.append(i == 0 ? "" : "\t").append(text(row[i]));
            }
            lines.append('\n');
        }
        return new Batch(List.copyOf(rows), lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Object value) {
        if (value instanceof Buffer bytes) {
            return "\\\\x" + HexFormat.of().formatHex(bytes.getBytes());
        }
        return value.toString()
                .replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }
}
