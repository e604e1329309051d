package dev.evenkeel.memory;

import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.http.ProblemException;
import dev.evenkeel.platform.search.ChunkSet;
import dev.evenkeel.platform.search.filter.MetadataFilter;
import dev.evenkeel.platform.search.lexical.TextMatcher;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query that searches ask about entries; what has expired by the database's clock is in no answer. */
@ApplicationScoped
class SearchRepository {
    private static final String LIVING = "(e.expires_at is null or e.expires_at > now())";

    private static final String PACKED = "select string_agg(int8send(s.chunk_no), '' order by s.chunk_no) as packed";

    private static final String ENTRIES = """
             from memory_search s
            join memory_entry e on e.namespace_no = s.namespace_no and e.key = s.key and e.chunk_no = s.chunk_no""";

    private static final String EXPIRED = """
            select string_agg(int8send(chunk_no), '' order by chunk_no) as packed from memory_entry
            where expires_at <= now() and namespace_no = any($1) and chunk_no is not null""";

    private static final String SPACES = """
            select name, namespace_no, corpus_no, search_language, vector_dimension from memory_namespace
            where owner_id = $1 and deleted_at is null
              and (name = $2 or $3 and corpus_no is not null and name >= $2 || '/' and name < $2 || '0')
            order by name limit $4""";

    /** Values beyond so many bytes in all are left out. */
    private static final String ROWS = """
            select w.place, n.name, n.search_language, s.chunk_no, s.text, s.metadata::text as metadata, e.key,
                   case when sum(e.size_bytes) over (order by w.place) <= $2 then e.value end as value,
                   e.version, e.created_at, e.updated_at, e.expires_at
            from unnest($1::bigint[]) with ordinality as w(chunk_no, place)
            join memory_search s on s.chunk_no = w.chunk_no
            join memory_entry e on e.namespace_no = s.namespace_no and e.key = s.key and e.chunk_no = s.chunk_no
            join memory_namespace n on n.namespace_no = s.namespace_no
            where n.deleted_at is null and %s
            order by w.place""".formatted(LIVING);

    private static final String TEXTS = """
            select s.chunk_no, s.text, n.search_language
            from memory_search s join memory_namespace n using (namespace_no)
            where s.chunk_no = any($1) and s.text is not null""";

    /**
     * A namespace that is searched.
     *
     * @param corpusNo null when nothing in it can be searched for
     */
    record Space(
            String name,
            long namespaceNo,
            @Nullable Long corpusNo,
            @Nullable String language,
            @Nullable Integer vectorDimension) {}

    /** What an entry must meet, besides being found. */
    record Selection(@Nullable MetadataFilter filter, String keyPrefix) {
        boolean isAll() {
            return filter == null && keyPrefix.isEmpty();
        }
    }

    /** A namespace, and those below it that can be searched. */
    Uni<List<Space>> spaces(SqlConnection connection, UUID owner, String name, boolean children, int limit) {
        return connection
                .preparedQuery(SPACES)
                .execute(Tuple.of(owner, name, children, limit + 1))
                .map(rows -> {
                    if (rows.size() > limit) {
                        throw ProblemException.invalid(
                                "include_children", "would search more than " + limit + " namespaces");
                    }
                    if (rows.size() == 0 && !children) {
                        throw ProblemException.notFound("namespace");
                    }
                    List<Space> spaces = new ArrayList<>(rows.size());
                    rows.forEach(row -> spaces.add(new Space(
                            row.getString("name"),
                            row.getLong("namespace_no"),
                            row.getLong("corpus_no"),
                            row.getString("search_language"),
                            row.getInteger("vector_dimension"))));
                    return spaces;
                });
    }

    /** The chunks of living entries that meet a selection. */
    Uni<ChunkSet> within(SqlConnection connection, List<Space> spaces, Selection selection) {
        Long[] namespaceNos = spaces.stream().map(Space::namespaceNo).toArray(Long[]::new);
        if (selection.isAll()) {
            return connection
                    .preparedQuery(EXPIRED)
                    .execute(Tuple.of((Object) namespaceNos))
                    .map(rows -> ChunkSet.except(packed(rows.iterator().next())));
        }
        SqlConditions conditions = conditions(namespaceNos, selection);
        return connection
                .preparedQuery(PACKED + ENTRIES + conditions.where())
                .execute(conditions.tuple())
                .map(rows -> ChunkSet.of(packed(rows.iterator().next())));
    }

    /** The chunks of the entries that were changed last among those that meet a selection. */
    Uni<List<Long>> latest(SqlConnection connection, List<Space> spaces, Selection selection, int limit) {
        SqlConditions conditions =
                conditions(spaces.stream().map(Space::namespaceNo).toArray(Long[]::new), selection);
        return connection
                .preparedQuery("select s.chunk_no" + ENTRIES + conditions.where()
                        + " order by e.updated_at desc, s.chunk_no desc limit " + conditions.parameter(limit))
                .execute(conditions.tuple())
                .map(rows -> {
                    List<Long> chunkNos = new ArrayList<>(rows.size());
                    rows.forEach(row -> chunkNos.add(row.getLong(0)));
                    return chunkNos;
                });
    }

    private static SqlConditions conditions(Long[] namespaceNos, Selection selection) {
        SqlConditions conditions =
                new SqlConditions().and("s.namespace_no = any($)", namespaceNos).and(LIVING);
        if (!selection.keyPrefix().isEmpty()) {
            conditions.and("e.key >= $", selection.keyPrefix()).and("e.key < $", selection.keyPrefix() + Names.LAST);
        }
        MetadataFilter filter = selection.filter();
        if (filter != null) {
            conditions.and(filter.sql("s.metadata", conditions));
        }
        return conditions;
    }

    private static long[] packed(Row row) {
        Buffer packed = row.getBuffer("packed");
        return ChunkSet.unpack(packed == null ? null : packed.getBytes());
    }

    /** What living entries are searched for by, by key. */
    Uni<List<SearchText>> page(SqlConnection connection, UUID owner, String namespace, String after, int limit) {
        return connection
                .preparedQuery("select s.key, s.text, s.metadata::text as metadata" + ENTRIES + """
                         join memory_namespace n on n.namespace_no = s.namespace_no
                        where n.owner_id = $1 and n.name = $2 and n.deleted_at is null and s.key > $3 and %s
                        order by s.key limit $4""".formatted(LIVING))
                .execute(Tuple.of(owner, namespace, after, limit))
                .map(rows -> {
                    List<SearchText> texts = new ArrayList<>(rows.size());
                    rows.forEach(row -> texts.add(SearchText.of(row)));
                    return texts;
                });
    }

    /** The living entries of chunks, in the order of the chunks. */
    Uni<List<Row>> rows(SqlConnection connection, List<Long> chunkNos, long maxBytes) {
        return connection
                .preparedQuery(ROWS)
                .execute(Tuple.of(chunkNos.toArray(Long[]::new), maxBytes))
                .map(found -> {
                    List<Row> rows = new ArrayList<>(found.size());
                    found.forEach(rows::add);
                    return rows;
                });
    }

    /** The texts of those chunks that have one. */
    Uni<Map<Long, TextMatcher.Text>> texts(SqlConnection connection, List<Long> chunkNos) {
        return connection
                .preparedQuery(TEXTS)
                .execute(Tuple.of((Object) chunkNos.toArray(Long[]::new)))
                .map(rows -> {
                    Map<Long, TextMatcher.Text> texts = new HashMap<>();
                    rows.forEach(row -> texts.put(
                            row.getLong("chunk_no"),
                            new TextMatcher.Text(row.getString("search_language"), row.getString("text"))));
                    return texts;
                });
    }
}
