package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What nobody wants is removed for good, by hand or when its time is over. */
@QuarkusTest
class QuarantinePurgeTest extends QuarantineScenario {
    @Test
    void purgingRemovesTheBytesAndKeepsTheRecord() {
        // Given
        UUID id = uploadedFile(collection(), "report.pdf", SampleFiles.program());
        String item = item(id).getString("id");
        // When
        assertThat(delete(QUARANTINE + "/" + item).statusCode()).isEqualTo(204);
        // Then
        JsonPath document = document(id);
        assertThat(document.getString("state")).isEqualTo("rejected");
        assertThat(document.getString("error.code")).isEqualTo("executable");
        assertThat(document.getString("error.detail")).contains("purged");
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isZero();
        problem(get(QUARANTINE + "/" + item), 404);
        problem(delete(QUARANTINE + "/" + item), 404);
        problem(request().post(QUARANTINE + "/" + item + "/restore"), 404);
        assertThat(ok(get("/api/v1/audit-events?action=quarantine.purged")).getString("items[0].subject_id"))
                .isEqualTo(id.toString());
        // And the same file can come again
        uploadedFile(UUID.fromString(document.getString("collection_id")), "report.pdf", SampleFiles.program());
        assertThat(document(id).getString("state")).isEqualTo("quarantined");
    }

    @Test
    void manyArePurgedByAgeAndADryRunChangesNothing() {
        // Given
        UUID collection = collection();
        MultipartBody body = new MultipartBody();
        for (int i = 0; i < 45; i++) {
            body.file("file" + i + ".md", pdf("okapi " + i));
        }
        uploaded(collection, body);
        long bytes = sql.number("select sum(size_bytes)::bigint from document where collection_id = $1", collection);

        // Then
        Map<String, Object> old = Map.of("collection_id", collection, "older_than_days", 1);
        assertThat(purged(old)).isEqualTo(Map.of("dry_run", false, "items", 0, "bytes", 0));
        Map<String, Object> dry = Map.of("collection_id", collection, "older_than_days", 0, "dry_run", true);
        assertThat(purged(dry)).isEqualTo(Map.of("dry_run", true, "items", 45, "bytes", (int) bytes));
        assertThat(items(collection)).hasSize(45);
        // And for good
        assertThat(purged(Map.of("collection_id", collection, "older_than_days", 0)))
                .isEqualTo(Map.of("dry_run", false, "items", 45, "bytes", (int) bytes));
        assertThat(items(collection)).isEmpty();
        assertThat(sql.number("""
                select count(*) from document_part join document d on d.id = document_id where collection_id = $1""", collection)).isZero();
        invalid(post(QUARANTINE + "/purge", Map.of("older_than_days", -1)), "older_than_days");
        invalid(post(QUARANTINE + "/purge", Map.of()), "older_than_days");
        invalid(post(QUARANTINE + "/purge", Map.of("collection_id", collection)), "older_than_days");
    }

    private static Map<String, Object> purged(Map<String, ?> order) {
        return ok(post(QUARANTINE + "/purge", order)).getMap("$");
    }

    @Test
    void whatNobodyDecidesIsPurgedWhenItsTimeIsOver() {
        // Given
        UUID collection = collection();
        UUID expired = uploadedFile(collection, "expired.pdf", SampleFiles.program());
        UUID other = uploadedFile(collection, "other.pdf", SampleFiles.program());
        change("update quarantine_item set expires_at = now() - interval '1 second' where document_id = $1", expired);
        // When the service looks for it
        change("update recurring_job set next_run_at = now() where name = $1", "quarantine-expiry");
        // Then
        Eventually.holds(
                LIMIT, () -> assertThat(document(expired).getString("state")).isEqualTo("rejected"));
        assertThat(document(other).getString("state")).isEqualTo("quarantined");
        assertThat(sql.number("select count(*) from document_part where document_id = $1", expired))
                .isZero();
    }
}
