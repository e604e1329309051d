package dev.evenkeel.platform.jobs;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;

/** Contexts for work that no request has brought: each its own, as sessions of the database need it. */
final class RunContexts {
    private RunContexts() {}

    /** Runs the work on a new duplicate of an event-loop context. */
    static void run(ContextInternal root, Runnable work) {
        Context own = root.duplicate();
        VertxContextSafetyToggle.setContextSafe(own, true);
        own.runOnContext(ignored -> work.run());
    }
}
