package dev.evenkeel.platform.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrations under a session lock, with waiting replicas that never give up: a replica that started second must not crash
 * because the first needs more than 50 seconds, and {@code CREATE INDEX CONCURRENTLY} must not wait for its own lock.
 */
@Singleton
public class MigrationLocking implements FlywayConfigurationCustomizer {
    private static final int UNLIMITED = -1;

    @Override
    public void customize(FluentConfiguration configuration) {
        configuration.lockRetryCount(UNLIMITED);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
    }
}
