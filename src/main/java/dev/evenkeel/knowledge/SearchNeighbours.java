package dev.evenkeel.knowledge;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Finds the chunks that stand before and behind hits. One statement, and none unless it is asked for. */
@ApplicationScoped
public class SearchNeighbours {
    /** By the hit's own row: of a document that has been indexed anew meanwhile, places no longer mean the same. */
    private static final String ROWS = "select wanted.no as hit_no, " + Passage.COLUMNS + """

            from unnest($1::bigint[], $2::int[]) as wanted(no, ordinal)
            join chunk hit on hit.no = wanted.no
            join chunk k on k.document_id = hit.document_id and k.ordinal = wanted.ordinal""";

    /** A place in a document. */
    private record Place(UUID documentId, int ordinal) {}

    /**
     * The neighbours of each hit, in the order of the hits, each hit's nearest first. A chunk that is a hit itself, or a
     * neighbour of an earlier hit, is not given again.
     *
     * @param distance from 0: how far away neighbours may be
     */
    Uni<List<List<Passage>>> around(SqlConnection connection, List<Passage> hits, int distance) {
        List<Long> hitNos = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        Set<Place> taken = new HashSet<>();
        hits.forEach(hit -> taken.add(new Place(hit.documentId(), hit.ordinal())));
        for (Passage hit : hits) {
            for (int away = 1; away <= distance; away++) {
                for (int ordinal : new int[] {hit.ordinal() - away, hit.ordinal() + away}) {
                    if (ordinal >= 0 && taken.add(new Place(hit.documentId(), ordinal))) {
                        hitNos.add(hit.chunkNo());
                        ordinals.add(ordinal);
                    }
                }
            }
        }
        if (hitNos.isEmpty()) {
            return Uni.createFrom()
                    .item(hits.stream().map(hit -> List.<Passage>of()).toList());
        }
        return connection
                .preparedQuery(ROWS)
                .execute(Tuple.of(hitNos.toArray(Long[]::new), ordinals.toArray(Integer[]::new)))
                .map(rows -> {
                    Map<Long, List<Passage>> byHit = new HashMap<>();
                    rows.forEach(row -> byHit.computeIfAbsent(row.getLong("hit_no"), no -> new ArrayList<>())
                            .add(Passage.of(row)));
                    return hits.stream()
                            .map(hit -> nearestFirst(hit, byHit.getOrDefault(hit.chunkNo(), List.of())))
                            .toList();
                });
    }

    private static List<Passage> nearestFirst(Passage hit, List<Passage> neighbours) {
        return neighbours.stream()
                .sorted((a, b) -> {
                    int byDistance = Integer.compare(
                            Math.abs(a.ordinal() - hit.ordinal()), Math.abs(b.ordinal() - hit.ordinal()));
                    return byDistance != 0 ? byDistance : Integer.compare(a.ordinal(), b.ordinal());
                })
                .toList();
    }
}
