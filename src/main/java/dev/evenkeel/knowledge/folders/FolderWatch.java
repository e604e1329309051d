package dev.evenkeel.knowledge.folders;

import dev.evenkeel.platform.ReplicaConfig;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.JobsConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Sees to it that each folder is scanned when its time has come, and watches it for changes. A lease on the row of a folder makes
 * one replica its keeper; whoever takes one over asks for a scan first, since nobody may have watched in between. A folder whose
 * disk does not answer here is left to others. All state is confined to one event-loop context.
 */
@Singleton
class FolderWatch {
    private static final Logger LOG = Logger.getLogger(FolderWatch.class);
    private static final int LATE = 5500;
    private static final int EARLY = 400;
    private static final int MAX_FOLDERS = 1_000;
    private static final int SCANS_PER_TICK = 100;
    private static final int COUNTS_PER_TICK = 20;
    private static final int RENEWALS_PER_LEASE = 3;
    private static final int LONGEST_DEBOUNCE_FACTOR = 10;
    private static final long MIN_TICK_MS = 50;
    private static final long MAX_TICK_MS = 1_000;

    private final UUID id = UUID.randomUUID();
    private final ContextInternal context;
    private final Database database;
    private final FolderRepository folders;
    private final FolderJobs jobs;
    private final FolderMetrics metrics;
    private final FoldersConfig config;
    private final Duration lease;
    private final boolean active;
    private final AnsweringWatches watches;

    private final Map<UUID, Unrest> unrest = new HashMap<>();
    /** Folders whose disks do not answer, which has been noted. */
    private final Set<UUID> left = new HashSet<>();

    private List<Folder> kept = List.of();
    private boolean toWatch;
    private boolean renewing;
    private boolean wanted;
    private long renewalTimer;
    private volatile boolean stopped;

    /** A folder in which things change: since when, and when the last change was seen. */
    private record Unrest(long sinceNanos, long lastNanos) {}

    FolderWatch(
            Vertx vertx,
            Database database,
            FolderRepository folders,
            FolderJobs jobs,
            FolderMetrics metrics,
            FolderRoots roots,
            DiskWorkers disks,
            FoldersConfig config,
            JobsConfig jobsConfig,
            ReplicaConfig replica) {
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.database = database;
        this.folders = folders;
        this.jobs = jobs;
        this.metrics = metrics;
        this.config = config;
        this.lease = jobsConfig.lease();
        this.active = roots.anyAllowed()
                && jobsConfig.enabled()
                && replica.runsJobs()
                && replica.modules().contains("knowledge");
        this.watches = new AnsweringWatches(disks, () -> new DirectoryWatches(roots, config.maxFiles()));
    }

    void start(@Observes @Priority(LATE) StartupEvent event) {
        if (active) {
            context.runOnContext(ignored -> {
                renew();
                tick();
                queueAndAgain();
                countAndAgain();
            });
        }
    }

    /** Lets others begin at once; when that fails, the lease runs out. */
    void stop(@Observes @Priority(EARLY) ShutdownEvent event) {
        stopped = true;
        if (active) {
            database.bulkSql(tx -> folders.release(tx, id))
                    .subscribe()
                    .with(
                            released -> LOG.debug("The folders of this replica are free"),
                            failure -> LOG.debugf(failure, "The folders of this replica could not be released"));
        }
    }

    /** Folders have been bound or changed: this replica need not wait for the next renewal to notice. */
    void lookAgain() {
        if (active) {
            context.runOnContext(ignored -> {
                wanted = true;
                if (!renewing) {
                    context.owner().cancelTimer(renewalTimer);
                    renew();
                }
            });
        }
    }

    /** Keeps the lease, whatever the workers are busy with, but of no folder whose disk does not answer here. */
    private void renew() {
        if (stopped) {
            return;
        }
        renewing = true;
        wanted = false;
        database.bulkSql(tx -> folders.lease(tx, id, lease, MAX_FOLDERS, !config.watch(), watches.hanging()))
                .subscribe()
                .with(
                        mine -> {
                            kept = mine;
                            toWatch = config.watch();
                            metrics.folders(mine.size());
                            scheduleRenewal();
                        },
                        failure -> {
                            LOG.debugf(failure, "The lease on folders could not be renewed");
                            scheduleRenewal();
                        });
    }

    private void scheduleRenewal() {
        renewing = false;
        if (wanted) {
            renew();
        } else {
            renewalTimer = context.setTimer(Math.max(1, lease.toMillis() / RENEWALS_PER_LEASE), timer -> renew());
        }
    }

    private void tick() {
        if (stopped) {
            watches.close();
            return;
        }
        left.retainAll(watches.hanging());
        watch().chain(this::look)
                .onFailure(FolderUnavailable.class)
                .recoverWithUni(this::leaveHanging)
                .subscribe()
                .with(done -> context.setTimer(tickMs(), timer -> tick()), failure -> {
                    LOG.debugf(failure, "The watches of folders wait");
                    context.setTimer(tickMs(), timer -> tick());
                });
    }

    /**
     * The other folders are watched anew; those whose disks do not answer say so once while this replica keeps them, and are scanned by
     * whoever takes them over.
     */
    private Uni<Void> leaveHanging() {
        toWatch = true;
        Set<UUID> hanging = watches.hanging();
        hanging.removeAll(left);
        if (hanging.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return database.bulkSql(tx -> Multi.createFrom()
                        .iterable(hanging)
                        .onItem()
                        .transformToUniAndConcatenate(
                                folder -> folders.left(tx, folder, id, FolderUnavailable.notAnswering(), lease))
                        .collect()
                        .last()
                        .replaceWithVoid())
                .invoke(() -> left.addAll(hanging));
    }

    /** Apart from the watches: a disk that does not answer must keep nobody else's folder waiting. */
    private void queueAndAgain() {
        if (stopped) {
            return;
        }
        queue().subscribe().with(done -> context.setTimer(tickMs(), timer -> queueAndAgain()), failure -> {
            LOG.debugf(failure, "Folders wait");
            context.setTimer(tickMs(), timer -> queueAndAgain());
        });
    }

    /** Apart from the queue: to count a large folder takes its time. */
    private void countAndAgain() {
        if (stopped) {
            return;
        }
        Multi.createBy()
                .repeating()
                .uni(() -> database.bulkSql(FolderCounts::next))
                .whilst(counted -> counted)
                .select()
                .first(COUNTS_PER_TICK)
                .collect()
                .last()
                .subscribe()
                .with(done -> context.setTimer(tickMs(), timer -> countAndAgain()), failure -> {
                    LOG.debugf(failure, "The files of folders were not counted");
                    context.setTimer(tickMs(), timer -> countAndAgain());
                });
    }

    private long tickMs() {
        return Math.min(MAX_TICK_MS, Math.max(MIN_TICK_MS, config.debounce().toMillis() / 2));
    }

    /** Takes up what the last renewal has brought. */
    private Uni<Void> watch() {
        if (!toWatch) {
            return Uni.createFrom().voidItem();
        }
        toWatch = false;
        List<Folder> mine = kept;
        return watches.watch(mine)
                .chain(complete -> mine.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : database.bulkSql(tx -> folders.watching(tx, id, complete)));
    }

    private Uni<Void> look() {
        if (kept.isEmpty() || !config.watch()) {
            return Uni.createFrom().voidItem();
        }
        return watches.changed()
                .invoke(changed -> {
                    metrics.watched(watches.size());
                    long now = System.nanoTime();
                    changed.forEach(folder -> unrest.merge(
                            folder, new Unrest(now, now), (before, again) -> new Unrest(before.sinceNanos(), now)));
                })
                .replaceWithVoid();
    }

    /** What has come to rest, or has not for long, is asked to be scanned; what is due is queued. */
    private Uni<Void> queue() {
        if (kept.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Map<UUID, Unrest> settled = settled();
        // What is seen from now on is another change.
        unrest.keySet().removeAll(settled.keySet());
        return database.bulkSql(tx -> (settled.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : folders.changed(tx, List.copyOf(settled.keySet())))
                        .chain(() -> folders.due(tx, id, SCANS_PER_TICK))
                        .call(due -> due.isEmpty() ? Uni.createFrom().voidItem() : jobs.scan(tx, due))
                        .call(due -> lag(tx)))
                .invoke(due -> {
                    if (!due.isEmpty()) {
                        jobs.announce();
                    }
                })
                .onFailure()
                .invoke(() -> settled.forEach(unrest::putIfAbsent))
                .replaceWithVoid();
    }

    private Uni<Void> lag(SqlConnection tx) {
        return folders.lag(tx, id).invoke(metrics::lag).replaceWithVoid();
    }

    private Map<UUID, Unrest> settled() {
        long now = System.nanoTime();
        long quietNanos = config.debounce().toNanos();
        Map<UUID, Unrest> settled = new HashMap<>();
        unrest.forEach((folder, seen) -> {
            if (now - seen.lastNanos() >= quietNanos
                    || now - seen.sinceNanos() >= LONGEST_DEBOUNCE_FACTOR * quietNanos) {
                settled.put(folder, seen);
            }
        });
        return settled;
    }
}
