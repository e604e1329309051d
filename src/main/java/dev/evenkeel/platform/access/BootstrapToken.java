package dev.evenkeel.platform.access;

import dev.evenkeel.platform.database.Database;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The first administrator's way in: one token, configured or generated. A generated one is printed by the replica that
 * made it, once; all replicas know its SHA-256 from the database.
 */
@ApplicationScoped
public class BootstrapToken implements CredentialVerifier {
    static final int MIN_LENGTH = 32;

    private static final Logger LOG = Logger.getLogger(BootstrapToken.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final int RANDOM_BYTES = 32;

    private final Database database;
    private final AccessConfig config;
    private volatile byte[] hash = new byte[0];

    BootstrapToken(Database database, AccessConfig config) {
        this.database = database;
        this.config = config;
    }

    /** Runs on the main thread, before the service reports started. */
    void load(@Observes StartupEvent event) {
        hash = config.bootstrapToken()
                .map(BootstrapToken::sha256)
                .orElseGet(() -> generatedOnce().await().atMost(START_TIMEOUT));
    }

    @Override
    public boolean recognises(String token) {
        return MessageDigest.isEqual(hash, sha256(token));
    }

    @Override
    public Uni<Caller> verify(String token) {
        return Uni.createFrom().item(Caller.installation("bootstrap"));
    }

    private Uni<byte[]> generatedOnce() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = "ek_boot_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        return database.writeSql(connection -> connection
                .preparedQuery("""
                        insert into installation (id, bootstrap_hash) values ($1, $2)
                        on conflict (only_row) do update set bootstrap_hash =
                          coalesce(installation.bootstrap_hash, excluded.bootstrap_hash)
                        returning bootstrap_hash""")
                .execute(Tuple.of(UUID.randomUUID(), Buffer.buffer(sha256(token))))
                .map(rows -> rows.iterator().next().getBuffer(0).getBytes())
                .invoke(stored -> {
                    if (MessageDigest.isEqual(stored, sha256(token))) {
                        LOG.infof("Bearer token of the first administrator, shown this once: %s", token);
                    }
                }));
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
