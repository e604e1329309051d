package dev.evenkeel.mcp;

import dev.evenkeel.platform.http.FilterPriorities;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import dev.evenkeel.platform.http.RequestIds;
import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Answers what the protocol's implementation would answer without a problem document, wrongly or not at all, before it
 * sees the request. Runs after authentication.
 */
@Singleton
public class McpMessages {
    private static final Logger LOG = Logger.getLogger(McpMessages.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final String PATH = "/mcp";
    private static final String NOTIFICATIONS = "notifications/";

    /** After authorisation, before every route that has no order of its own. */
    private static final int BEFORE_THE_IMPLEMENTATION = -1;

    /** Up to this size parsing takes less than handing over to a worker. */
    private static final int INLINE_BYTES = 64 * 1024;

    private static final int WORKERS = 2;

    /** Large messages that are parsed or wait for it, each of which is held in memory; one more is refused. */
    private static final int MAX_LARGE = 64;

    private final ConnectionManager sessions;
    private final Vertx vertx;
    private final WorkerExecutor workers;
    private final AtomicInteger large = new AtomicInteger();
    private final Duration patience;
    private final long maxMessage;

    McpMessages(ConnectionManager sessions, Vertx vertx, McpConfig config) {
        this.sessions = sessions;
        this.vertx = vertx;
        this.workers = vertx.createSharedWorkerExecutor("evenkeel-mcp-messages", WORKERS);
        this.patience = config.callTimeout().plus(GRACE);
        this.maxMessage = config.maxMessage().asLongValue();
    }

    static boolean isMcp(RoutingContext context) {
        String path = context.normalizedPath();
        return path.equals(PATH) || path.startsWith(PATH + "/") || path.startsWith(PATH + ";");
    }

    void registerFilter(@Observes Filters filters) {
        filters.register(this::checkHead, FilterPriorities.PROTOCOL);
    }

    void registerRoute(@Observes Router router) {
        router.post(PATH)
                .order(BEFORE_THE_IMPLEMENTATION)
                .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
                .handler(this::checkBody)
                .failureHandler(this::failed);
    }

    private void checkHead(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isMcp(context)) {
            context.next();
        } else if (!context.normalizedPath().equals(PATH)) {
            refuse(context, ProblemType.NOT_FOUND, "Only streamable HTTP is served here, at " + PATH + ".");
        } else if (!request.method().equals(HttpMethod.POST)) {
            context.next();
        } else if (!says(request, "Content-Type", List.of("application/json"))) {
            refuse(context, ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send application/json.");
        } else if (!says(request, "Accept", List.of("application/json", "text/event-stream"))) {
            refuse(context, ProblemType.NOT_ACCEPTABLE, "Accept application/json and text/event-stream.");
        } else if (contentLength(request) > maxMessage) {
            context.response().putHeader("Connection", "close");
            refuse(
                    context,
                    ProblemType.TOO_LARGE,
                    "The message is larger than " + maxMessage + " bytes; upload large text over REST.");
        } else {
            context.next();
        }
    }

    private static boolean says(HttpServerRequest request, String header, List<String> types) {
        String value = String.join(",", request.headers().getAll(header)).toLowerCase(Locale.ROOT);
        return types.stream().allMatch(value::contains);
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException refusedByTheCodec) {
            return 0;
        }
    }

    /** What is large is parsed, here and by the implementation, on a worker; calls run on the event loop all the same. */
    private void checkBody(RoutingContext context) {
        Buffer body = Objects.requireNonNullElseGet(context.body().buffer(), Buffer::buffer);
        if (body.length() <= INLINE_BYTES) {
            check(context, body);
        } else if (large.incrementAndGet() > MAX_LARGE) {
            large.decrementAndGet();
            context.response().putHeader("Retry-After", "1");
            refuse(context, ProblemType.OVERLOADED, "Too many large messages at once; try again shortly.");
        } else {
            workers.executeBlocking(
                            () -> {
                                check(context, body);
                                return body;
                            },
                            false)
                    .onComplete(parsed -> large.decrementAndGet())
                    .onFailure(context::fail);
        }
    }

    private void check(RoutingContext context, Buffer body) {
        JsonObject message;
        try {
            message = new JsonObject(body);
        } catch (DecodeException noObject) {
            refuse(context, ProblemType.BAD_REQUEST, "Send one message of JSON-RPC, a JSON object.");
            return;
        }
        String fault = MessageShape.fault(message);
        if (fault != null) {
            refuse(context, ProblemType.BAD_REQUEST, fault);
        } else if (isLostNotification(context, message)) {
            // Its session lives in another replica, or in none; nothing here waits for it.
            context.response().setStatusCode(202).end();
        } else {
            answerInAnyCase(context);
            context.next();
        }
    }

    private boolean isLostNotification(RoutingContext context, JsonObject message) {
        String session = context.request().getHeader("Mcp-Session-Id");
        String method = message.getString("method");
        return method != null && method.startsWith(NOTIFICATIONS) && (session == null || !sessions.has(session));
    }

    /** Calls end within their own limit; what fails without an answer after all does not keep its client waiting. */
    private void answerInAnyCase(RoutingContext context) {
        long timer = vertx.setTimer(
                patience.toMillis(),
                expired -> refuse(context, ProblemType.UNAVAILABLE, "This took too long and was given up."));
        context.addEndHandler(ended -> vertx.cancelTimer(timer));
    }

    private void failed(RoutingContext context) {
        LOG.errorf(context.failure(), "Request %s failed", RequestIds.of(context));
        refuse(context, ProblemType.INTERNAL, "The request id helps whoever runs this service to find out why.");
    }

    private static void refuse(RoutingContext context, ProblemType type, String detail) {
        ProblemWriter.write(context, Problem.of(type, detail));
    }
}
