package dev.evenkeel.identity.password;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.http.FilterPriorities;
import dev.evenkeel.platform.http.MatrixParameters;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets as many sign-ins past at a time as keep the hashing threads busy. The others wait here, before their bodies are parsed
 * and the database is asked: a hundred that arrive together would otherwise hold up the event loops, and the probes with them,
 * only to wait for a hash all the same. Who would wait too long is refused at once.
 */
@Singleton
public class SignInQueue {
    private static final String PATH = "/api/v1/auth/login";

    /** For each hashing thread: one is hashed, others are looked up before or written down after. */
    private static final int ADMITTED_PER_THREAD = 4;

    private final PasswordHasher hasher;
    private final Duration maxWait;
    private final int permits;
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private int admitted;

    SignInQueue(PasswordHasher hasher, IdentityConfig config) {
        this.hasher = hasher;
        this.maxWait = config.password().maxWait();
        this.permits = hasher.threads() * ADMITTED_PER_THREAD;
    }

    private record Arrival(RoutingContext request, Context context, long nanos) {}

    void register(@Observes Filters filters) {
        filters.register(this::arrive, FilterPriorities.SIGN_IN);
    }

    private void arrive(RoutingContext request) {
        if (!request.request().method().equals(HttpMethod.POST)
                || !MatrixParameters.removed(request.normalizedPath()).equals(PATH)) {
            request.next();
            return;
        }
        Context context = Objects.requireNonNull(Vertx.currentContext(), "a request has a context");
        Arrival arrival = new Arrival(request, context, System.nanoTime());
        boolean mayPass = false;
        @Nullable Duration refused = null;
        synchronized (this) {
            Duration wait = hasher.expectedWait(admitted + waiting.size());
            if (admitted < permits) {
                admitted++;
                mayPass = true;
            } else if (wait.compareTo(maxWait) > 0) {
                refused = wait;
            } else {
                waiting.add(arrival);
            }
        }
        if (refused != null) {
            refuse(request, refused);
            return;
        }
        // Also called when the client leaves, be it in the queue or later.
        request.addEndHandler(ended -> leave(arrival));
        if (mayPass) {
            request.next();
        } else {
            request.request().pause();
        }
    }

    private void leave(Arrival arrival) {
        Arrival next;
        synchronized (this) {
            if (waiting.remove(arrival)) {
                return;
            }
            next = waiting.poll();
            if (next == null) {
                admitted--;
            }
        }
        if (next != null) {
            pass(next);
        }
    }

    private void pass(Arrival arrival) {
        arrival.context.runOnContext(ignored -> {
            arrival.request.request().resume();
            if (System.nanoTime() - arrival.nanos > maxWait.toNanos()) {
                // Hashes took longer than they had before.
                refuse(arrival.request, hasher.expectedWait(permits));
            } else {
                arrival.request.next();
            }
        });
    }

    private static void refuse(RoutingContext request, Duration wait) {
        request.response().putHeader("Retry-After", String.valueOf(Math.max(1, wait.toSeconds())));
        ProblemWriter.write(request, Problem.of(ProblemType.OVERLOADED, "Too many are signing in; try again shortly."));
    }
}
