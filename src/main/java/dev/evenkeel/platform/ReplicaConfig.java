package dev.evenkeel.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Set;

/** What this replica does; one image serves every role. */
@ConfigMapping(prefix = "evenkeel")
public interface ReplicaConfig {
    /** {@code api} serves HTTP, {@code worker} runs jobs, {@code all} does both. */
    @WithDefault("all")
    Role role();

    /** The modules that are switched on; the others have no routes and no jobs. */
    @WithDefault("identity,knowledge,memory,mcp")
    Set<String> modules();

    /** The part a replica plays. */
    enum Role {
        API,
        WORKER,
        ALL
    }

    /** Whether this replica answers requests to the API. */
    default boolean servesApi() {
        return role() != Role.WORKER;
    }

    /** Whether this replica runs jobs. */
    default boolean runsJobs() {
        return role() != Role.API;
    }
}
