package dev.evenkeel.identity.audit;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.database.UuidV7;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** The audit trail: written in the transaction of what it tells of, never changed. */
@Singleton
public class AuditTrail {
    private static final int MAX_NAME = 200;

    /** Adds an event. */
    public Uni<Void> write(SqlConnection tx, AuditEvent event) {
        Origin origin = event.origin();
        String subject = event.subject();
        return tx.preparedQuery("""
                        insert into audit_event (id, action, actor_id, actor, subject_id, subject, address, request_id, detail)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""")
                .execute(Tuple.from(new Object[] {
                    UuidV7.next(),
                    event.action().label(),
                    event.actorId(),
                    cut(event.actor()),
                    event.subjectId(),
                    subject == null ? null : cut(subject),
                    origin.address(),
                    origin.requestId(),
                    event.detail()
                }))
                .replaceWithVoid();
    }

    /** Events newest first, one more than asked for when there is another page. */
    public Uni<List<AuditView>> list(SqlConnection connection, SqlConditions conditions, int limit) {
        String statement = """
                select id, at, action, actor_id, actor, subject_id, subject, address, request_id, detail
                from audit_event%s order by id desc limit %s""".formatted(conditions.where(), conditions.parameter(limit + 1));
        return connection.preparedQuery(statement).execute(conditions.tuple()).map(rows -> {
            List<AuditView> views = new ArrayList<>();
            rows.forEach(row -> views.add(AuditView.of(row)));
            return views;
        });
    }

    private static String cut(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }
}
