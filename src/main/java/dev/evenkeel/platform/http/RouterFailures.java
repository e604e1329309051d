package dev.evenkeel.platform.http;

import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Failures that never reach a REST resource: path policies, body handlers, other routes. */
@Singleton
public class RouterFailures {
    private static final int BEFORE_EVERY_OTHER_HANDLER = -100_000;

    void register(@Observes Router router) {
        router.route().order(BEFORE_EVERY_OTHER_HANDLER).failureHandler(RouterFailures::handle);
    }

    private static void handle(RoutingContext context) {
        Throwable failure = context.failure();
        ProblemException translated = failure == null ? null : DatabaseFailures.translate(failure);
        if (failure instanceof ForbiddenException) {
            ProblemWriter.write(
                    context, Problem.of(ProblemType.FORBIDDEN, "This needs a permission that you do not have."));
        } else if (failure instanceof AuthenticationException || failure instanceof UnauthorizedException) {
            ProblemWriter.write(context, Problem.of(ProblemType.UNAUTHENTICATED, "Send a valid bearer token."));
        } else if (translated != null) {
            // A credential could not be looked up: that says nothing about the credential.
            Duration retryAfter = translated.retryAfter();
            if (retryAfter != null) {
                context.response().putHeader("Retry-After", String.valueOf(Math.max(1, retryAfter.toSeconds())));
            }
            ProblemWriter.write(context, translated.problem());
        } else if (context.statusCode() >= 400 && (failure == null || context.statusCode() < 500)) {
            // Refused by a handler or by the server itself, for example a request without a Host.
            int status = context.statusCode();
            ProblemWriter.write(
                    context,
                    Problem.ofStatus(status, ProblemType.ofStatus(status).title() + "."));
        } else {
            context.next();
        }
    }
}
