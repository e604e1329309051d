package dev.evenkeel.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.embedded.PostgresServer;
import dev.evenkeel.testing.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema: its scripts keep the rules, and any number of replicas may bring it about at once. */
class MigrationsTest {
    private static final Path SCRIPTS = Path.of("src/main/resources/db/migration");
    private static final int REPLICAS = 3;

    private static final String FOREIGN_KEYS_WITHOUT_INDEX = """
            select c.conrelid::regclass || '.' || c.conname
              from pg_constraint c
             where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.conparentid = 0
               and not exists (
                     select from pg_index i
                      where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null
                        and (select array_agg(k order by k)
                               from unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
                          = (select array_agg(k order by k) from unnest(c.conkey) k))
             order by 1""";
    private static final String TABLES_WITHOUT_PRIMARY_KEY = """
            select t.oid::regclass::text from pg_class t
             where t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace
               and not exists (select from pg_constraint p where p.conrelid = t.oid and p.contype = 'p')
             order by 1""";
    private static final String TIMES_WITHOUT_ZONE = """
            select table_name || '.' || column_name from information_schema.columns
             where table_schema = 'public' and table_name <> 'flyway_schema_history'
               and data_type in ('timestamp without time zone', 'time without time zone', 'time with time zone')
             order by 1""";
    private static final String REPEATED_INDEXES = """
            select a.indexrelid::regclass || ' = ' || b.indexrelid::regclass
              from pg_index a join pg_index b on a.indrelid = b.indrelid and a.indexrelid < b.indexrelid
             where a.indkey::text = b.indkey::text and a.indclass::text = b.indclass::text
               and a.indoption::text = b.indoption::text
               and coalesce(pg_get_expr(a.indpred, a.indrelid), '') = coalesce(pg_get_expr(b.indpred, b.indrelid), '')
               and coalesce(pg_get_expr(a.indexprs, a.indrelid), '')
                 = coalesce(pg_get_expr(b.indexprs, b.indrelid), '')
               and a.indrelid::regclass::text not like 'pg_%'
             order by 1""";

    @TempDir
    private static Path directory = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private static PostgresServer server;

    /** Something that no script may contain, and a script that does. */
    private record Forbidden(String what, String pattern, String example) {
        boolean in(String script) {
            return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE)
                    .matcher(script.replaceAll("--[^\n]*", "").replaceAll("(?s)/\\*.*?\\*/", ""))
                    .find();
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Forbidden> forbidden() {
        return Stream.of(
                new Forbidden("times without a zone", "\\btimestamp\\b(?!\\s+with\\s+time)", "a timestamp not null"),
                new Forbidden("times of day", "\\s(time|timetz)\\s*(not|,|\\)|default)", "a time not null"),
                new Forbidden("serial columns", "\\b(big|small)?serial\\b", "id bigserial primary key"),
                new Forbidden("JSON as text", "\\bjson\\b", "payload json not null"),
                new Forbidden(
                        "padded or limited text types", "\\b(var)?char(acter)?\\s*(varying)?\\s*\\(", "a varchar(9)"),
                new Forbidden("money", "\\bmoney\\b", "price money"),
                new Forbidden(
                        "indexes without a name", "create\\s+(unique\\s+)?index\\s+on\\b", "create index on a (b)"),
                new Forbidden("half-done work passed over", "if\\s+not\\s+exists", "create table if not exists a ()"),
                new Forbidden("settings that stay", "^\\s*set\\s+(?!local)\\w", "set lock_timeout = 0"),
                new Forbidden(
                        "transactions of its own", "\\b(begin|commit|rollback)\\s*;", "begin; select 1; commit;"));
    }

    @BeforeAll
    static void start() {
        server = PostgresServer.start(ServerSettings.empty(directory));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forbidden")
    void noScriptContains(Forbidden forbidden) throws IOException {
        for (Path script : scripts()) {
            assertThat(forbidden.in(Files.readString(script)))
                    .as("%s has %s", script, forbidden.what)
                    .isFalse();
        }
        assertThat(forbidden.in(forbidden.example)).as("the rule can fail").isTrue();
    }

    @Test
    void scriptsAreNumberedAndNamed() throws IOException {
        List<String> names =
                scripts().stream().map(path -> path.getFileName().toString()).toList();
        assertThat(names).isNotEmpty().allMatch(name -> name.matches("V\\d+__[a-z0-9_]+\\.sql"));
        assertThat(names.stream().map(name -> name.split("__", 2)[0])).doesNotHaveDuplicates();
    }

    @Test
    void anIndexThatIsBuiltConcurrentlyIsBuiltOutsideOfATransaction() throws IOException {
        for (Path script : scripts()) {
            if (Files.readString(script).toLowerCase(java.util.Locale.ROOT).contains("concurrently")) {
                assertThat(script.resolveSibling(script.getFileName() + ".conf"))
                        .content()
                        .contains("executeInTransaction=false");
            }
        }
    }

    @Test
    void replicasThatStartTogetherMigrateOnce() throws Exception {
        // Given an empty database
        String database = createDatabase("together");
        // When three replicas migrate it at the same moment
        ExecutorService replicas = Executors.newFixedThreadPool(REPLICAS);
        List<CompletableFuture<Integer>> migrating = IntStream.range(0, REPLICAS)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> flyway(database).migrate().migrationsExecuted, replicas))
                .toList();
        List<Integer> executed = new ArrayList<>();
        for (CompletableFuture<Integer> replica : migrating) {
            executed.add(replica.get(60, TimeUnit.SECONDS));
        }
        replicas.shutdown();
        // Then none fails, and every script ran once
        assertThat(executed.stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(scripts().size());
        assertThat(query(database, "select count(*) from flyway_schema_history where success"))
                .containsExactly(String.valueOf(scripts().size()));
        // And another start finds nothing to do
        assertThat(flyway(database).migrate().migrationsExecuted).isZero();
        flyway(database).validate();
    }

    @Test
    void theSchemaKeepsTheRules() throws Exception {
        String database = createDatabase("rules");
        flyway(database).migrate();
        assertThat(query(database, FOREIGN_KEYS_WITHOUT_INDEX)).isEmpty();
        assertThat(query(database, TABLES_WITHOUT_PRIMARY_KEY)).isEmpty();
        assertThat(query(database, TIMES_WITHOUT_ZONE)).isEmpty();
        assertThat(query(database, REPEATED_INDEXES)).isEmpty();
    }

    @Test
    void theRulesOfTheSchemaCanFail() throws Exception {
        String database = createDatabase("broken");
        execute(database, """
                create table a (id int primary key, x int, y timestamp);
                create table b (a_id int references a, c int);
                create index b_partly on b (a_id) where c > 0;
                create index a_x on a (x);
                create index a_x_again on a (x);""");
        assertThat(query(database, FOREIGN_KEYS_WITHOUT_INDEX)).containsExactly("b.b_a_id_fkey");
        assertThat(query(database, TABLES_WITHOUT_PRIMARY_KEY)).containsExactly("b");
        assertThat(query(database, TIMES_WITHOUT_ZONE)).containsExactly("a.y");
        assertThat(query(database, REPEATED_INDEXES)).hasSize(1);
    }

    @Test
    void theSchemaCannotBeWipedByMistake() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/application.properties")))
                .contains("quarkus.flyway.clean-disabled=true");
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(path -> path.toString().endsWith(".sql"))
                    .sorted()
                    .toList();
        }
    }

    private static Flyway flyway(String database) {
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(url(database), PostgresServer.USER, server.password())
                .locations("filesystem:" + SCRIPTS);
        new MigrationLocking().customize(configuration);
        return configuration.load();
    }

    private static String createDatabase(String name) throws SQLException {
        execute(PostgresServer.DATABASE, "create database " + name);
        return name;
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> query(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), PostgresServer.USER, server.password());
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database;
    }
}
