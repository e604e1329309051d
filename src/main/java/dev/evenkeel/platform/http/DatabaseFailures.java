package dev.evenkeel.platform.http;

import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Tells failures of the database that a client can wait out from failures that are ours. */
public final class DatabaseFailures {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int MAX_DEPTH = 16;

    private static final String QUERY_CANCELED = "57014";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String DEADLOCK = "40P01";
    private static final String SERIALIZATION = "40001";
    private static final String DISK_FULL = "53100";
    private static final String UNIQUE_VIOLATION = "23505";

    /** Data exception: a value that the type of its column does not have. */
    private static final String DATA_EXCEPTION_CLASS = "22";

    private DatabaseFailures() {}

    /** The answer to a failure that is temporary or lies in the request's values, or null when it is a defect. */
    public static @Nullable ProblemException translate(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            if (cause instanceof ProblemException problem) {
                return problem;
            }
            String state = sqlState(cause);
            if (state != null) {
                return ofState(state);
            }
            if (cause instanceof ConnectionPoolTooBusyException || cause instanceof RejectedExecutionException) {
                return ProblemException.overloaded("Too much is waiting for the database.", SOON);
            }
            if (connectionLost(cause)) {
                return ProblemException.unavailable("The database cannot be reached.", SOON);
            }
        }
        return null;
    }

    /** Whether the failure means that the connection, not the statement, was at fault. */
    public static boolean isConnectionLost(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            String state = sqlState(cause);
            if (connectionLost(cause) || state != null && unreachable(state)) {
                return true;
            }
        }
        return false;
    }

    /** The plain client fails with its own exception, Hibernate Reactive with the one of JDBC. */
    private static @Nullable String sqlState(Throwable cause) {
        return cause instanceof PgException plain
                ? plain.getSqlState()
                : cause instanceof SQLException converted ? converted.getSQLState() : null;
    }

    private static @Nullable ProblemException ofState(String state) {
        return switch (state) {
            case QUERY_CANCELED -> ProblemException.unavailable("The database took too long.", SOON);
            case LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION ->
                ProblemException.overloaded("Others are changing the same data; try again.", SOON);
            case DISK_FULL -> ProblemException.unavailable("The database has no space left.", Duration.ofMinutes(1));
            default -> {
                if (state.startsWith(DATA_EXCEPTION_CLASS)) {
                    yield ProblemException.badRequest(
                            "The request holds a value that cannot be stored, such as U+0000 or a number out of range.");
                }
                yield unreachable(state) ? ProblemException.unavailable("The database cannot be reached.", SOON) : null;
            }
        };
    }

    /** Whether the statement would have made a second row of what may be there once. */
    public static boolean isUniqueViolation(Throwable failure) {
        return UNIQUE_VIOLATION.equals(sqlState(failure));
    }

    /** Whether the server ended a statement that took longer than its lane allows. */
    public static boolean isTimedOut(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            if (QUERY_CANCELED.equals(sqlState(cause))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the transaction was ended for the sake of others: nothing of it is left, and it may be run again. */
    public static boolean isRepeatable(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < MAX_DEPTH; cause = cause.getCause(), depth++) {
            String state = sqlState(cause);
            if (state != null) {
                return state.equals(DEADLOCK) || state.equals(SERIALIZATION);
            }
        }
        return false;
    }

    /** Classes 08 (connection exception), 57P (operator intervention) and 53300 (too many connections). */
    private static boolean unreachable(String state) {
        return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }

    private static boolean connectionLost(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof ConnectException
                || cause instanceof ClosedChannelException
                || cause instanceof ClosedConnectionException
                || message.contains("Connection is closed")
                || message.contains("Connection closed")
                || message.contains("Connection was closed")
                || message.startsWith("Connection is not active")
                || message.contains("connection has been closed")
                || message.contains("Connection reset")
                || message.contains("Broken pipe")
                || message.equals("Timeout")
                || message.startsWith("Timeout waiting for connection");
    }
}
