package dev.evenkeel.memory;

import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Removes what deleted namespaces have left, some thousands of rows at a time, and their place in the search index. */
@ApplicationScoped
class NamespacePurge implements RecurringJob {
    private static final int ROWS = 10_000;

    private static final List<String> EMPTY = List.of("""
            delete from memory_entry e using (
                select namespace_no, key from memory_entry where namespace_no = any(array(
                    select namespace_no from memory_namespace where deleted_at is not null))
                limit $1 for update skip locked) d
            where e.namespace_no = d.namespace_no and e.key = d.key""", """
            delete from memory_change c using (
                select namespace_no, change_no from memory_change where namespace_no = any(array(
                    select namespace_no from memory_namespace where deleted_at is not null))
                limit $1) d
            where c.namespace_no = d.namespace_no and c.change_no = d.change_no""");

    /** An hour after the deletion no write can still be on its way. */
    private static final String FORGET = """
            with gone as (
                delete from memory_namespace n where deleted_at < now() - interval '1 hour' and corpus_no is null
                  and not exists (select from memory_entry e where e.namespace_no = n.namespace_no)
                  and not exists (select from memory_change c where c.namespace_no = n.namespace_no)
                  and not exists (select from memory_collection c where c.namespace_no = n.namespace_no)
                returning namespace_no),
            counters as (
                delete from memory_counter using gone where memory_counter.namespace_no = gone.namespace_no)
            delete from memory_usage using gone where memory_usage.namespace_no = gone.namespace_no""";

    private final MemoryConfig config;
    private final SearchPurge search;

    NamespacePurge(MemoryConfig config, SearchPurge search) {
        this.config = config;
        this.search = search;
    }

    @Override
    public String name() {
        return "memory-namespace-purge";
    }

    @Override
    public Duration every() {
        return config.sweepInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        Uni<Void> emptied = Uni.createFrom().voidItem();
        for (String statement : EMPTY) {
            emptied = emptied.chain(
                    () -> tx.preparedQuery(statement).execute(Tuple.of(ROWS)).replaceWithVoid());
        }
        return emptied.chain(() -> tx.query(FORGET).execute()).chain(() -> search.purge(tx));
    }
}
