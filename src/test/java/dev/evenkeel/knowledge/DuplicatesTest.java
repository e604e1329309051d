package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Equal text is reported; equal documents are removed only when asked for. */
@QuarkusTest
class DuplicatesTest extends MaintenanceScenario {
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
        sql.change("update document set state = 'failed' where id = $1", failed);
        sql.change("update document set revision = 2, state = 'cancelled' where id = $1", replaced);
        sql.change("update document set state = 'rejected' where id = $1", lost);
        // When equal documents are removed, then none is
        assertThat((Object) done(collection, "duplicates", Map.of("dry_run", false, "remove", "documents"))
                        .get("counts.removed_documents"))
                .isNull();
        // When there is another that is found, and the older of the two has lost its bytes
        sql.change("update document set state = 'completed' where id = $1", lost);
        sql.change("delete from document_part where document_id = $1", good);
        assertThat(done(collection, "duplicates", Map.of("dry_run", false, "remove", "documents"))
                        .getInt("counts.removed_documents"))
                .isEqualTo(1);
        // Then the one that has its bytes stays
        problem(get(DOCUMENTS + "/" + good), 404);
        assertThat(get(DOCUMENTS + "/" + lost).statusCode()).isEqualTo(200);
    }
}
