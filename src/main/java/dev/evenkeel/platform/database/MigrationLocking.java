package dev.evenkeel.platform.database;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Migrations under one session lock and in one transaction: one replica migrates, all or nothing, while the others wait. They
 * never give up, because a replica that started second must not crash when the first needs more than 50 seconds.
 */
@Singleton
public class MigrationLocking implements FlywayConfigurationCustomizer {
    private static final int UNLIMITED = -1;

    @Override
    public void customize(FluentConfiguration configuration) {
        configuration.lockRetryCount(UNLIMITED);
        // Otherwise the lock is passed on after each migration.
        configuration.group(true);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
    }
}
