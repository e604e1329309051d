package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityConfig;
import dev.evenkeel.platform.database.embedded.EmbeddedPostgres;
import dev.evenkeel.platform.database.embedded.EmbeddedPostgresConfig;
import dev.evenkeel.platform.secrets.Sealing;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Seals private keys and other secrets with AES-256-GCM under a key that is not in the database, so that a copy of it signs nothing. */
@ApplicationScoped
public class KeySealing implements Sealing {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int AFTER_THE_CHECKS = 10;

    private final IdentityConfig config;
    private final EmbeddedPostgresConfig embedded;
    private volatile @Nullable SecretKeySpec key;

    KeySealing(IdentityConfig config, EmbeddedPostgresConfig embedded) {
        this.config = config;
        this.embedded = embedded;
    }

    /** Runs on the main thread, before the service reports started. */
    void load(@Observes @Priority(AFTER_THE_CHECKS) StartupEvent event) {
        Optional<byte[]> configured = config.keyEncryptionKey().flatMap(EncryptionKeyFile::decode);
        if (configured.isPresent()) {
            key = new SecretKeySpec(configured.get(), "AES");
        } else if (EmbeddedPostgres.inUse()) {
            try {
                key = new SecretKeySpec(EncryptionKeyFile.readOrCreate(embedded.dataDirectory()), "AES");
            } catch (IOException e) {
                throw new UncheckedIOException("The key of sessions cannot be kept beside the data", e);
            }
        }
    }

    @Override
    public boolean ready() {
        return key != null;
    }

    @Override
    public byte[] seal(byte[] secret, String purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(secret);
            byte[] result = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, result, NONCE_BYTES, sealed.length);
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM belongs to every Java platform", e);
        }
    }

    @Override
    public Optional<byte[]> open(byte[] sealed, String purpose) {
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), purpose);
            return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException otherKey) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM belongs to every Java platform", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        SecretKeySpec present = key;
        if (present == null) {
            throw new IllegalStateException("There is no key to seal with here");
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, present, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
