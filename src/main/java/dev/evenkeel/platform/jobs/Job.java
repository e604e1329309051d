package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.access.Reach;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A job as readers see it; the queue itself changes jobs by statements of its own. */
@Entity
@Immutable
@SuppressWarnings("NullAway.Init") // Hibernate sets the fields.
class Job extends PanacheEntityBase {
    @Id
    UUID id;

    String kind;
    String state;
    int priority;

    @Column(name = "subject_id")
    @Nullable UUID subjectId;

    @Column(name = "owner_id")
    @Nullable UUID ownerId;

    @Column(name = "collection_id")
    @Nullable UUID collectionId;

    @Column(name = "unique_key")
    @Nullable String uniqueKey;

    int attempt;
    int failures;

    @Column(name = "max_attempts")
    int maxAttempts;

    @Column(name = "cancel_requested")
    boolean cancelRequested;

    JsonObject progress;

    @Column(name = "error_code")
    @Nullable String errorCode;

    @Column(name = "error_message")
    @Nullable String errorMessage;

    @Column(name = "run_at")
    Instant runAt;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "started_at")
    @Nullable Instant startedAt;

    @Column(name = "finished_at")
    @Nullable Instant finishedAt;

    /** Jobs older than a given one, newest first; one statement. */
    static Uni<List<Job>> page(JobFilter filter, @Nullable UUID before, int limit) {
        StringBuilder query = new StringBuilder("1 = 1");
        Map<String, Object> parameters = new HashMap<>();
        add(query, parameters, "ownerId = :owner", "owner", filter.reach().ownerId());
        add(
                query,
                parameters,
                "collectionId = :collection",
                "collection",
                filter.reach().collectionId());
        add(query, parameters, "kind = :kind", "kind", filter.kind());
        JobState state = filter.state();
        add(query, parameters, "state = :state", "state", state == null ? null : state.label());
        add(query, parameters, "subjectId = :subject", "subject", filter.subjectId());
        add(query, parameters, "id < :before", "before", before);
        return Job.<Job>find(query.append(" order by id desc").toString(), parameters)
                .range(0, limit - 1)
                .list();
    }

    /** A job and the attempts of it that have ended, in order, as of one moment; null when none is within reach. */
    static Uni<@Nullable WithAttempts> withAttempts(Reach reach, UUID id) {
        return Job.getSession()
                .chain(session -> session.createQuery(
                                "select job, attempt from Job job left join JobAttempt attempt on attempt.jobId = job.id"
                                        + " where job.id = :id order by attempt.attempt",
                                Object[].class)
                        .setParameter("id", id)
                        .getResultList())
                .map(rows -> rows.isEmpty() ? null : WithAttempts.of(rows))
                .map(found ->
                        found != null && reach.includes(found.job().ownerId, found.job().collectionId) ? found : null);
    }

    /** A job and its ended attempts. */
    record WithAttempts(Job job, List<JobAttempt> attempts) {
        private static WithAttempts of(List<Object[]> rows) {
            return new WithAttempts(
                    (Job) rows.get(0)[0],
                    rows.stream()
                            .map(row -> (JobAttempt) row[1])
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    private static void add(
            StringBuilder query,
            Map<String, Object> parameters,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            query.append(" and ").append(condition);
            parameters.put(name, value);
        }
    }
}
