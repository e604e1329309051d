package dev.evenkeel.identity.session;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of sessions in the memory of this replica, read again every minute while they are used. A key that is not known is
 * looked for in the database, once for all who ask at the time and at most once a second, so that made-up key names cost
 * nothing.
 */
@ApplicationScoped
public class SigningKeys {
    private static final long RELOAD_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Database database;
    private final SigningKeyStore store;
    private final KeySealing sealing;

    private volatile Known known = new Known(List.of(), 0, false);
    private @Nullable Uni<Known> reloading;

    SigningKeys(Database database, SigningKeyStore store, KeySealing sealing) {
        this.database = database;
        this.store = store;
        this.sealing = sealing;
    }

    private record Known(List<SigningKey> keys, long loadedAtNanos, boolean loaded) {
        boolean isOlderThan(long nanos) {
            return !loaded || System.nanoTime() - loadedAtNanos > nanos;
        }

        Optional<SigningKey> first(Predicate<SigningKey> condition) {
            return keys.stream().filter(condition).findFirst();
        }
    }

    /**
     * A key that signs.
     *
     * @param kid its name
     */
    record Signer(String kid, PrivateKey privateKey) {}

    /** The key of that name, if what it signed may still be valid. */
    Uni<Optional<SigningKey>> verifying(String kid) {
        Instant now = Instant.now();
        Predicate<SigningKey> wanted = key -> key.kid().equals(kid) && key.verifiesAt(now);
        Known present = known;
        Optional<SigningKey> found = present.first(wanted);
        boolean fresh = !present.isOlderThan(found.isPresent() ? MAX_AGE_NANOS : RELOAD_INTERVAL_NANOS);
        if (fresh && (found.isPresent() || !isReloading())) {
            return Uni.createFrom().item(found);
        }
        return reload().map(loaded -> loaded.first(wanted));
    }

    /** The key that signs now: the oldest that may, so that a new one is known everywhere before it is used. */
    Uni<Signer> signing() {
        return fresh().map(this::signer)
                .chain(present -> present.isPresent()
                        ? Uni.createFrom().item(present.get())
                        : database.writeSql(tx -> store.ensure(tx, Duration.ZERO))
                                .chain(this::load)
                                .map(loaded -> signer(loaded).orElseThrow(SigningKeys::noKey)));
    }

    /** All keys that verify. */
    Uni<List<SigningKey>> published() {
        return fresh().map(Known::keys);
    }

    private Uni<Known> fresh() {
        Known present = known;
        return present.isOlderThan(MAX_AGE_NANOS) ? reload() : Uni.createFrom().item(present);
    }

    private static ProblemException noKey() {
        return ProblemException.unavailable("There is no key to sign with.", RETRY_AFTER);
    }

    private Optional<Signer> signer(Known present) {
        Instant now = Instant.now();
        for (SigningKey key : present.keys()) {
            Optional<byte[]> opened =
                    key.signsAt(now) ? sealing.open(key.sealedPrivate(), key.kid()) : Optional.empty();
            if (opened.isPresent()) {
                return Optional.of(new Signer(key.kid(), privateKey(opened.get())));
            }
        }
        return Optional.empty();
    }

    private synchronized boolean isReloading() {
        return reloading != null;
    }

    /** One reload serves all who wait for it, each on the context of its own request. */
    private synchronized Uni<Known> reload() {
        if (reloading == null) {
            reloading = load().onTermination().invoke(this::reloaded).memoize().indefinitely();
        }
        Context context = Vertx.currentContext();
        return context == null ? reloading : reloading.emitOn(task -> context.runOnContext(ignored -> task.run()));
    }

    private Uni<Known> load() {
        return database.authenticationSql(store::load)
                .map(keys -> new Known(keys, System.nanoTime(), true))
                .invoke(loaded -> known = loaded);
    }

    private synchronized void reloaded() {
        reloading = null;
    }

    private static PrivateKey privateKey(byte[] pkcs8) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A private key in the database cannot be read", e);
        }
    }
}
