package dev.evenkeel.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what Vert.x says about threads that are blocked. */
final class BlockedEventLoops extends Handler {
    private static final Logger CHECKER = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    private static final BlockedEventLoops WATCHING = new BlockedEventLoops();

    private final List<String> warnings = new ArrayList<>();

    private BlockedEventLoops() {
        setLevel(Level.WARNING);
    }

    /** Begins to listen, if that has not happened yet. */
    static synchronized void watch() {
        if (!List.of(CHECKER.getHandlers()).contains(WATCHING)) {
            CHECKER.addHandler(WATCHING);
        }
    }

    /** Stops listening. */
    static synchronized void ignore() {
        CHECKER.removeHandler(WATCHING);
    }

    /** The warnings since the last call. */
    static List<String> drain() {
        synchronized (WATCHING.warnings) {
            List<String> drained = List.copyOf(WATCHING.warnings);
            WATCHING.warnings.clear();
            return drained;
        }
    }

    @Override
    public void publish(LogRecord event) {
        if (isLoggable(event)) {
            StringBuilder text = new StringBuilder(String.valueOf(event.getMessage()));
            if (event.getThrown() != null) {
                for (StackTraceElement element : event.getThrown().getStackTrace()) {
                    text.append("\n    at ").append(element);
                }
            }
            synchronized (warnings) {
                warnings.add(text.toString());
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
