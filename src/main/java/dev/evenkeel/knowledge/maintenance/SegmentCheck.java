package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.search.lexical.LexicalInspection;
import dev.evenkeel.platform.search.lexical.LexicalInspection.SegmentContent;
import dev.evenkeel.platform.search.lexical.LexicalInspection.SegmentSummary;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the segments of a keyword index one after the other; one that is merged meanwhile is met again in what it became. */
final class SegmentCheck {
    private static final int NUMBERS_A_STATEMENT = 20_000;

    private final LexicalInspection index;
    private final MaintenanceRun run;

    SegmentCheck(LexicalInspection index, MaintenanceRun run) {
        this.index = index;
        this.run = run;
    }

    /** What one moment shows of a segment. */
    private record Seen(SegmentSummary summary, Optional<SegmentContent> content, long ownerless) {}

    Uni<Progress> next(JsonObject place) {
        long after = place.getLong("segment", Long.MIN_VALUE);
        return run.snapshot(tx -> index.segments(tx, corpusNo())
                        .chain(segments -> segments.stream()
                                .filter(segment -> segment.segmentNo() > after)
                                .findFirst()
                                .map(segment -> see(tx, segment).map(Optional::of))
                                .orElse(Uni.createFrom().item(Optional.empty()))))
                .chain(seen -> seen.isEmpty()
                        ? Uni.createFrom().item(Progress.done())
                        : postings(seen.get()).map(lacking -> progress(seen.get(), lacking)));
    }

    private long corpusNo() {
        return run.collection().corpusNo();
    }

    private Uni<Seen> see(SqlConnection tx, SegmentSummary segment) {
        return index.content(tx, corpusNo(), segment.segmentNo())
                .chain(content -> ownerless(
                                tx, content.map(SegmentContent::chunkNos).orElse(new long[0]), 0)
                        .map(count -> new Seen(segment, content, count)));
    }

    private Uni<Long> ownerless(SqlConnection tx, long[] numbers, int from) {
        if (from >= numbers.length) {
            return Uni.createFrom().item(0L);
        }
        int to = Math.min(numbers.length, from + NUMBERS_A_STATEMENT);
        Long[] some = Arrays.stream(numbers, from, to).boxed().toArray(Long[]::new);
        return tx.preparedQuery("""
                        select count(*) from unnest($1::bigint[]) as given(no)
                        where not exists (select 1 from chunk c join document d on d.id = c.document_id
                                          where c.no = given.no and d.collection_id = $2)
                          and not exists (select 1 from lexical_tombstone t where t.corpus_no = $3 and t.chunk_no = given.no)""")
                .execute(Tuple.of(some, run.collection().id(), corpusNo()))
                .map(rows -> rows.iterator().next().getLong(0))
                .chain(count -> ownerless(tx, numbers, to).map(more -> count + more));
    }

    private Uni<Integer> postings(Seen seen) {
        return seen.content().isEmpty()
                ? Uni.createFrom().item(0)
                : index.chunksLackingPostings(corpusNo(), seen.summary().segmentNo(), () -> run.alive("segments"))
                        .map(lacking -> lacking.orElse(0))
                        .onFailure(IndexOutOfBoundsException.class)
                        .recoverWithItem(seen.summary().chunkCount());
    }

    private static Progress progress(Seen seen, int lacking) {
        List<Finding> findings = new ArrayList<>();
        SegmentSummary summary = seen.summary();
        String name = "segment " + summary.segmentNo();
        if (seen.content().isEmpty()) {
            findings.add(Finding.difference(
                    "segment_unreadable",
                    null,
                    name,
                    summary.chunkCount() + " chunks",
                    "damaged",
                    IntegrityCheck.REBUILD));
        } else {
            SegmentContent content = seen.content().get();
            if (content.chunkNos().length != summary.chunkCount() || content.tokens() != summary.tokenCount()) {
                findings.add(Finding.difference(
                        "segment_counts",
                        null,
                        name,
                        content.chunkNos().length + " chunks, " + content.tokens() + " words",
                        summary.chunkCount() + " chunks, " + summary.tokenCount() + " words",
                        IntegrityCheck.REBUILD));
            }
        }
        if (seen.ownerless() > 0) {
            findings.add(Finding.difference(
                    "posting_without_chunk", null, name, 0, seen.ownerless(), IntegrityCheck.ORPHANS));
        }
        if (lacking > 0) {
            findings.add(Finding.difference("postings_lost", null, name, 0, lacking, IntegrityCheck.REBUILD));
        }
        return new Progress(findings, Map.of("segments", 1L), new JsonObject().put("segment", summary.segmentNo()));
    }
}
