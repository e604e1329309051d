package dev.evenkeel.identity;

import dev.evenkeel.platform.ReplicaConfig;

/** Whether accounts are kept here. Credentials are verified in any case, because other modules rely on them. */
public final class IdentityModule {
    /** As in {@code evenkeel.modules}. */
    public static final String NAME = "identity";

    private IdentityModule() {}

    /** Whether the module is switched on. */
    public static boolean on(ReplicaConfig replica) {
        return replica.modules().contains(NAME);
    }
}
