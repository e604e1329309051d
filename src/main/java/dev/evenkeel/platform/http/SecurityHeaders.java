package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Headers that keep a browser from doing anything clever with an answer of this API. */
@Singleton
public class SecurityHeaders {
    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    context.response()
                            .putHeader("X-Content-Type-Options", "nosniff")
                            .putHeader("X-Frame-Options", "DENY")
                            .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                            .putHeader("Referrer-Policy", "no-referrer")
                            .putHeader("Cache-Control", "no-store");
                    context.next();
                },
                FilterPriorities.SECURITY_HEADERS);
    }
}
