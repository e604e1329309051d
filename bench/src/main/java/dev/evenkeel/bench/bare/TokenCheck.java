package dev.evenkeel.bench.bare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The check of one bearer token: hashed, compared in constant time, once for each request. */
final class TokenCheck {

    private static final String PREFIX = "Bearer ";

    private final byte[] expected;

    TokenCheck(String token) {
        this.expected = sha256(token);
    }

    boolean accepts(@Nullable String authorization) {
        return authorization != null
                && authorization.startsWith(PREFIX)
                && MessageDigest.isEqual(expected, sha256(authorization.substring(PREFIX.length())));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
