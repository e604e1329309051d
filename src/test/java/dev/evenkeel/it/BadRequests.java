package dev.evenkeel.it;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests made from an OpenAPI document and spoilt in one way or another, the same ones for the same seed. */
final class BadRequests {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final int MAX_DEPTH = 4;
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "null",
            "-1",
            "0",
            "99999999999999999999",
            "NaN",
            "1e309",
            "true",
            "'; drop table document; --",
            "\" or \"\"=\"",
            "%",
            "_",
            "\\",
            "../../etc/passwd",
            "a\u0000b",
            "\uD83D\uDE00\u202E\uFEFF",
            "\u00df\u0130\u0131",
            "<script>alert(1)</script>",
            "{{7*7}}${7*7}",
            "a".repeat(300),
            "\"unclosed",
            "(((((",
            "foo & | ! <-> :*",
            "00000000-0000-0000-0000-000000000000",
            "2026-02-30T25:61:61Z");

    /** A request as bytes: the lines of its head, and its body. */
    record BadRequest(List<String> head, byte[] body) {
        @Override
        public String toString() {
            String text = new String(body, StandardCharsets.UTF_8);
            return String.join(" | ", head) + " | " + text.substring(0, Math.min(300, text.length()));
        }
    }

    private record Operation(String method, String path, JsonObject details) {}

    private final Random random;
    private final String token;
    private final JsonObject schemas;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> knownIds;

    BadRequests(JsonObject openApi, String token, List<String> knownIds, long seed) {
        this.random = new Random(seed);
        this.token = token;
        this.knownIds = knownIds;
        this.schemas = openApi.getJsonObject("components").getJsonObject("schemas");
        JsonObject paths = openApi.getJsonObject("paths");
        for (Map.Entry<String, Object> path : paths) {
            JsonObject item = (JsonObject) path.getValue();
            for (String method : item.fieldNames()) {
                if (METHODS.contains(method) && !path.getKey().endsWith("/events")) {
                    operations.add(new Operation(method, path.getKey(), item.getJsonObject(method)));
                }
            }
        }
    }

    int operations() {
        return operations.size();
    }

    BadRequest next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        List<String> head = new ArrayList<>();
        String method = chance(30) ? "OPTIONS PROPFIND TRACE get".split(" ")[random.nextInt(4)] : operation.method;
        head.add((method.equals("get") && chance(2) ? method : method.toUpperCase(java.util.Locale.ROOT)) + " "
                + target(operation) + " HTTP/1.1");
        if (!chance(25)) {
            head.add("Authorization: Bearer " + token);
        } else {
            head.add("Authorization: " + header(nasty()));
        }
        byte[] body = body(operation, head);
        if (chance(10)) {
            head.add(
                    List.of("If-Match", "If-None-Match", "Idempotency-Key", "Accept", "X-Request-Id", "Range", "Cookie")
                                    .get(random.nextInt(7))
                            + ": " + header(nasty()));
        }
        if (body.length > 0 || !method.equalsIgnoreCase("get")) {
            head.add("Content-Length: " + body.length);
        }
        return new BadRequest(head, body);
    }

    private String target(Operation operation) {
        StringBuilder target = new StringBuilder();
        for (String segment : operation.path.substring(1).split("/")) {
            target.append('/').append(segment.startsWith("{") ? escaped(idOrNasty()) : segment);
            if (chance(40)) {
                target.append(";a=b");
            }
        }
        List<String> query = new ArrayList<>();
        JsonArray parameters = operation.details.getJsonArray("parameters", new JsonArray());
        for (int i = 0; i < parameters.size(); i++) {
            JsonObject parameter = parameters.getJsonObject(i);
            if ("query".equals(parameter.getString("in")) && chance(2)) {
                query.add(parameter.getString("name") + "=" + escaped(idOrNasty()));
            }
        }
        if (chance(10)) {
            query.add(escaped(nasty()) + "=" + escaped(nasty()));
        }
        return query.isEmpty() ? target.toString() : target + "?" + String.join("&", query);
    }

    private byte[] body(Operation operation, List<String> head) {
        JsonObject request = operation.details.getJsonObject("requestBody");
        if (request == null) {
            return chance(5) ? bytes(nasty()) : new byte[0];
        }
        JsonObject content = request.getJsonObject("content", new JsonObject());
        if (content.containsKey("multipart/form-data")) {
            return multipart(head);
        }
        head.add("Content-Type: "
                + (chance(12)
                        ? List.of("text/plain", "application/xml", "a/b;c", "json")
                                .get(random.nextInt(4))
                        : "application/json"));
        JsonObject schema =
                content.getJsonObject("application/json", new JsonObject()).getJsonObject("schema");
        String json = encode(value(schema, 0));
        return bytes(chance(4) ? broken(json) : json);
    }

    private byte[] multipart(List<String> head) {
        String boundary = chance(10) ? "b".repeat(200) : "boundary";
        head.add("Content-Type: multipart/form-data" + (chance(10) ? "" : "; boundary=" + boundary));
        StringBuilder body = new StringBuilder();
        for (int part = random.nextInt(4); part > 0; part--) {
            body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
            body.append(chance(4) ? header(nasty()) : "file").append("\"; filename=\"");
            body.append(header(chance(2) ? nasty() : "a/b" + random.nextInt(9) + ".pdf"))
                    .append("\"\r\n");
            body.append(chance(3) ? "Content-Type: " + header(nasty()) + "\r\n" : "")
                    .append("\r\n");
            body.append(nasty()).append(chance(6) ? "" : "\r\n");
        }
        body.append(chance(4) ? "" : "--" + boundary + "--\r\n");
        return bytes(chance(5) ? broken(body.toString()) : body.toString());
    }

    private @Nullable Object value(@Nullable JsonObject schema, int depth) {
        if (schema == null || chance(6)) {
            return anything(depth);
        }
        if (schema.containsKey("$ref")) {
            String name = schema.getString("$ref").replaceAll(".*/", "");
            return value(schemas.getJsonObject(name), depth);
        }
        if (schema.containsKey("enum") && !chance(3)) {
            JsonArray values = schema.getJsonArray("enum");
            return values.getValue(random.nextInt(values.size()));
        }
        JsonObject properties = schema.getJsonObject("properties");
        if (properties != null && depth < MAX_DEPTH) {
            JsonObject object = new JsonObject();
            for (String name : properties.fieldNames()) {
                if (!chance(4)) {
                    object.put(name, value(properties.getJsonObject(name), depth + 1));
                }
            }
            if (chance(8)) {
                object.put(nasty(), anything(depth + 1));
            }
            return object;
        }
        if (schema.getJsonObject("items") != null && depth < MAX_DEPTH) {
            JsonArray array = new JsonArray();
            for (int i = random.nextInt(4); i > 0; i--) {
                array.add(value(schema.getJsonObject("items"), depth + 1));
            }
            return array;
        }
        return String.valueOf(schema.getValue("type")).contains("string") ? idOrNasty() : anything(depth);
    }

    private @Nullable Object anything(int depth) {
        return switch (random.nextInt(depth < MAX_DEPTH ? 9 : 6)) {
            case 0 -> null;
            case 1 -> random.nextInt();
            case 2 -> random.nextDouble() * 1e300;
            case 3 -> random.nextBoolean();
            case 4, 5 -> nasty();
            case 6 -> new JsonArray().add(anything(depth + 1)).add(anything(depth + 1));
            case 7 -> new JsonObject().put(nasty(), anything(depth + 1));
            default -> Long.MIN_VALUE;
        };
    }

    private static String encode(@Nullable Object value) {
        String array = new JsonArray().add(value).encode();
        return array.substring(1, array.length() - 1);
    }

    private String broken(String text) {
        if (text.isEmpty()) {
            return "{";
        }
        int at = random.nextInt(text.length());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + nasty() + text.substring(at);
            case 2 -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 3));
            default -> "[".repeat(random.nextInt(3_000)) + text;
        };
    }

    private String idOrNasty() {
        int kind = random.nextInt(3);
        return kind == 0
                ? knownIds.get(random.nextInt(knownIds.size()))
                : kind == 1 ? new UUID(random.nextLong(), random.nextLong()).toString() : nasty();
    }

    private String nasty() {
        return NASTY.get(random.nextInt(NASTY.size()));
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Header values end where a line ends. */
    private static String header(String text) {
        return text.replaceAll("[\\r\\n\\x00]", "?");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
