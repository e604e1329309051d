package dev.evenkeel.identity.usage;

import dev.evenkeel.identity.IdentityModule;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.access.Caller;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Sees the end of every request whose caller is known. */
@Singleton
public class UsageFilter {
    /** After authentication, which runs at 200. */
    private static final int PRIORITY = 155;

    private static final String MCP = "/mcp";

    private final UsageCounter counter;
    private final boolean on;

    UsageFilter(UsageCounter counter, ReplicaConfig replica) {
        this.counter = counter;
        this.on = IdentityModule.on(replica);
    }

    void register(@Observes Filters filters) {
        if (on) {
            filters.register(this::count, PRIORITY);
        }
    }

    private void count(RoutingContext context) {
        if (context.user() instanceof QuarkusHttpUser user
                && user.getSecurityIdentity().getPrincipal() instanceof Caller caller) {
            UUID id = caller.userId();
            if (id != null) {
                String path = context.request().path();
                boolean mcp = path.equals(MCP) || path.startsWith(MCP + "/");
                context.addEndHandler(ended -> counter.add(id, mcp ? UsageSource.MCP : UsageSource.API));
            }
        }
        context.next();
    }
}
