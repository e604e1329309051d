package dev.evenkeel.mcp;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Between our checks and the protocol's implementation: says on which thread a message goes on, as a header of its answer. */
@Singleton
public class MessageWitness {
    static final String THREAD = "X-Test-Thread";

    private static final int AFTER_OUR_CHECKS = 0;

    void register(@Observes Router router) {
        router.post(Mcp.PATH).order(AFTER_OUR_CHECKS).handler(context -> {
            context.response().putHeader(THREAD, Thread.currentThread().getName());
            context.next();
        });
    }

    static boolean isEventLoop(@Nullable String thread) {
        return thread != null && thread.startsWith("vert.x-eventloop");
    }
}
