package dev.evenkeel.platform.http;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.RawHttp;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong, a client gets a problem document that says what, and nothing that it should not see. */
@QuarkusTest
class ProblemDocumentTest {
    private static final String AUTHORIZED = "Authorization: Bearer " + Api.TOKEN;
    private static final String JSON = "Content-Type: application/json";
    private static final String MULTIPART = "Content-Type: multipart/form-data";
    private static final String UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @SuppressWarnings("NullAway.Init")
    @TestHTTPResource("/")
    URI service;

    /** A request that is refused, and how. */
    private record Refusal(String what, int status, String type, List<String> head, String body) {}

    private static Refusal sending(String what, int status, String type, String body, String... head) {
        return new Refusal(what, status, type, Arrays.asList(head), body);
    }

    private static Refusal refusal(String what, int status, String type, String... head) {
        return sending(what, status, type, "", head);
    }

    private static Refusal json(String what, int status, String type, String body) {
        return sending(what, status, type, body, "POST /test/echo HTTP/1.1", AUTHORIZED, JSON, length(body));
    }

    private static String length(String body) {
        return "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length;
    }

    static Stream<Arguments> refusals() {
        List<Refusal> all = new ArrayList<>();
        all.addAll(routing());
        all.addAll(bodies());
        all.addAll(parameters());
        all.addAll(sizes());
        all.addAll(multipart());
        all.addAll(failures());
        return all.stream().map(refusal -> Arguments.of(refusal.what, refusal));
    }

    private static List<Refusal> routing() {
        return List.of(
                refusal("unknown route", 404, "not-found", "GET /api/v1/nothing-here HTTP/1.1", AUTHORIZED),
                refusal("unknown route outside of the API", 404, "not-found", "GET /etc/passwd HTTP/1.1", AUTHORIZED),
                refusal("beside the API", 404, "not-found", "GET /nothing-here HTTP/1.1", AUTHORIZED),
                refusal("path traversal", 404, "not-found", "GET /api/v1/../../etc/passwd HTTP/1.1", AUTHORIZED),
                refusal("wrong method", 405, "method-not-allowed", "DELETE /test/echo HTTP/1.1", AUTHORIZED),
                refusal("unknown method", 405, "method-not-allowed", "BREW /test/echo HTTP/1.1", AUTHORIZED),
                refusal(
                        "nothing acceptable",
                        406,
                        "not-acceptable",
                        "GET /test/echo HTTP/1.1",
                        AUTHORIZED,
                        "Accept: image/png"),
                sending(
                        "unsupported type",
                        415,
                        "unsupported-media-type",
                        "<a/>",
                        "POST /test/echo HTTP/1.1",
                        AUTHORIZED,
                        "Content-Type: application/xml",
                        "Content-Length: 4"),
                sending(
                        "a type that is no type",
                        400,
                        "bad-request",
                        "{}",
                        "POST /test/echo HTTP/1.1",
                        AUTHORIZED,
                        "Content-Type: ;;;",
                        "Content-Length: 2"));
    }

    private static List<Refusal> bodies() {
        return List.of(
                json("malformed JSON", 400, "bad-request", "{\"note_title\": "),
                json("text after JSON", 400, "bad-request", "{\"note_title\": \"a\"} }{"),
                json("an array for an object", 400, "bad-request", "[]"),
                json("a text for an object", 400, "bad-request", "\"note\""),
                json("a number for an object", 400, "bad-request", "12"),
                json("deeply nested JSON", 400, "bad-request", "[".repeat(5_000)),
                json("null for an object", 400, "validation", "null"),
                json("an empty body", 400, "validation", ""),
                json("wrong type of a field", 400, "validation", "{\"note_title\":\"a\",\"count\":\"many\"}"),
                json("an object for a text", 400, "validation", "{\"note_title\":{\"a\":1}}"),
                json("a number for a text", 400, "validation", "{\"note_title\":12}"),
                json("a truth value for a text", 400, "validation", "{\"note_title\":true}"),
                json("a number too large", 400, "validation", "{\"note_title\":\"a\",\"count\":99999999999999}"),
                json("unknown property", 400, "validation", "{\"note_title\":\"a\",\"colour\":\"red\"}"),
                json("camel case", 400, "validation", "{\"noteTitle\":\"a\"}"),
                json("blank title", 400, "validation", "{\"note_title\":\"  \"}"),
                json("missing title", 400, "validation", "{}"),
                json("title too long", 400, "validation", "{\"note_title\":\"" + "a".repeat(21) + "\"}"),
                json("negative count", 400, "validation", "{\"note_title\":\"a\",\"count\":-1}"),
                json(
                        "nested violation",
                        400,
                        "validation",
                        "{\"note_title\":\"a\",\"detail\":{\"some_tags\":[\"x\",\"\"]}}"),
                json("not UTF-8 at all", 400, "bad-request", "\u0000\u0001\u0002"));
    }

    private static List<Refusal> parameters() {
        return List.of(
                refusal("query too small", 400, "validation", "GET /test/echo?pageSize=0 HTTP/1.1", AUTHORIZED),
                refusal("query too large", 400, "validation", "GET /test/echo?pageSize=201 HTTP/1.1", AUTHORIZED),
                refusal("query no number", 400, "bad-request", "GET /test/echo?pageSize=ten HTTP/1.1", AUTHORIZED),
                refusal(
                        "query beyond int",
                        400,
                        "bad-request",
                        "GET /test/echo?pageSize=99999999999 HTTP/1.1",
                        AUTHORIZED),
                refusal("path no id", 400, "bad-request", "GET /test/echo/17 HTTP/1.1", AUTHORIZED));
    }

    private static List<Refusal> sizes() {
        return List.of(
                refusal(
                        "too large by its length",
                        413,
                        "too-large",
                        "POST /test/echo HTTP/1.1",
                        AUTHORIZED,
                        JSON,
                        "Content-Length: 17000000"),
                refusal(
                        "multipart too large by its length",
                        413,
                        "too-large",
                        "POST /test/echo/files HTTP/1.1",
                        AUTHORIZED,
                        MULTIPART + "; boundary=x",
                        "Content-Length: 99000000000"),
                sending(
                        "chunked JSON",
                        411,
                        "length-required",
                        "2\r\n{}\r\n0\r\n\r\n",
                        "POST /test/echo HTTP/1.1",
                        AUTHORIZED,
                        JSON,
                        "Transfer-Encoding: chunked"));
    }

    private static List<Refusal> multipart() {
        return List.of(
                sending(
                        "multipart without a boundary",
                        400,
                        "bad-request",
                        "--x--",
                        "POST /test/echo/files HTTP/1.1",
                        AUTHORIZED,
                        MULTIPART,
                        "Content-Length: 5"),
                sending(
                        "multipart that breaks off",
                        400,
                        "bad-request",
                        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc",
                        "POST /test/echo/files HTTP/1.1",
                        AUTHORIZED,
                        MULTIPART + "; boundary=x",
                        "Content-Length: 67"),
                sending(
                        "a part with a broken header",
                        400,
                        "bad-request",
                        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
                                + "Content-Type: a\nb\r\n\r\nabc\r\n--x--\r\n",
                        "POST /test/echo/files HTTP/1.1",
                        AUTHORIZED,
                        MULTIPART + "; boundary=x",
                        "Content-Length: 97"),
                sending(
                        "multipart that is none",
                        400,
                        "bad-request",
                        "hello",
                        "POST /test/echo/files HTTP/1.1",
                        AUTHORIZED,
                        MULTIPART + "; boundary=x",
                        "Content-Length: 5"));
    }

    private static List<Refusal> failures() {
        return List.of(
                refusal("a conflict", 409, "conflict", "GET /test/echo/conflict HTTP/1.1", AUTHORIZED),
                refusal("not allowed", 403, "forbidden", "GET /test/echo/forbidden HTTP/1.1", AUTHORIZED),
                refusal("a defect of ours", 500, "internal", "GET /test/echo/defect HTTP/1.1", AUTHORIZED),
                refusal("a defect, thrown", 500, "internal", "GET /test/echo/thrown-defect HTTP/1.1", AUTHORIZED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void isAProblemDocument(String what, Refusal refusal) throws IOException {
        RawHttp.Answer answer = RawHttp.send(service, refusal.head, refusal.body.getBytes(StandardCharsets.UTF_8));
        isProblem(answer, refusal.status, refusal.type);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/api/v1/operations/lanes",
                "/api/v1/nothing-here",
                "/test/echo",
                "/nothing-here",
                "/api;a=b/v1/operations/lanes",
                "/api/v1;a=b/operations/lanes",
                "/api/v1/operations;a=b/lanes",
                "/api/v1/operations/lanes;a=b",
                "/api/v1/operations/lanes;/q/health",
                "/q/health;/../../api/v1/operations/lanes",
                "/q/health/../../api/v1/operations/lanes",
                "//api/v1/operations/lanes",
                "/x/../api/v1/operations/lanes",
                "/%61pi/v1/operations/lanes",
                "/api%2Fv1/operations/lanes",
                "/api/v1/operations/lanes/",
                "/API/v1/operations/lanes"
            })
    void nobodyGetsInWithoutAToken(String path) throws IOException {
        RawHttp.Answer answer = RawHttp.send(service, List.of("GET " + path + " HTTP/1.1"), new byte[0]);
        isProblem(answer, 401, "unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer realm=\"evenkeel\"");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                "Bearer " + Api.TOKEN + "x",
                "Bearer " + Api.TOKEN + " x",
                "Basic YWRtaW46YWRtaW4=",
                "Basic " + Api.TOKEN,
                "Digest username=\"a\"",
                Api.TOKEN,
                "",
                "Bearer \u00e9\u00e9"
            })
    void aWrongCredentialIsNoCredential(String authorization) throws IOException {
        RawHttp.Answer answer = RawHttp.send(
                service, List.of("GET /test/echo HTTP/1.1", "Authorization: " + authorization), new byte[0]);
        isProblem(answer, 401, "unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics", "/q/openapi"
            })
    void whatIsOpenIsOpenToAll(String path) throws IOException {
        RawHttp.Answer answer = RawHttp.send(service, List.of("GET " + path + " HTTP/1.1"), new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void theSchemeIsNotCaseSensitive() throws IOException {
        RawHttp.Answer answer = RawHttp.send(
                service, List.of("GET /test/echo HTTP/1.1", "Authorization: bEARER " + Api.TOKEN), new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"value\":10}");
    }

    @Test
    void aViolationNamesTheField() {
        given().contentType("application/json")
                .body("{\"note_title\":\"a\",\"count\":-1,\"detail\":{\"some_tags\":[\"x\",\"\"]}}")
                .post("/test/echo")
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("count"))
                .body("errors[0].message", equalTo("must be greater than or equal to 0"))
                .body("errors[1].field", matchesPattern("detail\\.some_tags\\[1\\].*"))
                .body("errors.size()", is(2));
        given().contentType("application/json")
                .body("{\"note_title\":\"a\",\"colour\":\"red\"}")
                .post("/test/echo")
                .then()
                .body("errors[0].field", equalTo("colour"));
        given().contentType("application/json")
                .body("{\"note_title\":\"a\",\"count\":\"many\"}")
                .post("/test/echo")
                .then()
                .body("errors[0].field", equalTo("count"));
        given().get("/test/echo?pageSize=0").then().body("errors[0].field", equalTo("page_size"));
    }

    @Test
    void aGoodRequestIsAnswered() {
        given().contentType("application/json")
                .body("{\"note_title\":\"a\",\"detail\":{\"some_tags\":[\"x\"]}}")
                .post("/test/echo")
                .then()
                .statusCode(200)
                .header("X-Content-Type-Options", "nosniff")
                .body("note_title", equalTo("a"))
                .body("detail.some_tags[0]", equalTo("x"));
        given().multiPart("file", "a.txt", "abc".getBytes(StandardCharsets.UTF_8))
                .multiPart("file", "b.txt", new byte[0])
                .post("/test/echo/files")
                .then()
                .statusCode(200)
                .body("value", is(2));
    }

    @Test
    void aRequestIdIsGivenToEveryRequest() throws IOException {
        RawHttp.Answer answer = problemWithRequestId(null);
        assertThat(answer.header("X-Request-Id").orElseThrow()).matches(UUID_PATTERN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "order-17_b.c", "0123456789012345678901234567890123456789012345678901234567890123"})
    void aSaneRequestIdIsKept(String id) throws IOException {
        RawHttp.Answer answer = problemWithRequestId(id);
        assertThat(answer.header("X-Request-Id")).hasValue(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "<script>",
                "a\tb",
                "01234567890123456789012345678901234567890123456789012345678901234",
                "\u00e9"
            })
    void anyOtherRequestIdIsReplaced(String id) throws IOException {
        RawHttp.Answer answer = problemWithRequestId(id);
        assertThat(answer.header("X-Request-Id").orElseThrow()).matches(UUID_PATTERN);
    }

    private RawHttp.Answer problemWithRequestId(@Nullable String id) throws IOException {
        List<String> head = new ArrayList<>(List.of("GET /api/v1/nothing HTTP/1.1", AUTHORIZED));
        if (id != null) {
            head.add("X-Request-Id: " + id);
        }
        RawHttp.Answer answer = RawHttp.send(service, head, new byte[0]);
        isProblem(answer, 404, "not-found");
        return answer;
    }

    /** The document is complete and consistent, the headers are set, and nothing of the inside shows. */
    private static void isProblem(RawHttp.Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as(answer.toString()).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("type")).as(answer.body()).isEqualTo("urn:evenkeel:problem:" + type);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("title")).isNotBlank();
        assertThat(problem.getString("detail")).isNotBlank();
        assertThat(problem.getString("request_id"))
                .isEqualTo(answer.header("X-Request-Id").orElseThrow());
        assertThat(problem.containsKey("errors")).as(answer.body()).isEqualTo(type.equals("validation"));
        assertThat(answer.header("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.header("X-Frame-Options")).hasValue("DENY");
        assertThat(answer.header("Content-Security-Policy")).hasValue("default-src 'none'; frame-ancestors 'none'");
        assertThat(answer.header("Referrer-Policy")).hasValue("no-referrer");
        assertThat(answer.header("Cache-Control")).hasValue("no-store");
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.body())
                .doesNotContain("Exception", "dev.evenkeel", "io.vertx", "io.quarkus", "java.", "\tat ", Api.TOKEN)
                .doesNotContainIgnoringCase("select ");
    }
}
