package dev.evenkeel.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.resteasy.reactive.common.util.MediaTypeHelper;

/**
 * An Accept header that cannot be read counts as not sent, as RFC 9110, section 12.5.1, allows. Otherwise the negotiation of the answer
 * would fail on it, after the work was done.
 */
@ApplicationScoped
public class ReadableAccept {
    void register(@Observes Filters filters) {
        filters.register(ReadableAccept::check, FilterPriorities.ACCEPT);
    }

    private static void check(RoutingContext request) {
        MultiMap headers = request.request().headers();
        List<String> accepted = headers.getAll(HttpHeaders.ACCEPT);
        try {
            if (!accepted.isEmpty()) {
                MediaTypeHelper.parseHeader(String.join(",", accepted));
            }
        } catch (IllegalArgumentException unreadable) {
            headers.set(HttpHeaders.ACCEPT, "*/*");
        }
        request.next();
    }
}
