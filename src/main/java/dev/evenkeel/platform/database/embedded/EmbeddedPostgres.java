package dev.evenkeel.platform.database.embedded;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Watches over the embedded server while the service runs: revives it when it dies, stops it last. */
@ApplicationScoped
@Startup
public class EmbeddedPostgres {
    private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);
    private static final long WATCH_INTERVAL_MS = 1_000;

    /** Set by the configuration source, which runs before any bean exists. */
    private static final AtomicReference<@Nullable PostgresServer> SERVER = new AtomicReference<>();

    /** Stops the server of a service that fails to start, which gets no shutdown event; gone once the service has started. */
    private static final AtomicReference<@Nullable Thread> UNTIL_STARTED = new AtomicReference<>();

    private final Vertx vertx;
    private long timer = -1;

    EmbeddedPostgres(Vertx vertx) {
        this.vertx = vertx;
    }

    static PostgresServer startOnce(EmbeddedPostgresConfig config) {
        PostgresServer running = SERVER.get();
        if (running == null) {
            running = PostgresServer.start(config);
            SERVER.set(running);
            Thread hook = new Thread(EmbeddedPostgres::stopServer);
            UNTIL_STARTED.set(hook);
            Runtime.getRuntime().addShutdownHook(hook);
        }
        return running;
    }

    /** Whether the service brought its own server. */
    public static boolean inUse() {
        return SERVER.get() != null;
    }

    @jakarta.annotation.PostConstruct
    void watch() {
        if (inUse()) {
            timer = vertx.setPeriodic(WATCH_INTERVAL_MS, id -> check());
        }
    }

    private void check() {
        PostgresServer server = SERVER.get();
        if (server == null) {
            return;
        }
        vertx.executeBlocking(() -> {
                    server.revive();
                    return true;
                })
                .onFailure(failure -> LOG.error("The embedded PostgreSQL does not come back", failure));
    }

    void started(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        Thread hook = UNTIL_STARTED.getAndSet(null);
        if (hook != null) {
            remove(hook);
        }
    }

    /** A process that restarts its service, as development does, would otherwise keep all that it has ever loaded. */
    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyStopping) {
            LOG.debug("The process ends while the service starts", alreadyStopping);
        }
    }

    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        vertx.cancelTimer(timer);
        stopServer();
    }

    private static void stopServer() {
        PostgresServer server = SERVER.getAndSet(null);
        if (server != null) {
            server.close();
        }
    }
}
