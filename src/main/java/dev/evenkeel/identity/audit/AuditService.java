package dev.evenkeel.identity.audit;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reading the audit trail. */
@ApplicationScoped
public class AuditService {
    private final Database database;
    private final AuditTrail trail;

    AuditService(Database database, AuditTrail trail) {
        this.database = database;
        this.trail = trail;
    }

    Uni<Page<AuditView>> list(Caller caller, AuditFilter filter, int limit, @Nullable String cursor) {
        caller.requireAdministrator();
        SqlConditions conditions = filter.conditions();
        UUID before = Pages.before(cursor);
        if (before != null) {
            conditions.and("id < $", before);
        }
        return database.readSql(connection -> trail.list(connection, conditions, limit))
                .map(found -> Pages.of(found, limit, AuditView::id));
    }
}
