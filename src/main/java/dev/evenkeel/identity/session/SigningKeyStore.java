package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.Locks;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The keys of sessions in the database. */
@Singleton
class SigningKeyStore {
    private final KeySealing sealing;
    private final IdentityConfig.Session config;

    SigningKeyStore(KeySealing sealing, IdentityConfig config) {
        this.sealing = sealing;
        this.config = config.session();
    }

    /** All keys that still verify, the oldest first. */
    Uni<List<SigningKey>> load(SqlConnection connection) {
        return connection.preparedQuery("""
                        select kid, sealed_private, public_key, created_at, signs_until, verifies_until
                        from signing_key where verifies_until > now() order by created_at, kid""").execute().map(rows -> {
            List<SigningKey> keys = new ArrayList<>();
            rows.forEach(row -> keys.add(SigningKey.of(row)));
            return keys;
        });
    }

    /**
     * Makes a key unless there is one that signs for so long and that this replica can open. Replicas that want one at the
     * same time make one.
     */
    Uni<Void> ensure(SqlConnection tx, Duration ahead) {
        Instant until = Instant.now().plus(ahead);
        return Locks.SIGNING_KEYS
                .take(tx)
                .chain(() -> load(tx))
                .chain(keys -> keys.stream().anyMatch(key -> key.signsAt(until) && opens(key))
                        ? Uni.createFrom().voidItem()
                        : insert(tx));
    }

    boolean opens(SigningKey key) {
        return sealing.open(key.sealedPrivate(), key.kid()).isPresent();
    }

    private Uni<Void> insert(SqlConnection tx) {
        String kid = UUID.randomUUID().toString();
        KeyPair pair = generate();
        OffsetDateTime signsUntil = OffsetDateTime.now(ZoneOffset.UTC).plus(config.signingKeyLifetime());
        return tx.preparedQuery("""
                        insert into signing_key (kid, sealed_private, public_key, signs_until, verifies_until)
                        values ($1, $2, $3, $4, $5)""")
                .execute(Tuple.of(
                        kid,
                        Buffer.buffer(sealing.seal(pair.getPrivate().getEncoded(), kid)),
                        Buffer.buffer(pair.getPublic().getEncoded()),
                        signsUntil,
                        signsUntil.plus(config.accessTokenLifetime()).plus(config.refreshTokenLifetime())))
                .replaceWithVoid();
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 belongs to every Java platform", e);
        }
    }
}
