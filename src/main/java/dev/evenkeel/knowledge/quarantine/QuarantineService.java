package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.identity.Origin;
import dev.evenkeel.identity.audit.AuditAction;
import dev.evenkeel.identity.audit.AuditEvent;
import dev.evenkeel.identity.audit.AuditTrail;
import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.ingestion.IngestionJobs;
import dev.evenkeel.knowledge.ingestion.Originals;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.knowledge.ingestion.extract.DocumentTypes;
import dev.evenkeel.knowledge.ingestion.extract.ExtractionException;
import dev.evenkeel.knowledge.quarantine.Quarantine.Amount;
import dev.evenkeel.knowledge.quarantine.Quarantine.Held;
import dev.evenkeel.knowledge.quarantine.Quarantine.Outdated;
import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.http.Page;
import dev.evenkeel.platform.http.Pages;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.jobs.JobPriority;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with content in quarantine: look, restore, purge. */
@ApplicationScoped
public class QuarantineService {
    /** Items of one transaction, each of up to a hundred megabytes. */
    private static final int PURGE_BATCH = 20;

    /** Transactions of one request; what is left needs another. */
    private static final int PURGE_ROUNDS = 500;

    private final Database database;
    private final Quarantine quarantine;
    private final SafetyRules rules;
    private final Originals originals;
    private final HeldArchives archives;
    private final IngestionJobs jobs;
    private final AuditTrail audit;

    QuarantineService(
            Database database,
            Quarantine quarantine,
            SafetyRules rules,
            Originals originals,
            HeldArchives archives,
            IngestionJobs jobs,
            AuditTrail audit) {
        this.database = database;
        this.quarantine = quarantine;
        this.rules = rules;
        this.originals = originals;
        this.archives = archives;
        this.jobs = jobs;
        this.audit = audit;
    }

    public Uni<Page<QuarantineItemView>> list(
            Caller caller, QuarantineFilter filter, int limit, @Nullable String cursor) {
        Reach reach = caller.reading();
        UUID before = Pages.before(cursor);
        return database.readSql(connection -> quarantine.list(connection, reach, filter, limit, before))
                .map(found -> Pages.of(found, limit, QuarantineItemView::id));
    }

    public Uni<QuarantineItemView> get(Caller caller, UUID id) {
        Reach reach = caller.reading();
        return database.readSql(connection -> quarantine.view(connection, reach, id));
    }

    /**
     * Queues held content for indexing without the rule that refused it; of an archive, the files that are in it. Another rule may
     * refuse it then; restoring it again waives that one, too.
     *
     * @throws ProblemException (as failure) 403 for a collection token, and for an owner where an administrator has to decide; 404; 409
     *     when it cannot be read in any case, or is an archive that is being restored
     */
    public Uni<Restoration> restore(Caller caller, UUID id, Origin origin) {
        Reach reach = caller.managing();
        return database.writeSql(tx -> quarantine
                        .lock(tx, reach, id)
                        .invoke(held -> {
                            if (held.rule().isForAdministrators()) {
                                caller.requireAdministrator();
                            }
                        })
                        .chain(held -> originals
                                .read(tx, held.documentId(), held.revision(), 0)
                                .onItem()
                                .ifNull()
                                .failWith(() -> ProblemException.conflict("Its bytes are not there any more."))
                                .chain(part -> held.isArchive(part)
                                        ? Uni.createFrom().item(new Begun(held, null))
                                        : restore(tx, held, part)
                                                .call(done -> note(tx, caller, held, done, origin))
                                                .map(done -> new Begun(held, done)))))
                .chain(begun -> begun.done() == null
                        ? expand(caller, reach, begun.held(), origin)
                        : Uni.createFrom().item(begun.done()))
                .invoke(jobs::announce);
    }

    /** What was to be restored, and what became of it; nothing yet of an archive, which takes longer than a transaction may. */
    private record Begun(Held held, @Nullable Restoration done) {}

    private Uni<Void> note(SqlConnection tx, Caller caller, Held held, Restoration done, Origin origin) {
        return audit.write(
                tx,
                AuditEvent.by(caller, AuditAction.QUARANTINE_RESTORED, origin)
                        .about(held.documentId(), held.title())
                        .with("rule", held.rule().wireName())
                        .with("state", done.state()));
    }

    private Uni<Restoration> restore(SqlConnection tx, Held held, byte[] firstPart) {
        byte[] head = Arrays.copyOf(firstPart, Math.min(firstPart.length, DocumentTypes.HEAD_BYTES));
        String type;
        try {
            type = typeOf(held, head, held.waivedNow());
        } catch (ExtractionException refusal) {
            return holdFurther(tx, held, refusal);
        }
        return quarantine
                .waive(tx, held, null, null)
                .chain(() -> quarantine.release(tx, held, type))
                .chain(() -> jobs.enqueue(tx, held.documentId(), held.revision(), held.within(), JobPriority.NORMAL))
                .map(jobId ->
                        new Restoration(held.documentId(), DocumentState.QUEUED.wireName(), jobId, null, null, null));
    }

    /** It stays held, by another rule; fails with 409 when none is left that could be waived. */
    private Uni<Restoration> holdFurther(SqlConnection tx, Held held, ExtractionException refusal) {
        String reason = String.valueOf(refusal.getMessage());
        SafetyRule next = SafetyRule.ofWireName(refusal.code().wireName())
                .filter(rule -> !held.waivedNow().contains(rule))
                .orElseThrow(() -> ProblemException.conflict("Without the rule it cannot be read either. " + reason));
        return quarantine
                .waive(tx, held, next, reason)
                .replaceWith(new Restoration(
                        held.documentId(), DocumentState.QUARANTINED.wireName(), null, next.wireName(), reason, null));
    }

    /** Takes the files of an archive, each in a transaction of its own; what was taken before an error is taken once, however often. */
    private Uni<Restoration> expand(Caller caller, Reach reach, Held held, Origin origin) {
        Uni<Restoration> work = archives.expand(reach, held)
                .chain(files -> {
                    Restoration done =
                            new Restoration(held.documentId(), Restoration.EXPANDED, null, null, null, files);
                    return database.writeSql(tx -> archives.remove(tx, reach, held)
                            .chain(() -> note(tx, caller, held, done, origin))
                            .replaceWith(done));
                })
                .onFailure(ExtractionException.class)
                .recoverWithUni(refusal -> database.writeSql(tx -> quarantine
                        .lock(tx, reach, held.id())
                        .chain(still -> holdFurther(tx, still, (ExtractionException) refusal))
                        .call(done -> note(tx, caller, held, done, origin))));
        return archives.alone(held.id(), work);
    }

    /** The type that the document was given counts, unless that is what is waived. */
    private String typeOf(Held held, byte[] head, Set<SafetyRule> waived) {
        Optional<DocumentType> given = waived.contains(SafetyRule.WRONG_MAGIC)
                ? Optional.empty()
                : DocumentType.ofWireName(held.documentType());
        String path = held.sourcePath();
        if (path == null && given.isPresent()) {
            rules.check(head, held.sha256(), waived);
            return given.get().wireName();
        }
        DocumentType found = rules.inspect(path == null ? held.title() : path, head, held.sha256(), waived);
        return given.orElse(found).wireName();
    }

    /**
     * Removes the bytes of one item for good.
     *
     * @throws ProblemException (as failure) 403 for a collection token, 404
     */
    public Uni<Void> purge(Caller caller, UUID id, Origin origin) {
        Reach reach = caller.managing();
        Outdated one = new Outdated(id, null, null, null);
        return database.writeSql(tx -> quarantine
                .lock(tx, reach, id)
                .call(held -> quarantine.purge(tx, reach, one, 1))
                .chain(held -> audit.write(
                        tx,
                        AuditEvent.by(caller, AuditAction.QUARANTINE_PURGED, origin)
                                .about(held.documentId(), held.title())
                                .with("rule", held.rule().wireName()))));
    }

    /** Removes the bytes of all items that are old enough, in steps; those before an error stay removed. */
    public Uni<Purged> purge(Caller caller, PurgeOrder order, Origin origin) {
        Reach reach = caller.managing();
        Outdated outdated = new Outdated(
                null, order.collectionId(), Instant.now().minus(Duration.ofDays(order.olderThanDays())), null);
        if (order.isDryRun()) {
            return database.readSql(connection -> quarantine.count(connection, reach, outdated))
                    .map(amount -> new Purged(true, amount.items(), amount.bytes()));
        }
        AuditEvent event = AuditEvent.by(caller, AuditAction.QUARANTINE_PURGED, origin)
                .with("older_than_days", order.olderThanDays());
        return purge(reach, outdated, event, new Amount(0, 0), PURGE_ROUNDS)
                .map(amount -> new Purged(false, amount.items(), amount.bytes()));
    }

    private Uni<Amount> purge(Reach reach, Outdated outdated, AuditEvent event, Amount before, int rounds) {
        return database.writeSql(tx -> quarantine
                        .purge(tx, reach, outdated, PURGE_BATCH)
                        .call(purged -> purged.items() == 0
                                ? Uni.createFrom().voidItem()
                                : audit.write(tx, event.with("items", purged.items()))))
                .chain(purged -> purged.items() < PURGE_BATCH || rounds == 1
                        ? Uni.createFrom().item(before.plus(purged))
                        : purge(reach, outdated, event, before.plus(purged), rounds - 1));
    }
}
