package dev.evenkeel.memory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.offload.Offload;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Feeds of changes as server-sent events. A stream asks for what follows its last change, waits, and asks again: what it
 * sends is in the order of commits and complete, whichever replica wrote it, and a slow client makes its own stream wait.
 */
@ApplicationScoped
class ChangeStreams {
    private static final int PAGE = 100;
    private static final long PAGE_BYTES = 256L * 1024;
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** A comment is sent at least so often, so that the connection stays open and a gone client is noticed. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    /** The credential is verified again after so long. */
    private static final Duration RECHECK = Duration.ofSeconds(4);

    private final NamespaceService namespaces;
    private final MemoryConfig config;
    private final ObjectMapper mapper;
    private final Offload offload;
    private final Map<String, Integer> open = new HashMap<>();
    private volatile boolean stopping;

    ChangeStreams(NamespaceService namespaces, MemoryConfig config, ObjectMapper mapper, Offload offload) {
        this.namespaces = namespaces;
        this.config = config;
        this.mapper = mapper;
        this.offload = offload;
    }

    /**
     * Opens a stream of events in the format of server-sent events; the first is a comment.
     *
     * @param after the number of the last change that the client has; null to begin now
     * @throws ProblemException (as failure) 404 or 409 when there is no such namespace, or it keeps no history; 429 when the
     *     caller, 503 when the replica has too many streams
     */
    Uni<Multi<Buffer>> open(Caller caller, Supplier<Uni<Caller>> recheck, String namespace, @Nullable Long after) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "a request has a context");
        Executor client = task -> context.runOnContext(ignored -> task.run());
        return namespaces.lastChange(caller, namespace).map(last -> {
            admit(caller.getName());
            return new Stream(caller, recheck, namespace)
                    .from(after == null ? last : after, client)
                    .onTermination()
                    .invoke(() -> leave(caller.getName()));
        });
    }

    private synchronized void admit(String principal) {
        if (stopping) {
            throw ProblemException.unavailable("This replica is stopping.", RETRY_AFTER);
        }
        if (open.values().stream().mapToInt(Integer::intValue).sum() >= config.maxStreams()) {
            throw ProblemException.overloaded("Too many streams are open here.", RETRY_AFTER);
        }
        if (open.getOrDefault(principal, 0) >= config.maxStreamsPerPrincipal()) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.RATE_LIMITED,
                            "No more than " + config.maxStreamsPerPrincipal() + " streams may be open at once."),
                    RETRY_AFTER);
        }
        open.merge(principal, 1, Integer::sum);
    }

    private synchronized void leave(String principal) {
        open.computeIfPresent(principal, (name, count) -> count > 1 ? count - 1 : null);
    }

    /** Open streams would hold up the shutdown. */
    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    /** One client's feed. */
    private final class Stream {
        private final Caller caller;
        private final Supplier<Uni<Caller>> recheck;
        private final String namespace;
        private final AtomicLong last = new AtomicLong();
        private long checkedNanos = System.nanoTime();
        private long sentNanos;
        private boolean more = true;

        Stream(Caller caller, Supplier<Uni<Caller>> recheck, String namespace) {
            this.caller = caller;
            this.recheck = recheck;
            this.namespace = namespace;
        }

        Multi<Buffer> from(long changeNo, Executor client) {
            last.set(changeNo);
            Multi<Buffer> events = Multi.createBy()
                    .repeating()
                    .uni(this::next)
                    .whilst(page -> !stopping)
                    .emitOn(client, 1)
                    .filter(page -> page.length() > 0);
            return Multi.createBy().concatenating().streams(Multi.createFrom().item(COMMENT), events);
        }

        /** The next events as one piece; after a pause, unless there was more before. */
        private Uni<Buffer> next() {
            Uni<Caller> who = more
                    ? verified()
                    : Uni.createFrom()
                            .voidItem()
                            .onItem()
                            .delayIt()
                            .by(config.streamInterval())
                            .chain(this::verified);
            return who.chain(verified -> namespaces.changes(verified, namespace, last.get(), PAGE, PAGE_BYTES))
                    .chain(changes -> {
                        last.set(changes.nextAfter());
                        more = isFull(changes.items());
                        if (changes.items().isEmpty() && !changes.truncated()) {
                            return Uni.createFrom().item(this::silence);
                        }
                        sentNanos = System.nanoTime();
                        return offload.interactive(() -> events(changes));
                    });
        }

        private Buffer silence() {
            if (!elapsed(sentNanos, HEARTBEAT)) {
                return Buffer.buffer();
            }
            sentNanos = System.nanoTime();
            return COMMENT;
        }

        private Uni<Caller> verified() {
            if (!elapsed(checkedNanos, RECHECK)) {
                return Uni.createFrom().item(caller);
            }
            checkedNanos = System.nanoTime();
            return recheck.get();
        }

        private Buffer events(Batches.Changes changes) throws JsonProcessingException {
            Buffer events = Buffer.buffer();
            if (changes.truncated()) {
                events.appendString("event: truncated\ndata: {}\n\n");
            }
            for (ChangeView change : changes.items()) {
                events.appendString("event: change\nid: " + change.changeNo() + "\ndata: "
                        + mapper.writeValueAsString(change) + "\n\n");
            }
            return events;
        }
    }

    /** Whether more may follow at once: the page has as many changes, or about as many bytes, as one may have. */
    private static boolean isFull(List<ChangeView> items) {
        return items.size() == PAGE
                || items.stream().mapToLong(EntryResource::estimatedBytes).sum() > PAGE_BYTES / 2;
    }

    private static boolean elapsed(long sinceNanos, Duration time) {
        return System.nanoTime() - sinceNanos >= time.toNanos();
    }
}
