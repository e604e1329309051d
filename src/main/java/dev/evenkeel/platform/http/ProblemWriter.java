package dev.evenkeel.platform.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Writes problem documents outside of REST resources, where no message body writer is at hand. */
public final class ProblemWriter {
    private ProblemWriter() {}

    /** Ends the response with the problem, unless it has already begun. */
    public static void write(RoutingContext context, Problem problem) {
        if (context.response().headWritten() || context.response().ended()) {
            return;
        }
        ProblemForm.Answer answer = ProblemForm.chosen(context, problem);
        if (answer != null) {
            end(context, answer.status(), "application/json", Buffer.buffer(answer.json()));
            return;
        }
        JsonObject json = new JsonObject()
                .put("type", problem.type())
                .put("title", problem.title())
                .put("status", problem.status())
                .put("detail", problem.detail());
        String requestId = RequestIds.of(context);
        if (requestId != null) {
            json.put("request_id", requestId);
        }
        List<Problem.FieldError> errors = problem.errors();
        if (errors != null) {
            JsonArray array = new JsonArray();
            errors.forEach(error ->
                    array.add(new JsonObject().put("field", error.field()).put("message", error.message())));
            json.put("errors", array);
        }
        end(context, problem.status(), Problem.MEDIA_TYPE, json.toBuffer());
    }

    private static void end(RoutingContext context, int status, String mediaType, Buffer body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", mediaType)
                .end(body);
    }
}
