package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Requests at random at every route of documents, searches and jobs: each gets a success or a problem document. */
@QuarkusTest
class BadRequestsTest {
    private static final int REQUESTS = 600;
    private static final long SEED = 20_260_101;

    private static final List<String> ROUTES = List.of(
            "GET /collections",
            "POST /collections",
            "GET /collections/{}",
            "PATCH /collections/{}",
            "GET /collections/{}/statistics",
            "POST /collections/{}/documents",
            "POST /collections/{}/documents",
            "POST /collections/{}/files",
            "POST /collections/{}/files",
            "GET /documents",
            "GET /documents",
            "GET /documents/{}",
            "PATCH /documents/{}",
            "GET /documents/{}/chunks",
            "GET /documents/{}/content",
            "PUT /documents/{}/content",
            "POST /documents/{}/move",
            "POST /documents/{}/reindex",
            "DELETE /documents/{}",
            "POST /search",
            "POST /search",
            "POST /search",
            "GET /jobs",
            "GET /jobs/{}",
            "POST /jobs/{}/cancel",
            "POST /jobs/{}/retry",
            "POST /jobs/redrive",
            "GET /jobs/kinds",
            "POST /jobs/kinds/{}/pause",
            "POST /jobs/kinds/{}/resume",
            "POST /jobs/kinds/{}/clear");

    private static final List<String> FIELDS = List.of(
            "name",
            "description",
            "language",
            "keep_original",
            "title",
            "content",
            "source_path",
            "document_type",
            "metadata",
            "query",
            "collection_ids",
            "collection_id",
            "limit",
            "mode",
            "min_score",
            "max_tokens",
            "kind");

    private static final List<String> PARAMETERS =
            List.of("limit", "cursor", "name", "type", "state", "collection_id", "kind", "subject_id", "priority");

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "null",
            "-1",
            "0",
            "99999999999999999999",
            "1e308",
            "NaN",
            "true",
            "'; drop table document; --",
            "\" or \"\"=\"",
            "%",
            "_",
            "\\",
            "*",
            "../../etc/passwd",
            "${jndi:ldap://x}",
            "<script>",
            "\uFFFF",
            "🦊",
            "\u202Eabc",
            "ﬀ ß İ ı",
            "00000000-0000-0000-0000-000000000000",
            "keyword",
            "completed",
            "markdown",
            "english",
            "(((",
            "a&b|!c<->d:*",
            "MDE5MGEwYTA",
            "\r\nX: 1",
            "\u2003");

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e400",
            "12345678901234567890123",
            "\"\"",
            "\" \"",
            "[]",
            "{}",
            "[null]",
            "[[[]]]",
            "{\"a\":{\"b\":1}}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "[\"x\",1,null]");

    private static final Pattern INSIDE = Pattern.compile("(?i)exception|\\bat [\\w.]+\\(|java\\.|io\\.vertx|hibernate"
            + "|jakarta|dev\\.evenkeel|sqlstate|\\bselect\\b.+\\bfrom\\b|insert into|violates|pg_");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Random random = new Random(SEED);

    @TestHTTPResource("/api/v1")
    @SuppressWarnings("NullAway.Init")
    URI api;

    private UUID collection = UUID.randomUUID();
    private UUID document = UUID.randomUUID();

    @Test
    void everyAnswerIsASuccessOrAProblemDocument() throws IOException, InterruptedException {
        // Given
        collection = collection();
        document = storeText(collection, "the okapi");
        try {
            for (int i = 0; i < REQUESTS; i++) {
                // When
                HttpRequest request = next();
                HttpResponse<String> response =
                        client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                // Then
                check("request " + i + ": " + request.method() + " " + request.uri(), response);
            }
        } finally {
            KnowledgeApi.resumeIngestion();
        }
    }

    private void check(String request, HttpResponse<String> response) throws JsonProcessingException {
        int status = response.statusCode();
        String what = request + " -> " + status + " " + response.body();
        assertThat(status).as(what).matches(code -> code < 500 || code == 503);
        if (status >= 400) {
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .as(what)
                    .startsWith("application/problem+json");
            JsonNode problem = mapper.readTree(response.body());
            assertThat(problem.path("status").asInt()).as(what).isEqualTo(status);
            assertThat(problem.path("type").asText()).as(what).startsWith("urn:evenkeel:problem:");
            assertThat(INSIDE.matcher(response.body()).find()).as(what).isFalse();
        }
    }

    private HttpRequest next() {
        String[] route = oneOf(ROUTES).split(" ");
        String path = route[1].replace("{}", id(route[1]));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path + query()))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + Api.TOKEN);
        header(request);
        if (route[0].equals("GET") || route[0].equals("DELETE")) {
            return request.method(route[0], HttpRequest.BodyPublishers.noBody()).build();
        }
        boolean files = path.endsWith("/files") && random.nextInt(8) > 0;
        byte[] body = files ? multipart() : json();
        String type = random.nextInt(15) == 0
                ? oneOf(List.of(
                        "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json;x"))
                : files ? MultipartBody.CONTENT_TYPE : "application/json";
        return request.header("Content-Type", type)
                .method(route[0], HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private String id(String route) {
        if (random.nextInt(3) > 0) {
            return (route.startsWith("/collections") ? collection : document).toString();
        }
        return random.nextBoolean()
                ? UUID.randomUUID().toString()
                : URLEncoder.encode("x" + oneOf(TEXTS), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            query.append(query.length() == 0 ? '?' : '&')
                    .append(oneOf(PARAMETERS))
                    .append('=')
                    .append(URLEncoder.encode(text(), StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private void header(HttpRequest.Builder request) {
        if (random.nextInt(4) == 0) {
            String name =
                    oneOf(List.of("If-Match", "If-None-Match", "Idempotency-Key", "Accept", "X-Request-Id", "Range"));
            request.header(
                    name, oneOf(List.of("*", "\"0\"", "x", "\"", ",,,", "W/\"1\"", "text/html", "k".repeat(300))));
        }
    }

    private byte[] json() {
        StringBuilder body = new StringBuilder("{");
        for (int i = random.nextInt(5); i >= 0; i--) {
            body.append(body.length() > 1 ? "," : "")
                    .append('"')
                    .append(oneOf(FIELDS))
                    .append("\":")
                    .append(value());
        }
        body.append('}');
        return switch (random.nextInt(12)) {
            case 0 -> SampleFiles.utf8(body.substring(0, random.nextInt(body.length())));
            case 1 -> SampleFiles.noise(2 + random.nextInt(300), random.nextLong());
            case 2 -> SampleFiles.utf8("[".repeat(20_000));
            case 3 -> new byte[0];
            default -> SampleFiles.utf8(body.toString());
        };
    }

    private String value() {
        return switch (random.nextInt(4)) {
            case 0 -> oneOf(VALUES);
            case 1 -> '"' + "z".repeat(1 << random.nextInt(16)) + '"';
            default ->
                com.fasterxml.jackson.databind.node.TextNode.valueOf(text()).toString();
        };
    }

    private byte[] multipart() {
        MultipartBody body = new MultipartBody();
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = text().replaceAll("[\r\n\"]", "_");
            if (random.nextInt(5) == 0) {
                body.part(text().replaceAll("[\r\n]", "_"), SampleFiles.utf8(text()));
            } else {
                body.file(
                        name + oneOf(List.of("", ".md", ".pdf", ".go", ".ipynb")),
                        random.nextBoolean()
                                ? SampleFiles.utf8(text())
                                : SampleFiles.noise(2 + random.nextInt(2_000), random.nextLong()));
            }
        }
        return random.nextInt(6) == 0 ? body.unfinished() : body.end();
    }

    private String text() {
        if (random.nextInt(5) > 0) {
            return oneOf(TEXTS);
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(50); i > 0; i--) {
            text.appendCodePoint(random.nextInt(0xD7FF));
        }
        return text.toString();
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
