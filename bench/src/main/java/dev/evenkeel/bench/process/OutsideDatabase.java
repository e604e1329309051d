package dev.evenkeel.bench.process;

import dev.evenkeel.bench.cli.Options;
import java.net.URI;
import java.util.Map;

/** A database that somebody else runs, for what the embedded server does not have, such as an extension. */
final class OutsideDatabase {

    private OutsideDatabase() {}

    static Options declare(Options options) {
        return options.with(
                "database",
                "",
                "an empty database instead of the embedded one: postgresql://USER:PASSWORD@HOST:PORT/NAME");
    }

    /** The settings by which a service uses the database named; none when none is. */
    static Map<String, String> settings(Options options) {
        if (!options.isSet("database")) {
            return Map.of();
        }
        URI uri = URI.create(options.text("database"));
        String[] user = String.valueOf(uri.getUserInfo()).split(":", 2);
        if (user.length < 2 || uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("not postgresql://USER:PASSWORD@HOST:PORT/NAME: --database");
        }
        String address = "postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath();
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:" + address,
                "QUARKUS_DATASOURCE_REACTIVE_URL",
                address,
                "QUARKUS_DATASOURCE_USERNAME",
                user[0],
                "QUARKUS_DATASOURCE_PASSWORD",
                user[1]);
    }
}
