package dev.evenkeel.bench.memory.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What callers store and load: each caller has a namespace of its own with a thousand entries of about 200 bytes. */
public final class Workload {

    static final int KEYS = 1000;

    private static final int VALUE_LETTERS = 160;

    private final String[] keys = new String[KEYS];
    private final String[] values = new String[KEYS];

    public Workload() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = String.format("conversation/%04d/summary", i);
            StringBuilder letters = new StringBuilder(VALUE_LETTERS);
            for (int letter = 0; letter < VALUE_LETTERS; letter++) {
                letters.append((char) ('a' + random.nextInt(26)));
            }
            values[i] = "{\"text\":\"" + letters + "\",\"turn\":" + i + "}";
        }
    }

    String key(int number) {
        return keys[number];
    }

    String value(int number) {
        return values[number];
    }

    /** Keys in a row from the given one, around the end. */
    String[] keys(int first, int count) {
        return slice(keys, first, count);
    }

    String[] values(int first, int count) {
        return slice(values, first, count);
    }

    private static String[] slice(String[] all, int first, int count) {
        String[] some = new String[count];
        Arrays.setAll(some, i -> all[(first + i) % KEYS]);
        return some;
    }

    /** Fills the namespaces of the given number of callers. */
    public void fill(Connection connection, int callers) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists bench_entry");
            statement.execute(EntryStatement.CREATE_TABLE);
        }
        try (PreparedStatement insert = connection.prepareStatement(EntryStatement.STORE_MANY_1000.jdbcSql())) {
            for (int caller = 0; caller < callers; caller++) {
                insert.setLong(1, caller);
                insert.setArray(2, connection.createArrayOf("text", keys));
                insert.setArray(3, connection.createArrayOf("text", values));
                insert.execute();
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze bench_entry");
            statement.execute("checkpoint");
        }
    }
}
