package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What disagrees in a collection, or is missing from it, is named. */
@QuarkusTest
class IntegrityTest extends MaintenanceScenario {
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
        sql.change("update document set chunk_count = chunk_count + 7, token_count = 1 where id = $1", document);
        sql.change(
                "update corpus_state set chunks = chunks + 100, tokens = tokens - 5 where corpus_no = $1",
                corpusOf(collection));
        sql.change("update document set last_chunk_no = last_chunk_no + 3 where id = $1", document);
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
    void danglingLinksAndLostJobsAreNamed() {
        // Given a link that leads to a document of another collection, and a document that no job cares for
        UUID collection = filled(3);
        UUID elsewhere = storeAt(collection(), "other.md", "other");
        UUID linking = foundDocuments(word(0), collection).get(0);
        UUID waiting = foundDocuments(word(2), collection).get(0);
        sql.change("update note_link set resolved_document_id = $2 where document_id = $1", linking, elsewhere);
        sql.change("update document set state = 'processing', job_id = null where id = $1", waiting);
        // When
        JsonPath report = done(collection, "integrity", Map.of());
        // Then
        assertThat(kinds(report)).containsExactlyInAnyOrder("link_dangling", "job_missing");
        done(collection, "re-chunk", Map.of("dry_run", false, "document_ids", List.of(linking, waiting)));
        assertThat(integrity(collection)).isEmpty();
    }

    @Test
    void completenessSaysWhatIsMissingAndWhy() {
        // Given a good document, one that cannot be read, and one that waits for nothing
        UUID collection = filled(2);
        KnowledgeApi.uploadedFile(collection, "broken.pdf", "%PDF-1.4 nothing".getBytes(StandardCharsets.UTF_8));
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
