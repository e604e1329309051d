package dev.evenkeel.platform.offload;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Worker threads for CPU work. */
@ConfigMapping(prefix = "evenkeel.offload")
public interface OffloadConfig {
    /** Threads for short CPU work of requests; 0 means one per processor, at least 2. */
    @WithDefault("0")
    int interactiveWorkers();

    /** Requests whose CPU work may wait; one more is refused with 503. */
    @WithDefault("256")
    int interactiveQueue();

    /** Threads for CPU work of jobs; 0 means processors - 1, at least 1, so that an event loop always has a core. */
    @WithDefault("0")
    int bulkWorkers();

    /** The number of interactive threads in force. */
    default int interactiveThreads() {
        return interactiveWorkers() > 0
                ? interactiveWorkers()
                : Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    /** The number of bulk threads in force. */
    default int bulkThreads() {
        return bulkWorkers() > 0
                ? bulkWorkers()
                : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }
}
