package dev.evenkeel.platform.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Lanes and pools. The entity pool holds {@code read.permits + write.permits} connections. */
@ConfigMapping(prefix = "evenkeel.database")
public interface DatabaseConfig {
    /** Reads: GET requests and searches. */
    ReadLane read();

    /** Small transactions of requests. */
    WriteLane write();

    /** Transactions of background jobs. */
    BulkLane bulk();

    /** Looking up who a credential belongs to, before any other lane is asked. */
    AuthenticationLane authentication();

    /** The private connection of the health checks. */
    Probe probe();

    /** Longest wait for a lock on a row or table, in any lane. */
    @WithDefault("3s")
    Duration lockTimeout();

    /** A transaction that sits idle longer than this is ended by the server. */
    @WithDefault("30s")
    Duration idleInTransactionTimeout();

    /** Admission of reads. */
    interface ReadLane {
        /** Reads that may hold a connection at the same time. */
        @WithDefault("12")
        int permits();

        /** Reads that may wait for a permit; one more is refused at once with 503. */
        @WithDefault("256")
        int queue();

        /** Longest wait for a permit before 503. */
        @WithDefault("1s")
        Duration maxWait();

        /** The server cancels a statement of this lane after this time. */
        @WithDefault("5s")
        Duration statementTimeout();
    }

    /** Admission of writes. */
    interface WriteLane {
        /** Writes that may hold a connection at the same time. */
        @WithDefault("6")
        int permits();

        /** Writes that may wait for a permit; one more is refused at once with 503. */
        @WithDefault("128")
        int queue();

        /** Longest wait for a permit before 503. */
        @WithDefault("2s")
        Duration maxWait();

        /** The server cancels a statement of this lane after this time. */
        @WithDefault("10s")
        Duration statementTimeout();
    }

    /** The pool of background jobs. */
    interface BulkLane {
        /** Connections of the bulk pool; 0 means bulk workers + 2. */
        @WithDefault("0")
        int connections();

        /** The server cancels a statement of this lane after this time. */
        @WithDefault("60s")
        Duration statementTimeout();
    }

    /** The pool of authentication. */
    interface AuthenticationLane {
        /** Connections that only look up credentials, so that full lanes never make a valid token look invalid. */
        @WithDefault("3")
        int connections();

        /** Look-ups that may wait for a connection; one more is refused at once with 503. */
        @WithDefault("512")
        int queue();

        /** Longest wait for a connection before 503. */
        @WithDefault("1s")
        Duration maxWait();

        /** The server cancels a look-up after this time. */
        @WithDefault("2s")
        Duration statementTimeout();
    }

    /** The probe connection. */
    interface Probe {
        /** Time between two pings of the database. */
        @WithDefault("1s")
        Duration interval();

        /** Readiness goes down when the last answered ping is older than this. */
        @WithDefault("10s")
        Duration unreachableAfter();
    }
}
