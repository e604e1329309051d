package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.ReplicaConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Starts the queue after everything else and stops it before everything else that it stands on. */
@Singleton
class JobLifecycle {
    private static final Logger LOG = Logger.getLogger(JobLifecycle.class);
    private static final int LATE = 5000;
    private static final int EARLY = 500;
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(5);

    private final JobRunner runner;
    private final JobListener listener;
    private final JobKinds kinds;
    private final JobEvents events;
    private final RecurringJobs recurring;
    private final JobsConfig config;
    private final ReplicaConfig replica;

    JobLifecycle(
            JobRunner runner,
            JobListener listener,
            JobKinds kinds,
            JobEvents events,
            RecurringJobs recurring,
            JobsConfig config,
            ReplicaConfig replica) {
        this.runner = runner;
        this.listener = listener;
        this.kinds = kinds;
        this.events = events;
        this.recurring = recurring;
        this.config = config;
        this.replica = replica;
    }

    void start(@Observes @Priority(LATE) StartupEvent event) {
        kinds.start();
        if (config.enabled() && replica.runsJobs()) {
            listener.start();
            runner.start();
            recurring.start();
        } else {
            LOG.info("This replica runs no jobs");
        }
    }

    void stop(@Observes @Priority(EARLY) ShutdownEvent event) {
        events.stop();
        kinds.stop();
        listener.stop();
        recurring.stop();
        runner.stop()
                .ifNoItem()
                .after(config.shutdownGrace().plus(RELEASE_LIMIT))
                .fail()
                .onFailure()
                .invoke(failure ->
                        LOG.warnf("Jobs could not be put back into the queue (%s); their leases will do it", failure))
                .onFailure()
                .recoverWithNull()
                .await()
                .indefinitely();
    }
}
