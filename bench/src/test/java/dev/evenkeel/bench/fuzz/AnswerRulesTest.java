package dev.evenkeel.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerRulesTest {

    private static final BadRequest PLAIN = new BadRequest("test", "GET /x", new byte[0], false);
    private static final BadRequest CODEC = new BadRequest("test", "GET /%zz", new byte[0], true);

    private static RawAnswer problem(int status, String detail) {
        return new RawAnswer(
                status,
                Map.of("content-type", "application/problem+json"),
                "{\"type\":\"urn:x\",\"title\":\"t\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}");
    }

    @Test
    void acceptsProblemDocumentsAndSuccess() {
        assertThat(AnswerRules.violation(PLAIN, problem(404, "Not found."))).isEmpty();
        assertThat(AnswerRules.violation(PLAIN, problem(503, "Busy."))).isEmpty();
        assertThat(AnswerRules.violation(PLAIN, new RawAnswer(200, Map.of(), "select a from b")))
                .isEmpty();
        assertThat(AnswerRules.violation(CODEC, new RawAnswer(400, Map.of(), "")))
                .isEmpty();
        assertThat(AnswerRules.violation(CODEC, RawAnswer.NONE)).isEmpty();
    }

    @Test
    void refusesServerErrorsSilenceAndOtherErrorBodies() {
        assertThat(AnswerRules.violation(PLAIN, problem(500, "x"))).hasValue("status 500");
        assertThat(AnswerRules.violation(PLAIN, RawAnswer.NONE)).hasValue("no answer");
        assertThat(AnswerRules.violation(PLAIN, new RawAnswer(400, Map.of(), "")))
                .isPresent();
        assertThat(AnswerRules.violation(
                        PLAIN, new RawAnswer(404, Map.of("content-type", "text/html"), "<html>not found</html>")))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at dev.evenkeel.Main.run(Main.java:1)",
                "java.lang.NullPointerException",
                "select id from document where x",
                "insert into chunk",
                "SQLSTATE 42883",
                "BadThingException: oops"
            })
    void refusesWhatShowsTheInside(String detail) {
        assertThat(AnswerRules.violation(PLAIN, problem(400, detail)))
                .hasValueSatisfying(rule -> assertThat(rule).startsWith("shows its inside"));
    }
}
