package dev.evenkeel.testing;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** In tests the checker of blocked threads looks often enough to see everything that is longer than its limit. */
@Singleton
public class StrictEventLoops implements VertxOptionsCustomizer {
    private static final long CHECK_INTERVAL_MS = 200;

    @Override
    public void accept(VertxOptions options) {
        options.setBlockedThreadCheckInterval(CHECK_INTERVAL_MS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS);
    }
}
