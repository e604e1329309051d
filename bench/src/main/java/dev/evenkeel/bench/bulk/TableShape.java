package dev.evenkeel.bench.bulk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table that is {@code LIKE} a real one: columns, defaults, checks, indexes; no foreign keys and no triggers. */
public record TableShape(String name, List<Column> columns) {

    private static final String COLUMNS = """
            select a.attname, t.typname
              from pg_attribute a join pg_type t on t.oid = a.atttypid
             where a.attrelid = ?::regclass and a.attnum > 0 and not a.attisdropped
               and a.attgenerated = '' and a.attidentity = ''
             order by a.attnum
            """;

    /** Makes an empty copy of the real table and reads its columns. */
    static TableShape like(Connection connection, String real) throws SQLException {
        String copy = "bench_" + real;
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists " + copy);
            statement.execute("create table " + copy + " (like " + real + " including all)");
        }
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, copy);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return new TableShape(copy, List.copyOf(columns));
    }

    String columnList() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    String copyStatement() {
        return "copy " + name + " (" + columnList() + ") from stdin";
    }

    String unnestStatement() {
        String parameters = IntStream.range(0, columns.size())
                .mapToObj(i -> "$" + (i + 1) + "::" + columns.get(i).arrayType())
                .collect(Collectors.joining(", "));
        String expressions = columns.stream().map(Column::expression).collect(Collectors.joining(", "));
        return "insert into " + name + " (" + columnList() + ") select " + expressions + " from unnest(" + parameters
                + ") as u(" + columnList() + ")";
    }
}
