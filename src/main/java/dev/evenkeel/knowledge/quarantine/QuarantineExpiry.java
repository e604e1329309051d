package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.jobs.RecurringJob;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Purges content whose time in quarantine is over, and forgets items that newer content has replaced. */
@ApplicationScoped
class QuarantineExpiry implements RecurringJob {
    private static final Logger LOG = Logger.getLogger(QuarantineExpiry.class);

    /** Each may have a hundred megabytes; the next run takes the rest. */
    private static final int BATCH = 50;

    private static final int BATCH_REPLACED = 10_000;

    private static final String FORGET = """
            delete from quarantine_item where id = any(array(
                select q.id from quarantine_item q join document d on d.id = q.document_id
                where q.revision <> d.revision limit $1 for update of q skip locked))""";

    private final Quarantine quarantine;
    private final QuarantineConfig config;

    QuarantineExpiry(Quarantine quarantine, QuarantineConfig config) {
        this.quarantine = quarantine;
        this.config = config;
    }

    @Override
    public String name() {
        return "quarantine-expiry";
    }

    @Override
    public Duration every() {
        return config.purgeInterval();
    }

    @Override
    public Uni<Void> run(SqlConnection tx) {
        Quarantine.Outdated expired = new Quarantine.Outdated(null, null, null, Instant.now());
        return quarantine
                .purge(tx, Reach.EVERYTHING, expired, BATCH)
                .invoke(purged -> {
                    if (purged.items() > 0) {
                        LOG.infof(
                                "%d items of %d bytes were purged from quarantine: their time is over",
                                purged.items(), purged.bytes());
                    }
                })
                .chain(() -> tx.preparedQuery(FORGET).execute(Tuple.of(BATCH_REPLACED)))
                .replaceWithVoid();
    }
}
