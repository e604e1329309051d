package dev.evenkeel.platform.jobs;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** An attempt that has ended. */
@Entity
@Table(name = "job_attempt")
@Immutable
@SuppressWarnings("NullAway.Init") // Hibernate sets the fields.
@IdClass(JobAttempt.Key.class)
class JobAttempt extends PanacheEntityBase {
    @Id
    @Column(name = "job_id")
    UUID jobId;

    @Id
    int attempt;

    @Nullable UUID runner;

    @Column(name = "started_at")
    Instant startedAt;

    @Column(name = "finished_at")
    Instant finishedAt;

    String outcome;

    @Column(name = "error_code")
    @Nullable String errorCode;

    @Column(name = "error_message")
    @Nullable String errorMessage;

    /** The key of an attempt. */
    @SuppressWarnings("NullAway.Init")
    static class Key implements Serializable {
        private static final long serialVersionUID = 1L;

        UUID jobId;
        int attempt;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && attempt == key.attempt && Objects.equals(jobId, key.jobId);
        }

        @Override
        public int hashCode() {
            return Objects.hash(jobId, attempt);
        }
    }
}
