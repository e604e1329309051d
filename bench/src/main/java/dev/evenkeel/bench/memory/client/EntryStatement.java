package dev.evenkeel.bench.memory.client;

/**
 * The statements that both sides execute, on a table of the harness: entries of a namespace by key, as the service has them. Parameters
 * are written {@code $n} here; for JDBC each becomes a question mark, so every statement uses them once and in order.
 */
public enum EntryStatement {
    STORE_ONE(1, """
            insert into bench_entry as e (namespace_no, key, value) values ($1, $2, $3)
            on conflict (namespace_no, key) do update
            set value = excluded.value, version = e.version + 1, updated_at = statement_timestamp()
            returning version"""),
    LOAD_ONE(1, """
            select value, version from bench_entry
            where namespace_no = $1 and key = $2 and (expires_at is null or expires_at > statement_timestamp())"""),
    STORE_MANY_100(100, Constants.STORE_MANY),
    LOAD_MANY_100(100, Constants.LOAD_MANY),
    STORE_MANY_1000(1000, Constants.STORE_MANY),
    LOAD_MANY_1000(1000, Constants.LOAD_MANY);

    /** Texts that several operations share. */
    private static final class Constants {
        static final String STORE_MANY = """
                insert into bench_entry as e (namespace_no, key, value)
                select $1, g.key, g.value from unnest($2::text[], $3::text[]) as g(key, value) order by g.key
                on conflict (namespace_no, key) do update
                set value = excluded.value, version = e.version + 1, updated_at = statement_timestamp()
                returning key, version""";
        static final String LOAD_MANY = """
                select key, value, version from bench_entry
                where namespace_no = $1 and key = any($2) and (expires_at is null or expires_at > statement_timestamp())""";
    }

    static final String CREATE_TABLE = """
            create table bench_entry (
                namespace_no bigint not null,
                key          text collate "C" not null,
                value        text not null,
                version      bigint not null default 1,
                created_at   timestamptz not null default statement_timestamp(),
                updated_at   timestamptz not null default statement_timestamp(),
                expires_at   timestamptz,
                primary key (namespace_no, key)
            ) with (fillfactor = 80, autovacuum_enabled = off)""";

    private final int entries;
    private final String sql;

    EntryStatement(int entries, String sql) {
        this.entries = entries;
        this.sql = sql;
    }

    /** Entries that one execution stores or loads. */
    int entries() {
        return entries;
    }

    boolean stores() {
        return name().startsWith("STORE");
    }

    boolean isBatch() {
        return entries > 1;
    }

    String sql() {
        return sql;
    }

    /** The same statement with question marks. */
    String jdbcSql() {
        return sql.replaceAll("\\$\\d", "?");
    }

    /** As a person reads it in the table. */
    String title() {
        String what = stores() ? "store" : "load";
        return isBatch() ? "batch " + what + " of " + String.format("%,d", entries) : what + " one";
    }
}
