package dev.evenkeel.identity.password;

import dev.evenkeel.identity.IdentityConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;

/**
 * Hashes passwords with Argon2id and verifies them, those with a predecessor's bcrypt too; on a worker of its own, so that
 * sign-ins delay nothing but each other.
 */
@ApplicationScoped
public class PasswordHasher {
    private static final String BCRYPT_PREFIX = "$2";

    private final Argon2id argon2;
    private final PasswordWorker worker;
    private final String dummy;

    PasswordHasher(IdentityConfig config, MeterRegistry metrics) {
        IdentityConfig.Password password = config.password();
        this.argon2 = new Argon2id(password.memoryKib(), password.iterations(), password.parallelism());
        this.worker = new PasswordWorker(password.threads(), password.maxWait(), metrics);
        this.dummy = argon2.dummy();
    }

    /**
     * What became of a password.
     *
     * @param matches whether it is the right one
     * @param outdated whether its hash is weaker than a new one would be
     */
    public record Verdict(boolean matches, boolean outdated) {}

    /** Hashes that are computed at the same time. */
    int threads() {
        return worker.threads();
    }

    /** How long one more hash would wait when so many are ahead of it, by the time that hashes took lately. */
    Duration expectedWait(int ahead) {
        return worker.expectedWait(ahead);
    }

    /**
     * A hash to be stored.
     *
     * @throws dev.evenkeel.platform.http.ProblemException (as failure) 503 when too many wait already
     */
    public Uni<String> hash(String password) {
        return worker.run(() -> argon2.hash(password));
    }

    /**
     * Compares a password with a stored hash. It takes its time where there is none, so that nobody learns from the clock
     * which accounts exist.
     *
     * @throws dev.evenkeel.platform.http.ProblemException (as failure) 503 when too many wait already
     */
    public Uni<Verdict> verify(String password, @Nullable String stored) {
        String hash = stored == null ? dummy : stored;
        return worker.run(() -> {
            boolean matches = matches(password, hash);
            return new Verdict(matches && stored != null, argon2.exceeds(hash));
        });
    }

    private static boolean matches(String password, String stored) {
        if (!stored.startsWith(BCRYPT_PREFIX)) {
            return Argon2id.matches(password, stored);
        }
        try {
            return OpenBSDBCrypt.checkPassword(stored, password.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException notBcrypt) {
            return false;
        }
    }

    void stop(@Observes ShutdownEvent event) {
        worker.stop();
    }
}
