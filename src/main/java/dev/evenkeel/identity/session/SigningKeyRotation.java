package dev.evenkeel.identity.session;

import dev.evenkeel.identity.IdentityModule;
import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Makes the next key of sessions a day before the present one stops signing. */
@ApplicationScoped
class SigningKeyRotation implements RecurringJob {
    private static final Duration AHEAD = Duration.ofDays(1);

    private final SigningKeyStore store;
    private final ReplicaConfig replica;

    SigningKeyRotation(SigningKeyStore store, ReplicaConfig replica) {
        this.store = store;
        this.replica = replica;
    }

    @Override
    public String name() {
        return "identity-key-rotation";
    }

    @Override
    public Duration every() {
        return Duration.ofHours(1);
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        return IdentityModule.on(replica)
                ? store.ensure(tx, AHEAD)
                : Uni.createFrom().voidItem();
    }
}
