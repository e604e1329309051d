package dev.evenkeel.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the bytes of a request, right or wrong. */
final class RequestBuilder {

    private final String method;
    private final String uri;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte[] body = new byte[0];

    RequestBuilder(String method, String uri, String token) {
        this.method = method;
        this.uri = uri;
        headers.put("Host", "127.0.0.1");
        headers.put("Authorization", "Bearer " + token);
        headers.put("Connection", "close");
    }

    RequestBuilder header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    RequestBuilder without(String name) {
        headers.remove(name);
        return this;
    }

    /** Sets the body with its true length. */
    RequestBuilder body(String contentType, byte[] bytes) {
        body = bytes;
        headers.put("Content-Type", contentType);
        headers.put("Content-Length", Integer.toString(bytes.length));
        return this;
    }

    RequestBuilder body(String contentType, String text) {
        return body(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    BadRequest build(String kind, boolean codec) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringBuilder head = new StringBuilder(method + " " + uri + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.writeBytes((head + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        String line = method + " " + (uri.length() > 200 ? uri.substring(0, 200) + "..." : uri);
        return new BadRequest(kind, line, out.toByteArray(), codec);
    }
}
