package dev.evenkeel.mcp;

import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.http.RequestIds;
import io.quarkiverse.mcp.server.McpException;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.time.Duration;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Outermost of all interceptors, so that it also sees what validation and security say. */
@ToolErrors
@Interceptor
@Priority(1)
public class ToolErrorsInterceptor {
    private static final Logger LOG = Logger.getLogger(ToolErrorsInterceptor.class);

    private final CurrentVertxRequest request;
    private final Duration limit;

    ToolErrorsInterceptor(CurrentVertxRequest request, McpConfig config) {
        this.request = request;
        this.limit = config.callTimeout();
    }

    @AroundInvoke
    Object around(InvocationContext call) {
        boolean tool = call.getMethod().isAnnotationPresent(Tool.class);
        RoutingContext http = request.getCurrent();
        try {
            Object result = call.proceed();
            return result instanceof Uni<?> work
                    ? bounded(work).onFailure().transform(failure -> told(failure, tool, http))
                    : result;
        } catch (Exception failure) {
            throw told(failure, tool, http);
        }
    }

    /** Gives up after the limit, and answers on the context of the request in any case. */
    private <T> Uni<T> bounded(Uni<T> work) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "a request has a context");
        return work.ifNoItem()
                .after(limit)
                .failWith(() -> ProblemException.unavailable(
                        "This took longer than " + limit.toSeconds()
                                + " s and was given up; a change may still happen.",
                        limit))
                .emitOn(task -> context.runOnContext(ignored -> task.run()));
    }

    private static RuntimeException told(Throwable failure, boolean tool, @Nullable RoutingContext http) {
        if (failure instanceof ToolCallException || failure instanceof McpException) {
            return (RuntimeException) failure;
        }
        FailureText text = FailureText.of(failure);
        if (text == null) {
            String id = http == null ? null : RequestIds.of(http);
            LOG.errorf(failure, "Request %s failed", id);
            text = FailureText.internal(id);
        }
        return tool ? new ToolCallException(text.message()) : new McpException(text.message(), text.code());
    }
}
