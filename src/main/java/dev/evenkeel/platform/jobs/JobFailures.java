package dev.evenkeel.platform.jobs;

import dev.evenkeel.platform.http.ProblemException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sorts what a run may fail with. */
final class JobFailures {
    private static final int MAX_DEPTH = 16;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration DATABASE_AWAY = Duration.ofSeconds(2);
    private static final Duration DISK_FULL = Duration.ofSeconds(30);

    private static final String UNEXPECTED = "An unexpected error; the log of the service tells more.";
    private static final Pattern INTERNALS = Pattern.compile("[a-z]\\w*(\\.[a-z]\\w*)+\\.[A-Z]\\w*");

    private JobFailures() {}

    /** A failure in words that may be shown: no class name, no SQL. */
    static String describe(Throwable failure) {
        PgException database = find(failure, PgException.class);
        if (database != null) {
            return "The database refused a statement (SQLSTATE " + database.getSqlState() + ").";
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return UNEXPECTED;
        }
        boolean internal = failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || INTERNALS.matcher(message).find();
        return internal ? UNEXPECTED : message;
    }

    /** The first failure of that type in the chain of causes. */
    static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** How to wait out a failure that is not the job's fault; null when it is. */
    static @Nullable RetryLater environmental(Throwable failure) {
        RetryLater asked = find(failure, RetryLater.class);
        if (asked != null) {
            return asked;
        }
        ProblemException problem = find(failure, ProblemException.class);
        if (problem != null && problem.problem().status() == 503) {
            Duration wait = problem.retryAfter();
            return new RetryLater(wait == null ? SOON : wait, problem.problem().detail());
        }
        PgException database = find(failure, PgException.class);
        if (database != null) {
            return ofState(String.valueOf(database.getSqlState()));
        }
        return connectionLost(failure) ? new RetryLater(DATABASE_AWAY, "The database could not be reached.") : null;
    }

    /** SQLSTATE classes 08 connection, 53 resources, 57P operator intervention, 58 system error; 40 for a lost race, 55P03 for a lock. */
    private static @Nullable RetryLater ofState(String state) {
        if (state.equals("53100")) {
            return new RetryLater(DISK_FULL, "The database has no space left on its disk.");
        }
        if (state.startsWith("40") || state.equals("55P03")) {
            return new RetryLater(SOON, "Others changed the same data at the same time.");
        }
        boolean away = state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P")
                || state.startsWith("58")
                || state.equals("25P03");
        return away ? new RetryLater(DATABASE_AWAY, "The database was interrupted.") : null;
    }

    private static boolean connectionLost(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof ClosedChannelException
                    || cause instanceof ClosedConnectionException
                    || message.contains("Connection is closed")
                    || message.contains("Connection closed")
                    || message.contains("Connection was closed")
                    || message.contains("Connection reset")
                    || message.contains("Broken pipe")
                    || message.equals("Timeout")
                    || message.startsWith("Timeout waiting for connection")) {
                return true;
            }
        }
        return false;
    }
}
