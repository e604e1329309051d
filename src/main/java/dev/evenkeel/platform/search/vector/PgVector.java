package dev.evenkeel.platform.search.vector;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.vector.VectorIndexConfig.Kind;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether this replica searches vectors with the extension pgvector; decided once, at the start. The extension is used where an
 * operator has created it, never created here.
 */
@ApplicationScoped
public class PgVector {
    private static final Logger LOG = Logger.getLogger(PgVector.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final String KEY = "evenkeel.search.vector.index.kind";

    private static final String INSTALLED = """
            select (select extversion from pg_extension where extname = 'vector') as version,
                   to_regtype('halfvec') is not null as visible""";

    /** The first version whose scans of an index go on until enough is found. */
    private static final int MAJOR = 0;

    private static final int MINOR = 8;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private final Database database;
    private final VectorIndexConfig config;
    private volatile Choice choice = new Choice(false, null, "not decided yet");

    PgVector(Database database, VectorIndexConfig config) {
        this.database = database;
        this.config = config;
    }

    /**
     * What is used.
     *
     * @param used whether vectors are searched with pgvector
     * @param version the extension's in this database, or null when there is none
     * @param reason for a person
     */
    record Choice(boolean used, @Nullable String version, String reason) {}

    /** Runs on the main thread, when the schema is there and before jobs start. */
    void choose(@Observes @Priority(2) StartupEvent event) {
        Row installed = database.readSql(
                        connection -> connection.preparedQuery(INSTALLED).execute())
                .await()
                .atMost(START_TIMEOUT)
                .iterator()
                .next();
        choice = choose(config.kind(), installed.getString("version"), installed.getBoolean("visible"));
        LOG.infof(
                "Vectors are searched %s: %s",
                choice.used() ? "with pgvector " + choice.version() : "by sign bits in memory", choice.reason());
    }

    /**
     * Decides.
     *
     * @param version of the extension in this database, or null
     * @param visible whether its types are found without naming their schema
     * @throws IllegalStateException when it is required and cannot be used; the message names the key
     */
    static Choice choose(Kind kind, @Nullable String version, boolean visible) {
        if (kind == Kind.RESIDENT) {
            return new Choice(false, version, KEY + "=resident");
        }
        String obstacle = obstacle(version, visible);
        if (obstacle == null) {
            return new Choice(true, version, KEY + "=" + (kind == Kind.AUTO ? "auto" : "pgvector"));
        }
        if (kind == Kind.PGVECTOR) {
            throw new IllegalStateException(KEY + "=pgvector cannot be used: " + obstacle);
        }
        return new Choice(false, version, obstacle);
    }

    private static @Nullable String obstacle(@Nullable String version, boolean visible) {
        if (version == null) {
            return "the database has no extension vector (as a superuser: create extension vector)";
        }
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches() || isOlder(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))) {
            return "the extension vector is of version " + version
                    + ", and 0.8 is needed (alter extension vector update)";
        }
        return visible ? null : "the schema of the extension vector is not in the search_path";
    }

    private static boolean isOlder(int major, int minor) {
        return major < MAJOR || major == MAJOR && minor < MINOR;
    }

    boolean used() {
        return choice.used();
    }

    Choice choice() {
        return choice;
    }
}
