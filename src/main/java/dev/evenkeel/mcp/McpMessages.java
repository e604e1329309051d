package dev.evenkeel.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.evenkeel.platform.http.FilterPriorities;
import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemType;
import dev.evenkeel.platform.http.ProblemWriter;
import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the protocol's implementation would answer without a problem document, wrongly or not at all, before it
 * sees the request. Runs after authentication.
 */
@Singleton
public class McpMessages {
    private static final String PATH = "/mcp";
    private static final String NOTIFICATIONS = "notifications/";

    /** After authorisation, before every route that has no order of its own. */
    private static final int BEFORE_THE_IMPLEMENTATION = -1;

    private final ConnectionManager sessions;
    private final JsonFactory json = new JsonFactory();
    private final long maxMessage;

    McpMessages(ConnectionManager sessions, McpConfig config) {
        this.sessions = sessions;
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
                .handler(this::checkBody);
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

    private void checkBody(RoutingContext context) {
        Buffer body = context.body().buffer();
        String method;
        try (JsonParser message = json.createParser(body == null ? new byte[0] : body.getBytes())) {
            if (message.nextToken() != JsonToken.START_OBJECT) {
                refuse(context, ProblemType.BAD_REQUEST, "Send one message of JSON-RPC, a JSON object.");
                return;
            }
            method = method(message);
        } catch (IOException notJson) {
            refuse(context, ProblemType.BAD_REQUEST, "The message is not JSON.");
            return;
        }
        String session = context.request().getHeader("Mcp-Session-Id");
        if (method != null && method.startsWith(NOTIFICATIONS) && (session == null || !sessions.has(session))) {
            // Its session lives in another replica, or in none; nothing here waits for it.
            context.response().setStatusCode(202).end();
        } else {
            context.next();
        }
    }

    /** The method that the message names, null for an answer. */
    private static @Nullable String method(JsonParser message) throws IOException {
        for (JsonToken token = message.nextToken(); token == JsonToken.FIELD_NAME; token = message.nextToken()) {
            boolean wanted = message.currentName().equals("method");
            if (message.nextToken() == JsonToken.VALUE_STRING && wanted) {
                return message.getText();
            }
            message.skipChildren();
        }
        return null;
    }

    private static void refuse(RoutingContext context, ProblemType type, String detail) {
        ProblemWriter.write(context, Problem.of(type, detail));
    }
}
