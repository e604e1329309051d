package dev.evenkeel.bench.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.evenkeel.bench.api.Evenkeel;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every answer must keep: no 5xx but 503, every error a problem document, nothing of the inside in a body. Four kinds of
 * request never reach the application and are answered empty by the HTTP codec: a URI that is too long (414), headers that
 * are too large (431), an undecodable URI and a bad Content-Length (400).
 */
final class AnswerRules {

    private static final Set<Integer> CODEC_STATUSES = Set.of(400, 414, 431);
    private static final Pattern INSIDE = Pattern.compile("\\bat [\\w.$]+\\([\\w]+\\.java"
            + "|\\b(?:java|javax|jakarta|io\\.quarkus|io\\.vertx|io\\.netty|io\\.smallrye|org\\.hibernate|com\\.fasterxml|dev\\.evenkeel)\\.[\\w.$]+"
            + "|\\b\\w+(?:Exception|Error)\\b:"
            + "|(?i:\\bselect\\b.{1,200}\\bfrom\\b|\\binsert into\\b|\\bupdate\\b.{1,80}\\bset\\b.{1,80}=)"
            + "|SQLSTATE|\\bpg_[a-z]+");

    private AnswerRules() {}

    /** What is wrong with the answer, if anything. */
    static Optional<String> violation(BadRequest request, RawAnswer answer) {
        int status = answer.status();
        if (status == 0) {
            return request.codec() ? Optional.empty() : Optional.of("no answer");
        }
        if (status >= 500 && status != 503) {
            return Optional.of("status " + status);
        }
        Matcher inside = INSIDE.matcher(answer.body());
        if (status >= 400 && inside.find()) {
            return Optional.of("shows its inside: " + inside.group());
        }
        return status >= 400 ? notAProblem(request, answer) : Optional.empty();
    }

    private static Optional<String> notAProblem(BadRequest request, RawAnswer answer) {
        boolean head = request.line().startsWith("HEAD ");
        if (answer.body().isEmpty()) {
            boolean allowed = head || request.codec() && CODEC_STATUSES.contains(answer.status());
            return allowed ? Optional.empty() : Optional.of("status " + answer.status() + " without a body");
        }
        if (!answer.header("content-type").startsWith("application/problem+json")) {
            return Optional.of("status " + answer.status() + " as " + answer.header("content-type"));
        }
        try {
            JsonNode problem = Evenkeel.JSON.readTree(answer.body());
            boolean complete = problem.path("status").asInt() == answer.status()
                    && problem.hasNonNull("type")
                    && problem.hasNonNull("title");
            return complete ? Optional.empty() : Optional.of("an incomplete problem document: " + answer.body());
        } catch (JsonProcessingException e) {
            return Optional.of("a problem document that is not JSON");
        }
    }
}
