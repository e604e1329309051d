package dev.evenkeel.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 request as the bytes that go on the wire, built once and sent many times. */
public record RequestSpec(byte[] bytes) {

    /** A GET with an optional bearer token. */
    public static RequestSpec get(Target target, String path, @Nullable String token) {
        return of(target, "GET", path, token, null);
    }

    /** A POST of a JSON body with an optional bearer token. */
    public static RequestSpec postJson(Target target, String path, @Nullable String token, String json) {
        return of(target, "POST", path, token, json);
    }

    /** A PUT of a JSON body with an optional bearer token. */
    public static RequestSpec putJson(Target target, String path, @Nullable String token, String json) {
        return of(target, "PUT", path, token, json);
    }

    private static RequestSpec of(
            Target target, String method, String path, @Nullable String token, @Nullable String json) {
        byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ")
                .append(target.authority().toLowerCase(Locale.ROOT))
                .append("\r\n");
        head.append("Accept: application/json\r\n");
        if (token != null) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (json != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        return new RequestSpec(all);
    }
}
