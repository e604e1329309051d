package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.jobInState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static dev.evenkeel.knowledge.MaintenanceApi.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections that somebody has broken behind the service's back: what is wrong is named, and what is to mend it mends it. */
@QuarkusTest
class MaintenanceTest {
    private static final Map<String, ?> NO_DRY_RUN = Map.of("dry_run", false);

    @Inject
    Database database;

    @Inject
    Sql sql;

    private void breaks(String statement, Object... arguments) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.from(List.of(arguments))))
                .await()
                .atMost(Duration.ofSeconds(15));
    }

    private long corpusOf(UUID collection) {
        return sql.number("select corpus_no from collection where id = $1", collection);
    }

    private static UUID filled(int documents) {
        UUID collection = collection();
        for (int i = 0; i < documents; i++) {
            storeAt(collection, "folder/doc" + i + ".md", text(i));
        }
        return collection;
    }

    /** A word of its own for each number: digits would be words by themselves. */
    private static String word(int i) {
        StringBuilder word = new StringBuilder("zq");
        String.valueOf(i).chars().forEach(digit -> word.append("bcdfghjklm".charAt(digit - '0')));
        return word.toString();
    }

    private static String text(int i) {
        return "# Document " + i + "\n\nThe okapi " + word(i) + " walks.\n\n## Section\n\n"
                + "Words about forests and rivers, leaf after leaf. ".repeat(40 + i) + "\n\n[[doc" + (i + 1) + "]]\n";
    }

    private static List<String> kinds(JsonPath report) {
        return report.getList("findings.kind", String.class);
    }

    private static List<String> integrity(UUID collection) {
        return kinds(done(collection, "integrity", Map.of()));
    }

    /** Rows of everything that belongs to a collection. */
    private List<Long> rows(UUID collection) {
        long corpus = corpusOf(collection);
        return List.of(
                sql.number("select count(*) from document where collection_id = $1", collection),
                sql.number(
                        "select count(*) from document_part p join document d on d.id = p.document_id where d.collection_id = $1",
                        collection),
                sql.number(
                        "select count(*) from chunk c join document d on d.id = c.document_id where d.collection_id = $1",
                        collection),
                sql.number("select count(*) from chunk_vector where corpus_no = $1", corpus),
                sql.number("select count(*) from lexical_tombstone where corpus_no = $1", corpus),
                sql.number(
                        "select coalesce(sum(chunk_count), 0)::bigint from lexical_segment where corpus_no = $1",
                        corpus),
                sql.number("select version from corpus_state where corpus_no = $1", corpus),
                sql.number(
                        "select count(*) from job where collection_id = $1 and kind = 'knowledge.ingest'", collection));
    }

    @Test
    void aCollectionInOrderHasNoFindings() {
        UUID collection = filled(12);
        storeAt(collection, "folder/doc3.md", text(99));
        delete(DOCUMENTS + "/"
                + ok(get(DOCUMENTS + "?collection_id=" + collection)).getString("items[0].id"));
        JsonPath report = done(collection, "integrity", Map.of());
        assertThat(kinds(report)).isEmpty();
        assertThat(report.getInt("findings_total")).isZero();
        assertThat(report.getInt("counts.documents")).isEqualTo(11);
        assertThat(report.getLong("counts.chunks")).isPositive();
        assertThat(report.getLong("counts.segments")).isPositive();
        assertThat(done(collection, "orphans", Map.of("dry_run", true)).getInt("counts.postings"))
                .isZero();
    }

    @Test
    void wrongCountsAreNamedAndPutRight() {
        // Given
        UUID collection = filled(3);
        UUID document = foundDocuments(word(1), collection).get(0);
        breaks("update document set chunk_count = chunk_count + 7, token_count = 1 where id = $1", document);
        breaks(
                "update corpus_state set chunks = chunks + 100, tokens = tokens - 5 where corpus_no = $1",
                corpusOf(collection));
        breaks("update document set last_chunk_no = last_chunk_no + 3 where id = $1", document);
        // When
        JsonPath report = done(collection, "integrity", Map.of());
        // Then
        assertThat(kinds(report))
                .containsExactlyInAnyOrder(
                        "chunk_count", "token_count", "chunk_numbers", "collection_chunks", "collection_tokens");
        Map<String, String> count = report.getMap("findings.find { it.kind == 'chunk_count' }");
        assertThat(count).containsEntry("document_id", document.toString()).containsEntry("path", "folder/doc1.md");
        assertThat(Long.parseLong(count.get("actual"))).isEqualTo(Long.parseLong(count.get("expected")) + 7);
        assertThat(count).containsEntry("repair", "rebuild-postings");
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/completeness"))
                        .getInt("issues_by_kind.chunk_count_mismatch"))
                .isEqualTo(1);

        // When nothing but looking is asked for, then nothing changes
        List<Long> before = rows(collection);
        assertThat(done(collection, "rebuild-postings", Map.of("dry_run", true)).getInt("counts.counts_wrong"))
                .isEqualTo(1);
        assertThat(rows(collection)).isEqualTo(before);
        // When it is mended, then it is
        assertThat(done(collection, "rebuild-postings", NO_DRY_RUN).getInt("counts.counts_wrong"))
                .isEqualTo(1);
        assertThat(integrity(collection)).isEmpty();
    }

    @Test
    void lostPostingsAreNamedAndMadeAnewWhileSearchGoesOn() {
        // Given three ways to lose postings
        UUID segmentGone = filled(6);
        breaks("delete from lexical_segment where corpus_no = $1", corpusOf(segmentGone));
        UUID buried = filled(6);
        UUID victim = foundDocuments(word(2), buried).get(0);
        breaks(
                "insert into lexical_tombstone (corpus_no, chunk_no) select $1, no from chunk where document_id = $2",
                corpusOf(buried),
                victim);
        assertThat(foundDocuments(word(2), segmentGone)).isEmpty();
        // Then integrity names them
        JsonPath first = done(segmentGone, "integrity", Map.of());
        assertThat(kinds(first)).hasSize(6).containsOnly("posting_missing");
        JsonPath second = done(buried, "integrity", Map.of());
        assertThat(kinds(second)).containsExactly("posting_missing");
        assertThat(second.getString("findings[0].document_id")).isEqualTo(victim.toString());
        assertThat(second.getString("findings[0].repair")).isEqualTo("rebuild-postings");
        // When the index is made anew
        JsonPath rebuilt = done(segmentGone, "rebuild-postings", NO_DRY_RUN);
        done(buried, "rebuild-postings", NO_DRY_RUN);
        // Then everything is found again and nothing is left over
        assertThat(rebuilt.getLong("counts.indexed_chunks"))
                .isEqualTo(sql.number(
                        "select count(*) from chunk c join document d on d.id = c.document_id where d.collection_id = $1",
                        segmentGone));
        for (UUID collection : List.of(segmentGone, buried)) {
            IntStream.range(0, 6)
                    .forEach(
                            i -> assertThat(foundDocuments(word(i), collection)).hasSize(1));
            assertThat(integrity(collection)).isEmpty();
        }
        assertThat(done(buried, "orphans", Map.of("dry_run", true)).getInt("counts.corpora"))
                .isZero();
    }

    @Test
    void aRebuiltIndexAnswersAsTheOldOneDid() {
        // Given
        UUID collection = filled(25);
        List<String> queries =
                List.of("okapi", word(7) + " walks", "forests rivers", "\"leaf after leaf\"", "Document 3", "section");
        List<List<Map<String, Object>>> before =
                queries.stream().map(query -> hits(query, collection)).toList();
        // When
        done(collection, "rebuild-postings", NO_DRY_RUN);
        // Then
        assertThat(queries.stream().map(query -> hits(query, collection)).toList())
                .isEqualTo(before);
        assertThat(before.get(0)).isNotEmpty();
    }

    private static List<Map<String, Object>> hits(String query, UUID collection) {
        return search(query, Map.of("limit", 50), collection).getList("results");
    }

    @Test
    void orphansAreCountedByADryRunAndRemovedByAnother() {
        // Given postings of a chunk whose row is gone, an original of a revision of long ago, a mark and a vector of
        // nothing
        UUID collection = filled(5);
        long corpus = corpusOf(collection);
        UUID cut = foundDocuments(word(3), collection).get(0);
        UUID old = foundDocuments(word(2), collection).get(0);
        breaks("delete from chunk where document_id = $1 and ordinal = 0", cut);
        breaks("insert into document_part (document_id, revision, part_no, content) values ($1, 77, 0, 'x')", old);
        breaks("insert into lexical_tombstone (corpus_no, chunk_no) values ($1, 3)", corpus);
        breaks("insert into embedding_model (name, dimension) values ('maintenance test', 2) on conflict do nothing");
        breaks(
                "insert into chunk_vector (chunk_no, corpus_no, model_no, text_hash, vector, bits)"
                        + " select nextval('chunk_no_seq'), $1, model_no, 'x', '\\x0000000000000000', '\\x0000000000000000'"
                        + " from embedding_model where name = 'maintenance test'",
                corpus);
        breaks(
                "insert into corpus_delta (corpus_no, version, part) values ((select max(corpus_no) from collection) + 1000000, 1, 1)");
        // Then integrity names what is wrong with the collection
        assertThat(integrity(collection)).contains("chunk_missing", "posting_without_chunk", "vector_without_chunk");
        // When a dry run looks
        List<Long> before = rows(collection);
        JsonPath dry = done(collection, "orphans", Map.of("dry_run", true));
        // Then it counts and changes nothing
        assertThat(rows(collection)).isEqualTo(before);
        assertThat(dry.getInt("counts.original_parts")).isEqualTo(1);
        assertThat(dry.getInt("counts.postings")).isEqualTo(1);
        assertThat(dry.getInt("counts.marks")).isEqualTo(1);
        assertThat(dry.getInt("counts.vectors")).isEqualTo(1);
        assertThat(dry.getInt("counts.corpora")).isPositive();
        // When it is real
        done(collection, "orphans", NO_DRY_RUN);
        // Then a second one has nothing to do
        JsonPath again = done(collection, "orphans", NO_DRY_RUN);
        assertThat(again.getInt("findings_total")).as(again.prettify()).isZero();
        // When the document is indexed again and the counts are made anew
        done(collection, "re-chunk", Map.of("dry_run", false, "document_ids", List.of(cut)));
        done(collection, "rebuild-postings", NO_DRY_RUN);
        // Then all is well
        assertThat(integrity(collection)).isEmpty();
        assertThat(foundDocuments(word(3), collection)).containsExactly(cut);
    }

    @Test
    void aDeletedCollectionThatNoJobRemovesIsRemoved() {
        // Given
        UUID lost = filled(2);
        breaks("update collection set deleted_at = now() - interval '2 days' where id = $1", lost);
        UUID collection = collection();
        // When
        assertThat(done(collection, "orphans", Map.of("dry_run", true)).getInt("counts.collections"))
                .isPositive();
        assertThat(sql.number("select count(*) from collection where id = $1", lost))
                .isEqualTo(1);
        done(collection, "orphans", NO_DRY_RUN);
        // Then
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(sql.number("select count(*) from collection where id = $1", lost))
                        .isZero());
    }

    @Test
    void danglingLinksAndLostJobsAreNamed() {
        // Given a link that leads to a document of another collection, and a document that no job cares for
        UUID collection = filled(3);
        UUID elsewhere = storeAt(collection(), "other.md", "other");
        UUID linking = foundDocuments(word(0), collection).get(0);
        UUID waiting = foundDocuments(word(2), collection).get(0);
        breaks("update note_link set resolved_document_id = $2 where document_id = $1", linking, elsewhere);
        breaks("update document set state = 'processing', job_id = null where id = $1", waiting);
        // When
        JsonPath report = done(collection, "integrity", Map.of());
        // Then
        assertThat(kinds(report)).containsExactlyInAnyOrder("link_dangling", "job_missing");
        done(collection, "re-chunk", Map.of("dry_run", false, "document_ids", List.of(linking, waiting)));
        assertThat(integrity(collection)).isEmpty();
    }

    @Test
    void equalTextIsReportedAndEqualDocumentsAreRemovedOnlyWhenAskedFor() {
        // Given three documents of the same bytes, and one paragraph twice in a fourth
        UUID collection = filled(2);
        String same = "Exactly the same words about quaggas, in one paragraph that is long enough. ".repeat(3);
        UUID oldest = storeAt(collection, "copies/a.md", same);
        storeAt(collection, "copies/b.md", same);
        storeAt(collection, "copies/c.md", same);
        // When
        JsonPath report = done(collection, "duplicates", Map.of());
        // Then
        Map<String, Object> documents = report.getMap("findings.find { it.kind == 'equal_documents' }");
        assertThat(documents).containsEntry("document_id", oldest.toString()).containsEntry("actual", "3");
        assertThat(documents.get("paths")).isEqualTo(List.of("copies/a.md", "copies/b.md", "copies/c.md"));
        Map<String, Object> chunks = report.getMap("findings.find { it.kind == 'equal_chunks' }");
        assertThat((String) chunks.get("preview")).startsWith("Exactly the same words");
        assertThat(chunks).containsEntry("actual", "3");
        assertThat(report.getInt("counts.surplus_chunks")).isEqualTo(2);
        assertThat(foundDocuments("quaggas", collection)).hasSize(3);

        // When removal is only tried, then all are there
        List<Long> before = rows(collection);
        done(collection, "duplicates", Map.of("dry_run", true, "remove", "documents"));
        assertThat(rows(collection)).isEqualTo(before);
        // When it is meant, then the oldest stays
        JsonPath removed = done(collection, "duplicates", Map.of("dry_run", false, "remove", "documents"));
        assertThat(removed.getInt("counts.removed_documents")).isEqualTo(2);
        assertThat(foundDocuments("quaggas", collection)).containsExactly(oldest);
        assertThat(done(collection, "duplicates", Map.of()).getInt("findings_total"))
                .isZero();
        assertThat(integrity(collection)).isEmpty();
        assertThat(sql.number(
                        "select count(*) from maintenance_chunk m join maintenance_report r using (job_id) where r.collection_id = $1",
                        collection))
                .isZero();
    }

    @Test
    void aDocumentThatIsNotFoundByItsContentStandsForNoOther() {
        // Given a newer document with the bytes of older ones that failed, were replaced, or are of another type
        UUID collection = collection();
        String same = "Exactly the same words about bongos, in one paragraph that is long enough. ".repeat(3);
        UUID failed = storeAt(collection, "failed.md", same);
        UUID replaced = storeAt(collection, "replaced.md", same);
        storeAt(collection, "other.txt", same);
        UUID good = storeAt(collection, "good.md", same);
        UUID lost = storeAt(collection, "lost.md", same);
        breaks("update document set state = 'failed' where id = $1", failed);
        breaks("update document set revision = 2, state = 'cancelled' where id = $1", replaced);
        breaks("update document set state = 'rejected' where id = $1", lost);
        // When equal documents are removed, then none is
        assertThat((Object) done(collection, "duplicates", Map.of("dry_run", false, "remove", "documents"))
                        .get("counts.removed_documents"))
                .isNull();
        // When there is another that is found, and the older of the two has lost its bytes
        breaks("update document set state = 'completed' where id = $1", lost);
        breaks("delete from document_part where document_id = $1", good);
        assertThat(done(collection, "duplicates", Map.of("dry_run", false, "remove", "documents"))
                        .getInt("counts.removed_documents"))
                .isEqualTo(1);
        // Then the one that has its bytes stays
        problem(get(DOCUMENTS + "/" + good), 404);
        assertThat(get(DOCUMENTS + "/" + lost).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"integrity", "orphans", "rebuild-postings", "duplicates", "re-chunk"})
    void documentsComeChangeAndGoMeanwhile(String operation) {
        // Given
        UUID collection = filled(15);
        Map<String, Object> request =
                operation.equals("re-chunk") ? Map.of("dry_run", false, "all", true) : Map.of("dry_run", false);
        // When it runs while documents are written and deleted
        UUID job = start(collection, operation, request);
        List<UUID> written = new ArrayList<>();
        Concurrently.all(3, writer -> {
            for (int i = 0; i < 8; i++) {
                UUID document = storeAt(collection, "new/" + writer + "-" + i + ".md", text(100 + writer * 10 + i));
                storeAt(collection, "folder/doc" + (writer * 5 + i % 5) + ".md", text(200 + writer * 10 + i));
                if (i % 2 == 0) {
                    delete(DOCUMENTS + "/" + document);
                } else {
                    synchronized (written) {
                        written.add(document);
                    }
                }
            }
            return writer;
        });
        JsonPath report = done(collection, job);
        // Then nothing was taken for broken, and nothing is
        if (operation.equals("integrity") || operation.equals("orphans")) {
            assertThat(report.getInt("findings_total")).as(report.prettify()).isZero();
        }
        assertThat(integrity(collection)).isEmpty();
        for (int writer = 0; writer < 3; writer++) {
            for (int i = 0; i < 8; i++) {
                assertThat(foundDocuments(word(100 + writer * 10 + i), collection))
                        .hasSize(i % 2);
            }
        }
        assertThat(written).hasSize(12);
    }

    @Test
    void whatCouldChangeSomethingMustSaySo() {
        UUID collection = collection();
        String path = COLLECTIONS + "/" + collection + "/maintenance/";
        for (String operation : List.of("orphans", "rebuild-postings", "re-chunk")) {
            invalid(post(path + operation, Map.of()), "dry_run");
            invalid(request().post(path + operation), "dry_run");
        }
        invalid(post(path + "duplicates", Map.of("remove", "documents")), "dry_run");
        invalid(post(path + "duplicates", Map.of("remove", "chunks", "dry_run", true)), "remove");
        invalid(post(path + "orphans", Map.of("remove", "documents", "dry_run", true)), "remove");
        invalid(post(path + "orphans", Map.of("all", true, "dry_run", true)), "all");
        invalid(post(path + "re-chunk", Map.of("dry_run", true, "document_ids", List.of())), "document_ids");
        problem(post(path + "tidy", Map.of()), 404);
        problem(get(path + UUID.randomUUID()), 404);
        problem(get(path + "latest"), 404);
        problem(post(COLLECTIONS + "/" + UUID.randomUUID() + "/maintenance/integrity", Map.of()), 404);
        assertThat(request().post(path + "integrity").statusCode()).isEqualTo(202);
    }

    @Test
    void oneRunACollectionAtATimeWhichCanBeCancelled() {
        // Given a run that waits
        UUID collection = filled(1);
        ok(request().post("/api/v1/jobs/kinds/knowledge.maintenance/pause"));
        UUID job;
        try {
            job = start(collection, "integrity", Map.of());
            // Then there is no second one
            assertThat(problem(MaintenanceApi.request(collection, "orphans", NO_DRY_RUN), 409)
                            .getString("detail"))
                    .contains(job.toString());
            // When it is cancelled
            ok(request().post("/api/v1/jobs/" + job + "/cancel"));
        } finally {
            ok(request().post("/api/v1/jobs/kinds/knowledge.maintenance/resume"));
        }
        jobInState(job, "cancelled");
        assertThat(MaintenanceApi.report(collection, job).getString("state")).isEqualTo("cancelled");
        // Then another may run, and the latest report is its
        UUID next = start(collection, "integrity", Map.of());
        done(collection, next);
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/maintenance/latest"))
                        .getString("job_id"))
                .isEqualTo(next.toString());
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/maintenance/latest?operation=integrity"))
                        .getString("state"))
                .isEqualTo("succeeded");
        problem(get(COLLECTIONS + "/" + collection + "/maintenance/latest?operation=orphans"), 404);
    }

    @Test
    void aRunThatIsRepeatedGoesOnWhereItWasAndCountsNothingTwice() {
        // Given a finished run whose job is run again, as after the end of a process between two steps
        UUID collection = filled(4);
        UUID job = start(collection, "integrity", Map.of());
        JsonPath first = done(collection, job);
        breaks(
                "update maintenance_report set finished_at = null, stage = 'vectors', place = '{}' where job_id = $1",
                job);
        breaks("update job set state = 'queued', due = true, finished_at = null, run_at = now() where id = $1", job);
        // When
        done(collection, job);
        Eventually.holds(
                Duration.ofSeconds(30),
                () -> assertThat(sql.number(
                                "select count(*) from maintenance_report where job_id = $1 and finished_at is not null",
                                job))
                        .isEqualTo(1));
        // Then
        JsonPath second = MaintenanceApi.report(collection, job);
        assertThat(second.getMap("counts")).isEqualTo(first.getMap("counts"));
    }

    @Test
    void completenessSaysWhatIsMissingAndWhy() {
        // Given a good document, one that cannot be read, and one that waits for nothing
        UUID collection = filled(2);
        KnowledgeApi.uploadedFile(
                collection, "broken.pdf", "%PDF-1.4 nothing".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Eventually.holds(Duration.ofSeconds(40), () -> {
            // When
            JsonPath report = ok(get(COLLECTIONS + "/" + collection + "/completeness"));
            // Then
            assertThat(report.getInt("documents")).isEqualTo(3);
            assertThat(report.getInt("complete")).isEqualTo(2);
            assertThat(report.getInt("incomplete")).isEqualTo(1);
            assertThat(report.getInt("issues_by_kind.rejected")).isEqualTo(1);
            assertThat(report.getString("issues[0].path")).isEqualTo("broken.pdf");
            assertThat(report.getString("issues[0].code")).isNotBlank();
            assertThat(report.getMap("failures_by_code")).hasSize(1);
        });
    }
}
