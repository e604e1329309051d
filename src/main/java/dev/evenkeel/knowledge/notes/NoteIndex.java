package dev.evenkeel.knowledge.notes;

import dev.evenkeel.knowledge.notes.NoteRows.Keys;
import dev.evenkeel.knowledge.notes.NoteRows.Links;
import dev.evenkeel.knowledge.notes.NoteRows.LookedFor;
import dev.evenkeel.knowledge.notes.NoteRows.Place;
import dev.evenkeel.knowledge.notes.engine.DocumentKey;
import dev.evenkeel.knowledge.notes.engine.LinkKind;
import dev.evenkeel.knowledge.notes.engine.NoteFacts;
import dev.evenkeel.platform.offload.Offload;
import dev.evenkeel.platform.search.CorpusState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the note graph, always inside the transaction that changes a document and holds the lock of the corpus: writes what
 * the document says, and resolves the document's links and those that its arrival, new name or end concerns. The number of
 * statements does not depend on the number of links.
 *
 * <p>Whoever writes or resolves holds the lock of the corpus, so two of them never miss each other: the later one begins
 * when the earlier one has committed, and sees what that has written, or has been rolled back, and sees nothing of it.
 */
@ApplicationScoped
public class NoteIndex {
    /** Links whose names are computed on the event loop: well below a millisecond. */
    private static final int INLINE_LINKS = 64;

    private static final String FORGET_LINKS = """
            old_links as (delete from note_link where document_id = $1 returning resolved_document_id),
            old_link_keys as (delete from note_link_key where document_id = $1),
            old_tags as (delete from note_tag where document_id = $1)""";

    private static final String WRITE_KEYS = """
            given as materialized (
                select * from unnest($3::text[], $4::text[], $5::int[]) as given(key, path, rank)),
            gone as (
                delete from note_key k where k.document_id = $1
                  and not exists (select 1 from given where given.key = k.key)
                returning k.key, k.path),
            come as (
                insert into note_key as k (document_id, key, collection_id, path, folder, path_length, rank)
                select $1, key, $2, path, $6, $7, rank from given
                on conflict (document_id, key) do update
                set path = excluded.path, folder = excluded.folder, path_length = excluded.path_length,
                    rank = excluded.rank
                where (k.path, k.folder, k.path_length, k.rank)
                  is distinct from (excluded.path, excluded.folder, excluded.path_length, excluded.rank)
                returning k.key, k.path)
            """;

    private static final String CHANGED_KEYS = "select key, path from gone union all select key, path from come";

    /**
     * Beside the keys one row: where the document's links have led, whether it is new to the graph, and whether its links are to be
     * resolved, because it has some ($10), links may lead to it, or look for a changed key (its own of before may be among these).
     * Each key is looked up by itself: joined, all keys of the collection might be read. Most documents neither link nor are linked
     * to: the version of the graph rises for them here, so that they need no statement that resolves.
     */
    private static final String CHANGED_KEYS_AND_LINKS = """
            , concerned as materialized (
                select
                    (select coalesce(array_agg(distinct resolved_document_id order by resolved_document_id), '{}')
                     from old_links where resolved_document_id <> $1) as targets,
                    not exists (select 1 from note where document_id = $1) as arrived,
                    $10 or exists (select 1 from note_link where resolved_document_id = $1)
                    or exists (
                        select 1 from (select key from gone union all select key from come) changed
                        cross join lateral (
                            select 1 from note_link_key k
                            where k.collection_id = $2 and k.key = changed.key limit 1) looked_for) as unresolved),
            graph as (
                insert into note_graph as g (collection_id)
                select $2 from concerned where not unresolved and (arrived or cardinality(targets) > 0)
                on conflict (collection_id) do update set version = g.version + 1, changed_at = now())
            select key, path, null::uuid[] as targets, false as arrived, false as unresolved from gone
            union all select key, path, null, false, false from come
            union all select null, null, targets, arrived, unresolved from concerned""";

    private static final String DESCRIBE = "with " + FORGET_LINKS + """
            , described as (
                insert into note (document_id, collection_id, folder, aliases, headings) values ($1, $2, $6, $8, $9)
                on conflict (document_id) do update
                set folder = excluded.folder, aliases = excluded.aliases, headings = excluded.headings),
            """ + WRITE_KEYS + CHANGED_KEYS_AND_LINKS;

    private static final String WRITE_LINK_KEYS = """
            insert into note_link_key (document_id, ordinal, preference, collection_id, key, suffix)
            select $1, ordinal, preference, $2, key, suffix
            from unnest($3::int[], $4::int[], $5::text[], $6::text[]) as k(ordinal, preference, key, suffix)""";

    private static final String WRITE_LINKS = "with looked_for as (" + WRITE_LINK_KEYS + """
            ), links as (
                insert into note_link (document_id, ordinal, collection_id, kind, target, heading, heading_slug, label,
                                       line, expected)
                select $1, n - 1, $2, kind, target, heading, slug, label, line, expected
                from unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[], $13::boolean[])
                  with ordinality as l(kind, target, heading, slug, label, line, expected, n))
            insert into note_tag (document_id, tag, collection_id) select $1, tag, $2 from unnest($14::text[]) as t(tag)""";

    private static final String PLACE = """
            select d.id, d.collection_id, d.source_path, d.title, d.document_type, n.aliases
            from document d join note n on n.document_id = d.id where d.id = $1""";

    private static final String NAMED_LINKS =
            "select ordinal, kind, target from note_link where document_id = $1 order by ordinal";

    private static final String RENAME = """
            with renamed as (update note set folder = $6 where document_id = $1),
            old_link_keys as (delete from note_link_key where document_id = $1),
            """ + WRITE_KEYS + CHANGED_KEYS;

    private static final String MOVE = """
            with links as (update note_link set collection_id = $2 where document_id = $1),
            link_keys as (update note_link_key set collection_id = $2 where document_id = $1),
            tags as (update note_tag set collection_id = $2 where document_id = $1),
            moved as (
                update note set collection_id = $2, score = null, percentile = null, links = null, backlinks = null
                where document_id = $1)
            update note_key set collection_id = $2 where document_id = $1 returning key, path""";

    private static final String FORGET = "with " + FORGET_LINKS + """
            , old_keys as (delete from note_key where document_id = $1)
            delete from note where document_id = $1 returning collection_id""";

    /**
     * Affected are the document's own links, those that lead to it, and those that look for one of the changed keys, unless
     * their suffix rules out the path that the key stands for. The winner is found by the best name of the link, then by the
     * best name of the document, then in the folder of the linking document, then by the shortest path, then it is the
     * oldest; an index or a title yields to the name of a file.
     *
     * <p>The version of the graph rises when a document came or went ($7), or an edge did. Of a document whose links have
     * been written anew the edges are compared with those before ($6); else every link that leads elsewhere counts.
     */
    private static final String RESOLVE = """
            with affected as materialized (
                select l.document_id, l.ordinal from note_link l
                where (l.document_id, l.ordinal) in (
                    select document_id, ordinal from note_link where document_id = $1
                    union select document_id, ordinal from note_link where resolved_document_id = $1
                    union select wanted.document_id, wanted.ordinal
                    from unnest($3::text[], $5::text[]) as changed(key, path)
                    join note_link_key wanted on wanted.collection_id = $2 and wanted.key = changed.key
                    where wanted.suffix is null
                       or right('/' || changed.path, length(wanted.suffix) + 1) = '/' || wanted.suffix)),
            winners as (
                select affected.*, winner.document_id as target_id
                from affected
                left join lateral (
                    select k.document_id
                    from note_link_key wanted
                    join note_key k on k.collection_id = wanted.collection_id and k.key = wanted.key
                    left join note origin on origin.document_id = wanted.document_id
                    where wanted.document_id = affected.document_id and wanted.ordinal = affected.ordinal
                      and (wanted.suffix is null
                           or right('/' || k.path, length(wanted.suffix) + 1) = '/' || wanted.suffix)
                    order by k.rank >= %d, wanted.preference, k.rank, k.folder <> origin.folder, k.path_length,
                             k.document_id
                    limit 1) winner on true),
            changed as (
                update note_link l set resolved_document_id = winners.target_id
                from winners
                where l.document_id = winners.document_id and l.ordinal = winners.ordinal
                  and l.resolved_document_id is distinct from winners.target_id
                returning l.document_id),
            own as (
                select coalesce(array_agg(distinct target_id order by target_id), '{}') as targets
                from winners where document_id = $1 and target_id <> $1)
            insert into note_graph as g (collection_id) select unnest($4::uuid[]) from own
            where $7 or $6::uuid[] <> own.targets
               or exists (select 1 from changed where $6::uuid[] is null or document_id <> $1)
            on conflict (collection_id) do update set version = g.version + 1, changed_at = now()""".formatted(DocumentKey.FOLDER);

    private final CorpusState corpora;
    private final Offload offload;

    NoteIndex(CorpusState corpora, Offload offload) {
        this.corpora = corpora;
        this.offload = offload;
    }

    /**
     * Computes what {@link #index} will store of a document.
     *
     * @param described the row of the document: its source path, title and type
     * @param clientWaits whether a request waits for it, rather than a job
     */
    public Uni<PreparedNote> prepare(
            UUID documentId, UUID collectionId, Row described, NoteFacts facts, boolean clientWaits) {
        Place place = place(documentId, collectionId, described);
        return compute(facts.links().size(), clientWaits, () -> PreparedNote.of(place, facts));
    }

    /** A document whose content has just been swapped, in the transaction that did it, which holds the lock of the corpus. */
    public Uni<Void> index(SqlConnection tx, PreparedNote note) {
        Place place = note.place();
        return describe(tx, place, note.facts())
                .call(() -> writeLinks(tx, note))
                .chain(changed -> changed.unresolved()
                        ? resolve(tx, place.documentId(), place.collectionId(), changed, List.of(place.collectionId()))
                        : Uni.createFrom().voidItem());
    }

    private static Place place(UUID documentId, UUID collectionId, Row row) {
        return new Place(
                documentId,
                collectionId,
                row.getString("source_path"),
                row.getString("title"),
                row.getString("document_type"));
    }

    private <T> Uni<T> compute(int links, boolean clientWaits, Callable<T> work) {
        if (links > INLINE_LINKS) {
            return clientWaits ? offload.interactive(work) : offload.bulk(work);
        }
        return Uni.createFrom().item(() -> {
            try {
                return work.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Uni<Changed> describe(SqlConnection tx, Place place, NoteFacts facts) {
        Keys keys = Keys.of(place, facts.aliases());
        List<String> headings = facts.headings();
        return tx.preparedQuery(DESCRIBE)
                .execute(Tuple.from(new Object[] {
                    place.documentId(),
                    place.collectionId(),
                    keys.keys(),
                    keys.paths(),
                    keys.ranks(),
                    keys.folder(),
                    keys.pathLength(),
                    facts.aliases().toArray(String[]::new),
                    headings == null ? null : headings.toArray(String[]::new),
                    !facts.links().isEmpty()
                }))
                .map(Changed::described);
    }

    private static Uni<Void> writeLinks(SqlConnection tx, PreparedNote note) {
        Place place = note.place();
        NoteFacts facts = note.facts();
        if (facts.links().isEmpty() && facts.tags().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Links links = note.links();
        LookedFor lookedFor = note.lookedFor();
        return tx.preparedQuery(WRITE_LINKS)
                .execute(Tuple.from(new Object[] {
                    place.documentId(),
                    place.collectionId(),
                    lookedFor.ordinals(),
                    lookedFor.preferences(),
                    lookedFor.keys(),
                    lookedFor.suffixes(),
                    links.kinds(),
                    links.targets(),
                    links.headings(),
                    links.slugs(),
                    links.labels(),
                    links.lines(),
                    links.expected(),
                    facts.tags().toArray(String[]::new)
                }))
                .replaceWithVoid();
    }

    /** A document that has got another path or title; nothing to do when it is not indexed. */
    public Uni<Void> renamed(SqlConnection tx, UUID documentId, long corpusNo) {
        return tx.preparedQuery(PLACE).execute(Tuple.of(documentId)).chain(rows -> {
            if (rows.size() == 0) {
                return Uni.createFrom().voidItem();
            }
            Row row = rows.iterator().next();
            Place place = place(documentId, row.getUUID("collection_id"), row);
            List<String> aliases = List.of(row.getArrayOfStrings("aliases"));
            return tx.preparedQuery(NAMED_LINKS)
                    .execute(Tuple.of(documentId))
                    .map(NoteIndex::named)
                    .chain(links -> compute(links.size(), true, () -> LookedFor.of(place, links)))
                    .call(() -> corpora.lock(tx, List.of(corpusNo)))
                    .chain(lookedFor -> rename(tx, place, aliases, lookedFor))
                    .chain(changed ->
                            resolve(tx, documentId, place.collectionId(), changed, List.of(place.collectionId())));
        });
    }

    private static List<LookedFor.Numbered> named(RowSet<Row> rows) {
        List<LookedFor.Numbered> links = new ArrayList<>(rows.size());
        rows.forEach(row -> links.add(new LookedFor.Numbered(
                row.getInteger("ordinal"),
                LinkKind.ofWireName(row.getString("kind")).orElseThrow(),
                row.getString("target"))));
        return links;
    }

    private static Uni<Changed> rename(SqlConnection tx, Place place, List<String> aliases, LookedFor lookedFor) {
        Keys keys = Keys.of(place, aliases);
        return tx.preparedQuery(RENAME)
                .execute(Tuple.from(new Object[] {
                    place.documentId(),
                    place.collectionId(),
                    keys.keys(),
                    keys.paths(),
                    keys.ranks(),
                    keys.folder(),
                    keys.pathLength()
                }))
                .map(Changed::renamed)
                .call(() -> tx.preparedQuery(WRITE_LINK_KEYS)
                        .execute(Tuple.of(
                                place.documentId(),
                                place.collectionId(),
                                lookedFor.ordinals(),
                                lookedFor.preferences(),
                                lookedFor.keys(),
                                lookedFor.suffixes())));
    }

    /** A document that is in another collection now: links within the old one end, links within the new one begin. */
    public Uni<Void> moved(
            SqlConnection tx, UUID documentId, UUID fromId, long fromCorpusNo, UUID targetId, long targetCorpusNo) {
        return corpora.lock(tx, List.of(fromCorpusNo, targetCorpusNo))
                .chain(() -> tx.preparedQuery(MOVE).execute(Tuple.of(documentId, targetId)))
                .map(Changed::moved)
                .chain(keys -> resolve(tx, documentId, targetId, keys, List.of(fromId, targetId)));
    }

    /** A document that is about to be deleted. */
    public Uni<Void> removed(SqlConnection tx, UUID documentId, long corpusNo) {
        return corpora.lock(tx, List.of(corpusNo))
                .chain(() -> tx.preparedQuery(FORGET).execute(Tuple.of(documentId)))
                .chain(rows -> {
                    if (rows.size() == 0) {
                        return Uni.createFrom().voidItem();
                    }
                    UUID collectionId = rows.iterator().next().getUUID("collection_id");
                    return resolve(tx, documentId, collectionId, Changed.removed(), List.of(collectionId));
                });
    }

    private static Uni<Void> resolve(
            SqlConnection tx, UUID documentId, UUID collectionId, Changed changed, List<UUID> changedCollections) {
        return tx.preparedQuery(RESOLVE)
                .execute(Tuple.from(new Object[] {
                    documentId,
                    collectionId,
                    changed.keys(),
                    changedCollections.stream().sorted().toArray(UUID[]::new),
                    changed.paths(),
                    changed.targets(),
                    changed.node()
                }))
                .replaceWithVoid();
    }

    /**
     * What has changed of a document before its links are resolved.
     *
     * @param keys those that it has got or lost
     * @param paths what each of them stands for
     * @param targets the other documents that its links led to, ascending; null when the links are the same
     * @param node whether the document came or went
     * @param unresolved whether links of the document or of others have to be resolved
     */
    private record Changed(
            String[] keys, @Nullable String[] paths, UUID @Nullable [] targets, boolean node, boolean unresolved) {
        static Changed removed() {
            return new Changed(new String[0], new String[0], null, true, true);
        }

        static Changed moved(RowSet<Row> rows) {
            return of(rows, null, true, true);
        }

        static Changed renamed(RowSet<Row> rows) {
            return of(rows, null, false, true);
        }

        static Changed described(RowSet<Row> rows) {
            for (Row row : rows) {
                if (row.getString("key") == null) {
                    return of(
                            rows,
                            row.getArrayOfUUIDs("targets"),
                            row.getBoolean("arrived"),
                            row.getBoolean("unresolved"));
                }
            }
            throw new IllegalStateException("describing a document returned no row about it");
        }

        private static Changed of(RowSet<Row> rows, UUID @Nullable [] targets, boolean node, boolean unresolved) {
            List<String> keys = new ArrayList<>(rows.size());
            List<@Nullable String> paths = new ArrayList<>(rows.size());
            for (Row row : rows) {
                String key = row.getString("key");
                if (key != null) {
                    keys.add(key);
                    paths.add(row.getString("path"));
                }
            }
            return new Changed(keys.toArray(String[]::new), paths.toArray(String[]::new), targets, node, unresolved);
        }
    }
}
