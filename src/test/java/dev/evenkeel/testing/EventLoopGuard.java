package dev.evenkeel.testing;

import io.quarkus.test.junit.callback.QuarkusTestAfterAllCallback;
import io.quarkus.test.junit.callback.QuarkusTestAfterEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestBeforeClassCallback;
import io.quarkus.test.junit.callback.QuarkusTestContext;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import java.util.List;

/** Fails every {@code @QuarkusTest} during which an event loop was blocked; found by the service loader. */
public final class EventLoopGuard
        implements QuarkusTestBeforeClassCallback, QuarkusTestAfterEachCallback, QuarkusTestAfterAllCallback {
    @Override
    public void beforeClass(Class<?> testClass) {
        BlockedEventLoops.watch();
    }

    @Override
    public void afterEach(QuarkusTestMethodContext context) {
        check();
    }

    /** The checker looks at intervals, so a warning can come after the test that deserves it. */
    @Override
    public void afterAll(QuarkusTestContext context) {
        BlockedEventLoops.ignore();
        check();
    }

    static void check() {
        List<String> warnings = BlockedEventLoops.drain();
        if (!warnings.isEmpty()) {
            throw new AssertionError("An event loop was blocked:\n" + String.join("\n", warnings));
        }
    }
}
