package dev.evenkeel.knowledge.quarantine;

import dev.evenkeel.knowledge.DocumentState;
import dev.evenkeel.knowledge.UploadService;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The record of content in quarantine, always in the caller's transaction. An item counts while its document is in the state
 * {@link DocumentState#QUARANTINED} with that very content: newer content ends it without a word.
 */
@ApplicationScoped
public class Quarantine {
    private static final String HELD =
            " from quarantine_item q join document d on d.id = q.document_id and d.revision = q.revision"
                    + " join collection c on c.id = d.collection_id";

    /** A job that is run again finds the same once more: what is held already is not held for longer by that. */
    private static final String HOLD = """
            insert into quarantine_item as q (id, document_id, revision, rule, severity, found, expires_at)
            select $1, d.id, d.revision, $4, $5, $6, $7 from document d
            where d.id = $2 and d.revision = $3 and d.state = 'quarantined'
            on conflict (document_id, revision) do update set state = 'held', rule = excluded.rule,
              severity = excluded.severity, found = excluded.found,
              held_at = case when q.state = 'held' then q.held_at else excluded.held_at end,
              expires_at = case when q.state = 'held' then q.expires_at else excluded.expires_at end
            """;

    private final QuarantineConfig config;
    private final QuarantineMetrics metrics;

    Quarantine(QuarantineConfig config, QuarantineMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    /** What a job that reads a document has to know: the hash of the content and the rules that are waived for it. */
    public record Terms(byte[] sha256, Set<SafetyRule> waived) {
        /** Of a document {@code d} and the item {@code q} of its revision, if there is one. */
        public static final String COLUMNS = "d.content_hash, coalesce(q.waived, '{}') as waived";

        /** Reads {@link #COLUMNS}. */
        public static Terms of(Row row) {
            return new Terms(row.getBuffer("content_hash").getBytes(), rules(row.getArrayOfStrings("waived")));
        }
    }

    /** Notes why the newest content of a document is held; the caller has put the document into the state for it. */
    public Uni<Void> hold(SqlConnection tx, UUID documentId, int revision, SafetyRule rule, String found) {
        return tx.preparedQuery(HOLD)
                .execute(Tuple.from(new Object[] {
                    UuidV7.next(),
                    documentId,
                    revision,
                    rule.wireName(),
                    rule.severity().wireName(),
                    found,
                    OffsetDateTime.now(ZoneOffset.UTC).plus(config.retention())
                }))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        metrics.held(rule.wireName());
                    }
                })
                .replaceWithVoid();
    }

    private static SqlConditions held(Reach reach) {
        return reach.restrict(
                new SqlConditions()
                        .and("q.state = 'held'")
                        .and("d.state = 'quarantined'")
                        .and("c.deleted_at is null"),
                "c.owner_id",
                "d.collection_id");
    }

    /** Newest first, one more than asked for when there is another page. */
    Uni<List<QuarantineItemView>> list(
            SqlConnection connection, Reach reach, QuarantineFilter filter, int limit, @Nullable UUID before) {
        SqlConditions conditions = held(reach);
        if (filter.collectionId() != null) {
            conditions.and("d.collection_id = $", filter.collectionId());
        }
        if (filter.rule() != null) {
            conditions.and("q.rule = $", filter.rule());
        }
        if (filter.severity() != null) {
            conditions.and("q.severity = $", filter.severity());
        }
        if (before != null) {
            conditions.and("q.id < $", before);
        }
        String sql = "select " + QuarantineItemView.COLUMNS + HELD + conditions.where() + " order by q.id desc limit "
                + conditions.parameter(limit + 1);
        return connection.preparedQuery(sql).execute(conditions.tuple()).map(rows -> {
            List<QuarantineItemView> views = new ArrayList<>(rows.size());
            rows.forEach(row -> views.add(QuarantineItemView.of(row)));
            return views;
        });
    }

    Uni<QuarantineItemView> view(SqlConnection connection, Reach reach, UUID id) {
        SqlConditions conditions = held(reach).and("q.id = $", id);
        return connection
                .preparedQuery("select " + QuarantineItemView.COLUMNS + HELD + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> {
                    for (Row row : rows) {
                        return QuarantineItemView.of(row);
                    }
                    throw ProblemException.notFound("item in quarantine");
                });
    }

    /** Content that is held, its document locked until the transaction ends. */
    record Held(
            UUID id,
            UUID documentId,
            int revision,
            @Nullable UUID ownerId,
            UUID collectionId,
            String title,
            @Nullable String sourcePath,
            String documentType,
            SafetyRule rule,
            Set<SafetyRule> waived,
            byte[] sha256,
            long sizeBytes) {
        private static final String COLUMNS = """
                q.id, d.id as document_id, q.revision, c.owner_id, d.collection_id, d.title, d.source_path, d.document_type,
                q.rule, q.waived, d.content_hash, d.size_bytes""";

        static Held of(Row row) {
            return new Held(
                    row.getUUID("id"),
                    row.getUUID("document_id"),
                    row.getInteger("revision"),
                    row.getUUID("owner_id"),
                    row.getUUID("collection_id"),
                    row.getString("title"),
                    row.getString("source_path"),
                    row.getString("document_type"),
                    SafetyRule.ofWireName(row.getString("rule")).orElse(SafetyRule.MALWARE),
                    rules(row.getArrayOfStrings("waived")),
                    row.getBuffer("content_hash").getBytes(),
                    row.getLong("size_bytes"));
        }

        /** The rules that are not applied any more once it is restored. */
        Set<SafetyRule> waivedNow() {
            Set<SafetyRule> rules = EnumSet.of(rule);
            rules.addAll(waived);
            return rules;
        }

        /** Whether it is an archive, whose files are taken in its place. */
        boolean isArchive(byte[] head) {
            return sourcePath != null && UploadService.isArchive(sourcePath, head);
        }

        /** Who may see a job that works on it. */
        Reach within() {
            return new Reach(ownerId, collectionId);
        }
    }

    Uni<Held> lock(SqlConnection tx, Reach reach, UUID id) {
        SqlConditions conditions = held(reach).and("q.id = $", id);
        return tx.preparedQuery("select " + Held.COLUMNS + HELD + conditions.where() + " for update of d")
                .execute(conditions.tuple())
                .map(rows -> {
                    for (Row row : rows) {
                        return Held.of(row);
                    }
                    throw ProblemException.notFound("item in quarantine");
                });
    }

    /** Notes that a rule is not to be applied to held content any more, and by which it is held now, if it is. */
    Uni<Void> waive(SqlConnection tx, Held held, @Nullable SafetyRule nextRule, @Nullable String found) {
        return tx.preparedQuery("""
                        update quarantine_item set waived = $2, state = case when $3::text is null then 'restored' else 'held' end,
                          rule = coalesce($3, rule), severity = coalesce($4, severity), found = coalesce($5, found)
                        where id = $1""")
                .execute(Tuple.of(
                        held.id(),
                        held.waivedNow().stream().map(SafetyRule::wireName).toArray(String[]::new),
                        nextRule == null ? null : nextRule.wireName(),
                        nextRule == null ? null : nextRule.severity().wireName(),
                        found))
                .chain(() -> nextRule == null
                        ? Uni.createFrom().voidItem()
                        : describe(tx, held.documentId(), nextRule.wireName(), String.valueOf(found)));
    }

    private static Uni<Void> describe(SqlConnection tx, UUID documentId, String code, String detail) {
        return tx.preparedQuery("update document set error_code = $2, error_detail = $3, version = version + 1,"
                        + " updated_at = now() where id = $1")
                .execute(Tuple.of(documentId, code, detail))
                .replaceWithVoid();
    }

    /** Puts the document of restored content into the queue, to be read as the given type. */
    Uni<Void> release(SqlConnection tx, Held held, String documentType) {
        return tx.preparedQuery("""
                        update document set state = 'queued', document_type = $2, error_code = null, error_detail = null,
                          version = version + 1, updated_at = now() where id = $1""")
                .execute(Tuple.of(held.documentId(), documentType))
                .invoke(() -> metrics.restored(held.rule().wireName()))
                .replaceWithVoid();
    }

    /**
     * What is to be purged.
     *
     * @param itemId one item alone
     * @param collectionId those of one collection
     * @param heldBefore those that came before
     * @param expiredAt those whose time is over then
     */
    record Outdated(
            @Nullable UUID itemId,
            @Nullable UUID collectionId,
            @Nullable Instant heldBefore,
            @Nullable Instant expiredAt) {
        private void restrict(SqlConditions conditions) {
            if (itemId != null) {
                conditions.and("q.id = $", itemId);
            }
            if (collectionId != null) {
                conditions.and("d.collection_id = $", collectionId);
            }
            if (heldBefore != null) {
                conditions.and("q.held_at < $", heldBefore.atOffset(ZoneOffset.UTC));
            }
            if (expiredAt != null) {
                conditions.and("q.expires_at < $", expiredAt.atOffset(ZoneOffset.UTC));
            }
        }
    }

    /** How many items there are, and their bytes. */
    record Amount(long items, long bytes) {
        Amount plus(Amount other) {
            return new Amount(items + other.items, bytes + other.bytes);
        }
    }

    Uni<Amount> count(SqlConnection connection, Reach reach, Outdated outdated) {
        SqlConditions conditions = held(reach);
        outdated.restrict(conditions);
        return connection
                .preparedQuery("select count(*) as items, coalesce(sum(d.size_bytes), 0)::bigint as bytes" + HELD
                        + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> amount(rows.iterator().next()));
    }

    /**
     * Removes the bytes of some items for good. Their documents stay on record as rejected; what was found of them before is found
     * still. Items that somebody else is at work on are left for later.
     *
     * @param limit most items
     */
    Uni<Amount> purge(SqlConnection tx, Reach reach, Outdated outdated, int limit) {
        SqlConditions conditions = held(reach);
        outdated.restrict(conditions);
        String sql = """
                with gone as materialized (select q.id, d.id as document_id, q.revision, d.size_bytes%s%s
                    order by q.id limit %s for update of d skip locked),
                parts as (delete from document_part p using gone g
                    where p.document_id = g.document_id and p.revision = g.revision),
                described as (update document d set state = 'rejected', version = d.version + 1, updated_at = now(),
                    error_detail = d.error_detail || ' It was purged from quarantine.' from gone g where d.id = g.document_id),
                ended as (update quarantine_item q set state = 'purged' from gone g where q.id = g.id)
                select count(*) as items, coalesce(sum(size_bytes), 0)::bigint as bytes from gone
                """.formatted(HELD, conditions.where(), conditions.parameter(limit));
        return tx.preparedQuery(sql)
                .execute(conditions.tuple())
                .map(rows -> amount(rows.iterator().next()))
                .invoke(purged -> metrics.purged((int) purged.items()));
    }

    private static Amount amount(Row row) {
        return new Amount(row.getLong("items"), row.getLong("bytes"));
    }

    private static Set<SafetyRule> rules(String[] names) {
        Set<SafetyRule> rules = EnumSet.noneOf(SafetyRule.class);
        Arrays.stream(names).forEach(name -> SafetyRule.ofWireName(name).ifPresent(rules::add));
        return rules;
    }
}
