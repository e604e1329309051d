package dev.evenkeel.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/** Makes bad requests from the operations of the API; the request with a number is always the same. */
final class BadRequests {

    private static final List<String> TYPES = List.of(
            "text/plain",
            "application/xml",
            "application/json; charset=utf-7",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "json",
            "*/*",
            ";;;",
            "application/x-ndjson");
    private static final List<String> METHODS =
            List.of("TRACE", "FOO", "OPTIONS", "HEAD", "PATCH", "DELETE", "PUT", "CONNECT");

    private final List<ApiOperation> operations;
    private final String token;
    private final String collectionId;
    private final long seed;
    private final List<Function<Case, BadRequest>> makers = List.of(
            this::badPath,
            this::badQuery,
            this::badProperty,
            this::badProperty,
            this::brokenJson,
            this::wrongType,
            this::badMultipart,
            this::badHeader,
            this::badCredential,
            this::wrongMethod,
            this::unknownRoute,
            this::badFraming,
            this::oddSearch,
            this::oddSearch);

    private record Case(Random random, BadValues values, ApiOperation operation) {}

    BadRequests(List<ApiOperation> operations, String token, String collectionId, long seed) {
        this.operations = List.copyOf(operations);
        this.token = token;
        this.collectionId = collectionId;
        this.seed = seed;
    }

    BadRequest number(long number) {
        Random random = new Random(seed * 1_000_003 + number);
        BadValues values = new BadValues(random);
        Case made = new Case(random, values, values.oneOf(operations));
        return makers.get(random.nextInt(makers.size())).apply(made);
    }

    private RequestBuilder start(Case c, String path) {
        return new RequestBuilder(c.operation.method(), path, token);
    }

    /** The operation's path with an existing collection or a random id in it. */
    private String path(Case c) {
        String id = c.random.nextBoolean() ? collectionId : UUID.randomUUID().toString();
        return c.operation.path().replaceAll("\\{[^}]*}", id);
    }

    private BadRequest badPath(Case c) {
        String path = c.operation
                .path()
                .replaceAll("\\{[^}]*}", java.util.regex.Matcher.quoteReplacement(c.values.encoded()));
        return start(c, path).body("application/json", "{}").build("path parameter", true);
    }

    private BadRequest badQuery(Case c) {
        StringBuilder query = new StringBuilder("?");
        for (int i = c.random.nextInt(4); i >= 0; i--) {
            String name = c.operation.queryParameters().isEmpty() || c.random.nextInt(4) == 0
                    ? c.values.oneOf(List.of("limit", "cursor", "unknown", "", "a[]", "limit"))
                    : c.values.oneOf(c.operation.queryParameters());
            query.append(name).append('=').append(c.values.encoded()).append('&');
        }
        return start(c, path(c) + query).body("application/json", "{}").build("query parameter", true);
    }

    private BadRequest badProperty(Case c) {
        StringBuilder body = new StringBuilder("{");
        for (String property : c.operation.properties()) {
            if (c.random.nextInt(4) > 0) {
                body.append(body.length() > 1 ? "," : "")
                        .append('"')
                        .append(property)
                        .append("\":")
                        .append(c.values.json());
            }
        }
        if (c.random.nextInt(5) == 0) {
            body.append(body.length() > 1 ? "," : "")
                    .append("\"unknown_property\":")
                    .append(c.values.json());
        }
        return start(c, path(c)).body("application/json", body + "}").build("JSON property", false);
    }

    private BadRequest brokenJson(Case c) {
        byte[] body = switch (c.random.nextInt(5)) {
            case 0 -> c.values.garbage(c.random.nextInt(500));
            case 1 -> ("{\"name\":" + c.values.json()).getBytes(StandardCharsets.UTF_8);
            case 2 -> "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
            case 3 -> c.values.json().getBytes(StandardCharsets.UTF_8);
            default -> new byte[0];
        };
        return start(c, path(c)).body("application/json", body).build("broken JSON", false);
    }

    private BadRequest wrongType(Case c) {
        return start(c, path(c)).body(c.values.oneOf(TYPES), c.values.text()).build("content type", false);
    }

    private BadRequest badMultipart(Case c) {
        String boundary = c.values.oneOf(List.of("b", "", "-", "x".repeat(200), "\"quoted", "b; charset=x"));
        String body = switch (c.random.nextInt(5)) {
            case 0 -> "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end";
            case 1 -> "--b\r\n\r\nno headers\r\n--b--\r\n";
            case 2 -> "--b--\r\n";
            case 3 ->
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + c.values.text() + "\"\r\n\r\n"
                        + c.values.text() + "\r\n--b--\r\n";
            default -> c.values.text();
        };
        String path = c.random.nextBoolean() ? "/api/v1/collections/" + collectionId + "/files" : path(c);
        return new RequestBuilder("POST", path, token)
                .body("multipart/form-data; boundary=" + boundary, body)
                .build("multipart", false);
    }

    private BadRequest badHeader(Case c) {
        String name = c.values.oneOf(List.of(
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
                "Range",
                "Accept",
                "Accept-Language",
                "X-Request-Id",
                "Cookie",
                "Origin",
                "X-Forwarded-For",
                "Accept-Encoding",
                "Expect",
                "Upgrade",
                "Content-Encoding"));
        String value = c.values.text().replaceAll("[\\r\\n\\u0000]", "?");
        return start(c, path(c))
                .body("application/json", "{\"query\":\"x\",\"name\":\"n\"}")
                .header(name, value)
                .build("header " + name, isForTheCodec(name, value));
    }

    /** Control characters and sheer length are refused, without a body, before the service sees the request. */
    private static boolean isForTheCodec(String name, String value) {
        return name.equals("Expect")
                || name.equals("Upgrade")
                || value.length() > 1000
                || value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f);
    }

    private BadRequest badCredential(Case c) {
        String value = c.values.oneOf(List.of(
                "",
                "Bearer",
                "Bearer ",
                "Bearer x",
                "bearer " + "z".repeat(4000),
                "Basic YTpi",
                "Bearer a b c",
                "Digest x",
                "Bearer \u00e9\u00e9",
                "Negotiate " + "A".repeat(300)));
        RequestBuilder request = start(c, path(c)).header("Authorization", value);
        if (c.random.nextInt(3) == 0) {
            request.without("Authorization");
        }
        return request.build("credential", false);
    }

    private BadRequest wrongMethod(Case c) {
        return new RequestBuilder(c.values.oneOf(METHODS), path(c), token)
                .body("application/json", "{}")
                .build("method", true);
    }

    private BadRequest unknownRoute(Case c) {
        String path = c.values.oneOf(List.of(
                "/" + c.values.encoded(),
                "/api/v1/" + c.values.encoded(),
                "/api/v1;a=b/collections",
                "//api/v1/collections",
                "/api/v1/collections/../../../x",
                "/api/v1/collections/%zz",
                "/api/v1/collections?%zz=1",
                "/" + "p".repeat(c.random.nextInt(9000)),
                "/q/" + c.values.encoded(),
                "*",
                "http://127.0.0.1/api/v1/collections",
                "api"));
        return new RequestBuilder("GET", path, token).build("route", true);
    }

    private BadRequest badFraming(Case c) {
        RequestBuilder request =
                new RequestBuilder("POST", "/api/v1/search", token).body("application/json", "{\"query\":\"x\"}");
        switch (c.random.nextInt(7)) {
            case 0 -> request.header("Content-Length", "-5");
            case 1 -> request.header("Content-Length", "abc");
            case 2 -> request.header("Content-Length", "99999999999999999999");
            case 3 -> request.header("Transfer-Encoding", "chunked");
            case 4 -> request.header("X-Long", "h".repeat(40_000));
            case 5 -> request.without("Host");
            default -> request.without("Content-Type");
        }
        return request.build("framing", true);
    }

    /** Any text is a valid query: the answer must be a success or a complaint about its size, nothing else. */
    private BadRequest oddSearch(Case c) {
        String text = c.random.nextInt(4) == 0 ? c.values.text().repeat(20) : c.values.text() + " " + c.values.text();
        String body = "{\"query\":" + com.fasterxml.jackson.databind.node.TextNode.valueOf(text) + ",\"limit\":5}";
        return new RequestBuilder("POST", "/api/v1/search", token)
                .body("application/json", body)
                .build("odd query", false);
    }
}
