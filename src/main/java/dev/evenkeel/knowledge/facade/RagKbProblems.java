package dev.evenkeel.knowledge.facade;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemForm;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Problems as rag-kb tells them: a sentence, or with 422 a list of what is wrong with the request. */
final class RagKbProblems implements ProblemForm {
    private static final int BAD_REQUEST = 400;
    private static final int UNPROCESSABLE = 422;
    private static final String DETAIL = "detail";

    @Override
    public Answer of(Problem problem, RoutingContext context) {
        if (problem.status() != BAD_REQUEST) {
            return new Answer(
                    problem.status(),
                    new JsonObject().put(DETAIL, problem.detail()).encode());
        }
        JsonArray errors = new JsonArray();
        List<Problem.FieldError> fields = problem.errors();
        if (fields == null) {
            errors.add(error(new JsonArray().add("body"), problem.detail()));
        } else {
            fields.forEach(field -> errors.add(error(place(field.field(), context), field.message())));
        }
        return new Answer(UNPROCESSABLE, new JsonObject().put(DETAIL, errors).encode());
    }

    private static JsonArray place(String field, RoutingContext context) {
        String where = context.queryParams().contains(field)
                ? "query"
                : context.request().getHeader("Content-Type") == null ? "path" : "body";
        return new JsonArray().add(where).add(field);
    }

    private static JsonObject error(JsonArray place, String message) {
        return new JsonObject().put("type", "value_error").put("loc", place).put("msg", message);
    }
}
