package dev.evenkeel.identity.usage;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reading the counts of requests. */
@ApplicationScoped
public class UsageService {
    private static final String MONTHS = """
            select to_char(m.month, 'YYYY-MM') as month,
                   coalesce(sum(c.requests) filter (where c.source = 'api'), 0)::bigint as api,
                   coalesce(sum(c.requests) filter (where c.source = 'mcp'), 0)::bigint as mcp
            from app_user u
            cross join (select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => n))::date as month
                        from generate_series(0, $2 - 1) n) m
            left join usage_count c on c.user_id = u.id and c.month = m.month
            where u.id = $1 group by m.month order by m.month desc
            """;

    private final Database database;

    UsageService(Database database) {
        this.database = database;
    }

    /** The counts of the last months; without the last few seconds of each replica. */
    Uni<UsageView> usage(UUID userId, int months, Caller caller) {
        caller.requireAdministrator();
        return database.readSql(connection -> connection.preparedQuery(MONTHS).execute(Tuple.of(userId, months)))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.notFound("user");
                    }
                    List<UsageView.Month> views = new ArrayList<>();
                    rows.forEach(row -> views.add(month(row)));
                    return new UsageView(userId, views);
                });
    }

    private static UsageView.Month month(Row row) {
        long api = row.getLong("api");
        long mcp = row.getLong("mcp");
        return new UsageView.Month(row.getString("month"), api, mcp, api + mcp);
    }
}
