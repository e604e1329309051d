package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.knowledge.ChunkingRows;
import dev.evenkeel.knowledge.CollectionRepository;
import dev.evenkeel.knowledge.KnowledgeConfig;
import dev.evenkeel.knowledge.ingestion.EmbeddingPlan;
import dev.evenkeel.platform.access.Reach;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Looks for what a collection lacks, in two statements. */
@ApplicationScoped
class Completeness {
    private static final int LISTED = 100;

    private static final String DOCUMENTS = """
            with doc as materialized (
              select d.id, coalesce(d.source_path, d.title) as path, d.state, d.chunk_count, d.embedded_count, d.error_code,
                     d.error_detail, d.page_count, %s as otherwise,
                     (select count(*) from chunk k where k.document_id = d.id) as actual, d.indexed_revision, d.document_type
              from document d join collection c on c.id = d.collection_id where d.collection_id = $1),
            checked as (
              select doc.*,
                     case when state in ('failed', 'rejected', 'quarantined', 'cancelled') then state
                          when state in ('queued', 'processing') then 'processing_incomplete'
                          when greatest(chunk_count, actual) = 0 then 'zero_chunks'
                          when chunk_count <> actual then 'chunk_count_mismatch'
                          when $2 and embedded_count < chunk_count then 'missing_vectors'
                          when document_type = 'pdf' and page_count = 0 then 'page_count_missing' end as issue
              from doc)""";

    private static final String SUMS = """
            select state, issue, case when issue in ('failed', 'rejected', 'quarantined') then error_code end as code,
                   count(*) as documents, sum(actual)::bigint as chunks,
                   (sum(greatest(0, chunk_count - embedded_count)) filter (where $2))::bigint as missing_vectors,
                   count(*) filter (where otherwise) as otherwise
            from checked group by 1, 2, 3""";

    private static final String ISSUES = """
            select id, path, issue, error_code, error_detail,
                   case issue when 'zero_chunks' then 1 when 'chunk_count_mismatch' then chunk_count
                              when 'missing_vectors' then chunk_count when 'page_count_missing' then 1 end::bigint as expected,
                   case issue when 'zero_chunks' then 0 when 'chunk_count_mismatch' then actual
                              when 'missing_vectors' then embedded_count when 'page_count_missing' then 0 end::bigint as actual
            from checked where issue is not null order by id limit $3""";

    private final CollectionRepository collections;
    private final EmbeddingPlan embedding;
    private final String documents;

    Completeness(CollectionRepository collections, EmbeddingPlan embedding, KnowledgeConfig config) {
        this.collections = collections;
        this.embedding = embedding;
        this.documents = DOCUMENTS.formatted("(" + ChunkingRows.otherwise(config.chunkMaxTokens()) + ")");
    }

    Uni<CompletenessReport> report(SqlConnection connection, Reach reach, UUID collectionId) {
        return collections
                .requireForReading(connection, reach, List.of(collectionId))
                .map(found -> embedding.wanted(found.get(0)))
                .chain(embeds -> connection
                        .preparedQuery(documents + SUMS)
                        .execute(Tuple.of(collectionId, embeds))
                        .chain(sums -> connection
                                .preparedQuery(documents + ISSUES)
                                .execute(Tuple.of(collectionId, embeds, LISTED))
                                .map(issues -> report(collectionId, sums, issues))));
    }

    private static CompletenessReport report(UUID collectionId, RowSet<Row> sums, RowSet<Row> listed) {
        Map<String, Long> states = new TreeMap<>();
        Map<String, Long> kinds = new TreeMap<>();
        Map<String, Long> codes = new TreeMap<>();
        long documents = 0;
        long complete = 0;
        long chunks = 0;
        long missing = 0;
        long otherwise = 0;
        for (Row row : sums) {
            long count = row.getLong("documents");
            String issue = row.getString("issue");
            String code = row.getString("code");
            documents += count;
            chunks += row.getLong("chunks");
            missing += row.getLong("missing_vectors") == null ? 0 : row.getLong("missing_vectors");
            otherwise += row.getLong("otherwise");
            states.merge(row.getString("state"), count, Long::sum);
            if (issue == null) {
                complete += count;
            } else {
                kinds.merge(issue, count, Long::sum);
            }
            if (code != null) {
                codes.merge(code, count, Long::sum);
            }
        }
        return new CompletenessReport(
                collectionId,
                documents,
                complete,
                documents - complete,
                chunks,
                missing,
                otherwise,
                states,
                kinds,
                codes,
                issues(listed));
    }

    private static List<CompletenessReport.Issue> issues(RowSet<Row> rows) {
        List<CompletenessReport.Issue> issues = new ArrayList<>();
        rows.forEach(row -> issues.add(new CompletenessReport.Issue(
                row.getUUID("id"),
                row.getString("path"),
                row.getString("issue"),
                row.getLong("expected"),
                row.getLong("actual"),
                row.getString("error_code"),
                row.getString("error_detail"))));
        return issues;
    }
}
