package dev.evenkeel.platform.database.embedded;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Once started, the service stops the server itself, after everything that uses it. */
    private static final AtomicBoolean STARTED = new AtomicBoolean();

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
            Runtime.getRuntime().addShutdownHook(new Thread(EmbeddedPostgres::stopUnlessStarted));
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
        STARTED.set(true);
    }

    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
        vertx.cancelTimer(timer);
        STARTED.set(false);
        stopServer();
    }

    /** A service that fails to start gets no shutdown event. */
    private static void stopUnlessStarted() {
        if (!STARTED.get()) {
            stopServer();
        }
    }

    private static void stopServer() {
        PostgresServer server = SERVER.getAndSet(null);
        if (server != null) {
            server.close();
        }
    }
}
