package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.identity.IdentityModule;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.StartupCheck;
import dev.evenkeel.platform.database.embedded.EmbeddedPostgres;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Settings with which sessions would not be safe, or not be possible. */
@Singleton
public class IdentityChecks implements StartupCheck {
    private static final String KEY = "evenkeel.identity.key-encryption-key";

    private final IdentityConfig config;
    private final ReplicaConfig replica;

    IdentityChecks(IdentityConfig config, ReplicaConfig replica) {
        this.config = config;
        this.replica = replica;
    }

    @Override
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        if (!IdentityModule.on(replica)) {
            return findings;
        }
        if (config.keyEncryptionKey().isEmpty() && !EmbeddedPostgres.inUse()) {
            findings.add(KEY + " is needed with a configured database: 32 random bytes in Base64"
                    + " (openssl rand -base64 32), the same for all replicas");
        }
        config.keyEncryptionKey().ifPresent(text -> {
            boolean weak = EncryptionKeyFile.decode(text)
                    .map(IdentityChecks::isGuessable)
                    .orElse(true);
            if (weak) {
                findings.add(KEY + " must be 32 random bytes in Base64 (openssl rand -base64 32)");
            }
        });
        if (config.password().memoryKib() < 8 * config.password().parallelism()
                || config.password().iterations() < 1
                || config.password().parallelism() < 1) {
            findings.add("evenkeel.identity.password.* are no parameters of Argon2id");
        }
        return findings;
    }

    private static boolean isGuessable(byte[] key) {
        int different = 0;
        boolean[] seen = new boolean[256];
        for (byte b : key) {
            different += seen[b & 0xff] ? 0 : 1;
            seen[b & 0xff] = true;
        }
        return different < EncryptionKeyFile.KEY_BYTES / 2;
    }
}
