package dev.evenkeel.identity;

import dev.evenkeel.platform.http.RequestIds;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** The origin of the request in whose context this is asked. */
@Singleton
public class CurrentOrigin {
    private final CurrentVertxRequest request;

    CurrentOrigin(CurrentVertxRequest request) {
        this.request = request;
    }

    public Origin get() {
        RoutingContext context = request.getCurrent();
        SocketAddress remote = context.request().remoteAddress();
        return new Origin(
                remote == null ? "unknown" : String.valueOf(remote.hostAddress()),
                context.request().getHeader("User-Agent"),
                RequestIds.of(context));
    }
}
