package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.offload.OffloadConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The job queue. */
@ConfigMapping(prefix = "evenkeel.jobs")
public interface JobsConfig {
    /** Whether this replica runs jobs; one that does not still queues, shows and cancels them. */
    @WithDefault("true")
    boolean enabled();

    /** Jobs that run at the same time in this replica; 0 means bulk workers + 2. */
    @WithDefault("0")
    int concurrency();

    /** A job whose runner has not been heard of for this long is given to another. */
    @WithDefault("30s")
    Duration lease();

    /** Time between two looks at the queue when nothing wakes the runner, give or take a quarter. */
    @WithDefault("1s")
    Duration pollInterval();

    /** Upper end of the first random delay after a failed attempt; it doubles with every failure. */
    @WithDefault("2s")
    Duration retryBase();

    /** Longest delay after a failed attempt. */
    @WithDefault("5m")
    Duration retryCap();

    /** Times that a runner may vanish with a job before the job is dead; such a job may be what kills them. */
    @WithDefault("25")
    int maxLostLeases();

    /** Time that running jobs get to end their present step when the service stops. */
    @WithDefault("5s")
    Duration shutdownGrace();

    /** Time between two samples of the queue for the metrics. */
    @WithDefault("15s")
    Duration sampleInterval();

    /** Finished jobs. */
    Retention retention();

    /** The stream of changes. */
    Events events();

    /** How long finished jobs are kept. */
    interface Retention {
        /** Succeeded and cancelled jobs are deleted after this time. */
        @WithDefault("7d")
        Duration finished();

        /** Dead jobs are deleted after this time. */
        @WithDefault("30d")
        Duration dead();

        /** Time between two deletions. */
        @WithDefault("10m")
        Duration interval();
    }

    /** The stream of changes. */
    interface Events {
        /** Streams that one principal may hold open in this replica. */
        @WithDefault("8")
        int streamsPerPrincipal();

        /** Streams that this replica holds open in all. */
        @WithDefault("512")
        int streams();

        /** Events that wait for a slow client; one more and they are dropped for one {@code resync} event. */
        @WithDefault("256")
        int buffer();

        /** Time between two looks at the changes while somebody listens and nothing happens here. */
        @WithDefault("1s")
        Duration pollInterval();

        /** Time between two comments that keep a quiet connection open. */
        @WithDefault("15s")
        Duration heartbeat();

        /** Time between two checks of a listener's credential; the stream of one that was revoked ends. */
        @WithDefault("4s")
        Duration recheckInterval();
    }

    /** The number of concurrent jobs in force. */
    default int concurrencyInForce(OffloadConfig offload) {
        return concurrency() > 0 ? concurrency() : offload.bulkThreads() + 2;
    }
}
