package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives every request an id, taken from the caller when it is a sane one, and answers with it. */
@Singleton
public class RequestIds {
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "evenkeel.request-id";
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    void register(@Observes Filters filters) {
        filters.register(RequestIds::assign, FilterPriorities.REQUEST_ID);
    }

    private static void assign(RoutingContext context) {
        String given = context.request().getHeader(HEADER);
        String id = given != null && ACCEPTABLE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        context.put(KEY, id);
        context.response().putHeader(HEADER, id);
        context.next();
    }

    /** The id of the request, or null before it was assigned. */
    public static @Nullable String of(RoutingContext context) {
        return context.get(KEY);
    }
}
