package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Refuses bodies that are too large, or whose size is unknown where it matters, before anything reads them: the stack
 * below would answer without a problem document.
 */
@Singleton
public class BodyLimits {
    private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary=(\"[^\"]+\"|[^\"\\s;]+)");

    private final long maxJson;
    private final long maxUpload;

    BodyLimits(HttpConfig config) {
        this.maxJson = config.maxJsonBody().asLongValue();
        this.maxUpload = config.maxUpload().asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, FilterPriorities.BODY_LIMIT);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String type = request.getHeader("Content-Type");
        boolean multipart = type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
        if (multipart && !BOUNDARY.matcher(type).find()) {
            ProblemWriter.write(context, Problem.of(ProblemType.BAD_REQUEST, "The multipart body has no boundary."));
            return;
        }
        boolean chunked = request.getHeader("Transfer-Encoding") != null;
        if (chunked && !multipart) {
            ProblemWriter.write(
                    context, Problem.of(ProblemType.LENGTH_REQUIRED, "Send a Content-Length with this body."));
            return;
        }
        long limit = multipart ? maxUpload : maxJson;
        if (contentLength(request) > limit) {
            context.response().putHeader("Connection", "close");
            ProblemWriter.write(
                    context, Problem.of(ProblemType.TOO_LARGE, "The body is larger than " + limit + " bytes."));
            return;
        }
        context.next();
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException refusedByTheCodec) {
            return 0;
        }
    }
}
