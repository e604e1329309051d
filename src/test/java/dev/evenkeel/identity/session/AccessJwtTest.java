package dev.evenkeel.identity.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.inject.Inject;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token of a session says for whom, from whom and until when; one that says otherwise is refused, however well signed. */
@QuarkusTest
class AccessJwtTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final UUID user = UUID.randomUUID();
    private final UUID session = UUID.randomUUID();

    @Inject
    AccessJwt jwt;

    @Inject
    SigningKeys keys;

    @SuppressWarnings("NullAway.Init")
    private SigningKeys.Signer signer;

    @SuppressWarnings("NullAway.Init")
    private PublicKey publicKey;

    @BeforeEach
    void key() {
        signer = keys.signing().await().atMost(LIMIT);
        publicKey =
                keys.verifying(signer.kid()).await().atMost(LIMIT).orElseThrow().publicKey();
    }

    private JwtClaimsBuilder claims() {
        return Jwt.issuer("evenkeel")
                .audience("evenkeel")
                .subject(user.toString())
                .claim("sid", session.toString())
                .expiresIn(Duration.ofMinutes(1));
    }

    private String signed(JwtClaimsBuilder claims) {
        return claims.jws()
                .algorithm(SignatureAlgorithm.ES256)
                .keyId(signer.kid())
                .sign(signer.privateKey());
    }

    @Test
    void aTokenOfOursIsUnderstood() {
        String token = jwt.sign(signer, user, session);

        assertThat(AccessJwt.isWellFormed(token)).isTrue();
        assertThat(AccessJwt.kid(token)).contains(signer.kid());
        assertThat(jwt.verify(token, publicKey)).contains(new AccessJwt.Claims(user, session));
        assertThat(jwt.verify(signed(claims()), publicKey)).contains(new AccessJwt.Claims(user, session));
    }

    @Test
    void aTokenThatHasRunOutIsRefused() {
        String token = signed(claims().issuedAt(Instant.now().minusSeconds(60))
                .expiresAt(Instant.now().minusSeconds(10)));

        assertThat(jwt.verify(token, publicKey)).isEmpty();
    }

    @Test
    void aTokenFromOrForSomebodyElseIsRefused() {
        assertThat(jwt.verify(signed(claims().issuer("another")), publicKey)).isEmpty();
        assertThat(jwt.verify(signed(claims().audience("another")), publicKey)).isEmpty();
    }

    @Test
    void aTokenWithoutASessionIsRefused() {
        String token = signed(Jwt.issuer("evenkeel")
                .audience("evenkeel")
                .subject(user.toString())
                .expiresIn(Duration.ofMinutes(1)));

        assertThat(jwt.verify(token, publicKey)).isEmpty();
        assertThat(jwt.verify(signed(claims().subject("not an id")), publicKey)).isEmpty();
    }
}
