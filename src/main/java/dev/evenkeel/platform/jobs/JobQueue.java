package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The way into the job queue: jobs are queued in the transaction of the change that they follow. */
@ApplicationScoped
public class JobQueue {
    private static final int MAX_PAYLOAD_LENGTH = 64 * 1024;
    private static final int ROUNDS = 5;

    private static final String INSERT = """
            insert into job (id, kind, priority, payload, unique_key, subject_id, max_attempts, owner_id, collection_id)
            select id, kind, priority, payload::jsonb, unique_key, subject_id, max_attempts, owner_id, collection_id
            from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::uuid[],
                    $9::uuid[])
                with ordinality as n(id, kind, priority, payload, unique_key, subject_id, max_attempts, owner_id,
                    collection_id, position)
            order by position
            on conflict (kind, unique_key)
                where unique_key is not null and state in ('queued', 'running') and not cancel_requested do nothing
            returning id
            """;

    private static final String FIND_ACTIVE = """
            select id, kind, unique_key from job
            where (kind, unique_key) in (select * from unnest($1::text[], $2::text[]))
                and unique_key is not null and state in ('queued', 'running') and not cancel_requested
            """;

    private final JobSignals signals;
    private final JobHandlers handlers;
    private final JobCancellation cancellation;

    JobQueue(JobSignals signals, JobHandlers handlers, JobCancellation cancellation) {
        this.signals = signals;
        this.handlers = handlers;
        this.cancellation = cancellation;
    }

    /**
     * Queues a job in the caller's transaction; {@link #announce} after its commit starts it soon.
     *
     * @return the job's id; that of the queued or running job with the same unique key, if there is one that is not
     *     being cancelled
     */
    public Uni<UUID> enqueue(SqlConnection tx, NewJob job) {
        return enqueueAll(tx, List.of(job)).map(ids -> ids.get(0));
    }

    /**
     * Queues jobs in the given order, with a number of statements that does not depend on how many they are.
     *
     * @return their ids in the same order, as {@link #enqueue} would
     * @throws IllegalArgumentException when a payload is above 64 kB
     */
    public Uni<List<UUID>> enqueueAll(SqlConnection tx, List<NewJob> jobs) {
        if (jobs.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Map<UUID, NewJob> open = new LinkedHashMap<>();
        List<UUID> ids = new ArrayList<>();
        for (NewJob job : jobs) {
            UUID id = UuidV7.next();
            ids.add(id);
            open.put(id, job);
        }
        Map<UUID, UUID> existing = new HashMap<>();
        return insert(tx, open, existing, ROUNDS)
                .map(done ->
                        ids.stream().map(id -> existing.getOrDefault(id, id)).toList());
    }

    /** To be called after a commit that queued jobs: wakes the runners here at once and in other replicas soon. */
    public void announce() {
        signals.work();
    }

    /**
     * Cancels what is queued or running for a subject, in the caller's transaction.
     *
     * @return whether there was anything
     */
    public Uni<Boolean> cancelBySubject(SqlConnection tx, UUID subjectId) {
        return cancellation.bySubject(tx, subjectId);
    }

    /** A job that holds the key may end between our two statements, so they are repeated for what is left. */
    private Uni<Void> insert(SqlConnection tx, Map<UUID, NewJob> open, Map<UUID, UUID> existing, int rounds) {
        if (rounds == 0) {
            return Uni.createFrom()
                    .failure(ProblemException.overloaded(
                            "Jobs with the same key come and go too fast; try again.", Duration.ofSeconds(1)));
        }
        return tx.preparedQuery(INSERT).execute(arguments(open)).chain(rows -> {
            rows.forEach(row -> open.remove(row.getUUID("id")));
            if (open.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            return adopt(tx, open, existing)
                    .chain(() -> open.isEmpty() ? Uni.createFrom().voidItem() : insert(tx, open, existing, rounds - 1));
        });
    }

    private Uni<Void> adopt(SqlConnection tx, Map<UUID, NewJob> open, Map<UUID, UUID> existing) {
        Tuple keys = Tuple.of(texts(open, NewJob::kind), texts(open, job -> String.valueOf(job.uniqueKey())));
        return tx.preparedQuery(FIND_ACTIVE)
                .execute(keys)
                .invoke(rows -> {
                    Map<List<String>, UUID> active = new HashMap<>();
                    for (Row row : rows) {
                        active.put(List.of(row.getString("kind"), row.getString("unique_key")), row.getUUID("id"));
                    }
                    Set<UUID> found = new HashSet<>();
                    open.forEach((id, job) -> {
                        UUID other = active.get(List.of(job.kind(), String.valueOf(job.uniqueKey())));
                        if (other != null) {
                            existing.put(id, other);
                            found.add(id);
                        }
                    });
                    found.forEach(open::remove);
                })
                .replaceWithVoid();
    }

    private Tuple arguments(Map<UUID, NewJob> jobs) {
        return Tuple.from(List.of(
                jobs.keySet().toArray(UUID[]::new),
                texts(jobs, NewJob::kind),
                jobs.values().stream().map(job -> job.priority().rank()).toArray(Integer[]::new),
                texts(jobs, JobQueue::payload),
                jobs.values().stream().map(NewJob::uniqueKey).toArray(String[]::new),
                jobs.values().stream().map(NewJob::subjectId).toArray(UUID[]::new),
                jobs.values().stream()
                        .map(job -> handlers.maxAttempts(job.kind()))
                        .toArray(Integer[]::new),
                jobs.values().stream().map(job -> job.within().ownerId()).toArray(UUID[]::new),
                jobs.values().stream().map(job -> job.within().collectionId()).toArray(UUID[]::new)));
    }

    private static String payload(NewJob job) {
        String json = job.payload().encode();
        if (json.length() > MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException("The payload of a job is a reference to data, not the data.");
        }
        return json;
    }

    private static String[] texts(Map<UUID, NewJob> jobs, Function<NewJob, String> text) {
        return jobs.values().stream().map(text).toArray(String[]::new);
    }
}
