package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.SecretToken;
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
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Signs and verifies the short-lived tokens of sessions: ES256, with the user as subject and the session as {@code sid}. */
@Singleton
class AccessJwt {
    private static final String SESSION = "sid";
    private static final String START = "eyJ";
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_REMEMBERED = 10_000;

    private final IdentityConfig config;
    private final JWTParser parser;
    /** Tokens by their SHA-256 whose signature was found good; the one not seen for longest is forgotten first. */
    private final Map<String, Verified> verified = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MAX_REMEMBERED;
        }
    });

    AccessJwt(IdentityConfig config, JWTParser parser) {
        this.config = config;
        this.parser = parser;
    }

    /** What a verified token says. */
    record Claims(UUID userId, UUID sessionId) {}

    private record Verified(Claims claims, PublicKey key, long expiresAtS) {}

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

    /**
     * What the token says, if this key signed it, for us, and its time has not run out. A signature costs a millisecond to
     * verify and does not change, so it is verified once a token.
     */
    Optional<Claims> verify(String token, PublicKey key) {
        String fingerprint = HexFormat.of().formatHex(SecretToken.sha256(token));
        Verified known = verified.get(fingerprint);
        if (known != null && known.key.equals(key) && Instant.now().getEpochSecond() < known.expiresAtS) {
            return Optional.of(known.claims);
        }
        Optional<Verified> found = verifyAnew(token, key);
        found.ifPresent(good -> verified.put(fingerprint, good));
        return found.map(Verified::claims);
    }

    private Optional<Verified> verifyAnew(String token, PublicKey key) {
        try {
            JsonWebToken jwt = parser.verify(token, key);
            Claims claims =
                    new Claims(UUID.fromString(jwt.getSubject()), UUID.fromString(jwt.<String>getClaim(SESSION)));
            return Optional.of(new Verified(claims, key, jwt.getExpirationTime()));
        } catch (ParseException | IllegalArgumentException | NullPointerException notOurs) {
            return Optional.empty();
        }
    }
}
