package dev.evenkeel.knowledge.notes;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the note graph knows of search hits: how the documents stand, and what is around them. One statement each. */
@ApplicationScoped
public class NoteStanding {
    /** Links of a document that are shown with a hit, each way. */
    private static final int SHOWN = 10;

    private static final String PERCENTILES = """
            select k.no, n.percentile from unnest($1::bigint[]) as wanted(no)
            join chunk k on k.no = wanted.no
            join note n on n.document_id = k.document_id
            where n.percentile > 0""";

    /** Tags of a document that are shown with a hit. */
    private static final int SHOWN_TAGS = 50;

    private static final String AROUND = "select hit.id as hit_id, tags.names, edge.outgoing, " + NoteRef.COLUMNS + """

            from unnest($1::uuid[]) with ordinality as hit(id, n)
            cross join lateral (
                select array_agg(tag order by tag) as names from (
                    select tag from note_tag where document_id = hit.id order by tag limit $3) first) tags
            left join lateral (
                (select resolved_document_id as found, true as outgoing, min(ordinal) as place from note_link
                 where document_id = hit.id and resolved_document_id is not null and resolved_document_id <> hit.id
                 group by resolved_document_id order by place limit $2)
                union all
                (select document_id, false, 0 from note_link
                 where resolved_document_id = hit.id and document_id <> hit.id
                 group by document_id order by document_id limit $2)) edge on true
            left join document d on d.id = edge.found
            order by hit.n, edge.outgoing desc, edge.place, d.id""";

    /** The percentiles, above 0 to 1, of the documents of chunks; those that have none rank lowest. */
    public Uni<Map<Long, Double>> percentiles(SqlConnection connection, Collection<Long> chunkNos) {
        return connection
                .preparedQuery(PERCENTILES)
                .execute(Tuple.of(chunkNos.toArray(Long[]::new)))
                .map(rows -> {
                    Map<Long, Double> percentiles = new HashMap<>();
                    rows.forEach(row -> percentiles.put(
                            row.getLong("no"), row.getFloat("percentile").doubleValue()));
                    return percentiles;
                });
    }

    /**
     * The documents that each of these links to, and those that link to it, at most ten each way, and its tags, at most fifty;
     * in the order given.
     */
    public Uni<List<LinkedDocuments>> around(SqlConnection connection, Collection<UUID> documentIds) {
        return connection
                .preparedQuery(AROUND)
                .execute(Tuple.of(documentIds.stream().distinct().toArray(UUID[]::new), SHOWN, SHOWN_TAGS))
                .map(rows -> {
                    Map<UUID, LinkedDocuments> byId = new LinkedHashMap<>();
                    rows.forEach(row -> {
                        UUID id = row.getUUID("hit_id");
                        String[] tags = row.getArrayOfStrings("names");
                        byId.computeIfAbsent(
                                id, first -> new LinkedDocuments(first, tags == null ? List.of() : List.of(tags)));
                        if (row.getUUID("document_id") != null) {
                            byId.computeIfPresent(
                                    id, (same, known) -> known.with(NoteRef.of(row), row.getBoolean("outgoing")));
                        }
                    });
                    return List.copyOf(byId.values());
                });
    }
}
