package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Signs and verifies the short-lived tokens of sessions: ES256, with the user as subject and the session as {@code sid}. */
@Singleton
class AccessJwt {
    private static final String SESSION = "sid";
    private static final String START = "eyJ";
    private static final int MAX_LENGTH = 4096;

    private final IdentityConfig config;
    private final JWTParser parser;

    AccessJwt(IdentityConfig config, JWTParser parser) {
        this.config = config;
        this.parser = parser;
    }

    /** What a verified token says. */
    record Claims(UUID userId, UUID sessionId) {}

    Duration lifetime() {
        return config.session().accessTokenLifetime();
    }

    /** A new token, with an id of its own. */
    String sign(SigningKeys.Signer key, UUID userId, UUID sessionId) {
        return Jwt.issuer(config.issuer())
                .audience(config.audience())
                .subject(userId.toString())
                .claim(SESSION, sessionId.toString())
                .claim("jti", UUID.randomUUID().toString())
                .expiresIn(lifetime())
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .keyId(key.kid())
                .sign(key.privateKey());
    }

    /** Whether a text has the form of such a token. */
    static boolean isWellFormed(String token) {
        return token.startsWith(START)
                && token.length() <= MAX_LENGTH
                && token.chars().filter(c -> c == '.').count() == 2;
    }

    /** The name of the key that is said to have signed the token. */
    static Optional<String> kid(String token) {
        try {
            byte[] head = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
            return Optional.ofNullable(new JsonObject(new String(head, StandardCharsets.UTF_8)).getString("kid"));
        } catch (IllegalArgumentException | DecodeException | ClassCastException malformed) {
            return Optional.empty();
        }
    }

    /** What the token says, if this key signed it, for us, and its time has not run out. */
    Optional<Claims> verify(String token, PublicKey key) {
        try {
            JsonWebToken jwt = parser.verify(token, key);
            return Optional.of(
                    new Claims(UUID.fromString(jwt.getSubject()), UUID.fromString(jwt.<String>getClaim(SESSION))));
        } catch (ParseException | IllegalArgumentException | NullPointerException notOurs) {
            return Optional.empty();
        }
    }
}
