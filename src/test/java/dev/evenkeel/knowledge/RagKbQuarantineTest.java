package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.RagKbApi.detail;
import static dev.evenkeel.knowledge.RagKbApi.postJson;
import static dev.evenkeel.knowledge.RagKbApi.unprocessable;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refused files in the shapes of rag-kb. */
@QuarkusTest
class RagKbQuarantineTest {
    private UUID base = NOBODY;

    @BeforeEach
    void begin() {
        base = RagKbApi.emptyKnowledgeBase();
    }

    @Test
    void refusedFilesAreShownRestoredAndPurged() {
        // Given
        UUID held = uploadedFile(base, "notes/report.md", SampleFiles.pdf(List.of(List.of("the gerenuk"))));
        uploadedFile(base, "program.pdf", SampleFiles.program());
        uploadedFile(base, "empty.md", new byte[0]);

        // Then
        JsonPath rejected = ok(request().get("/api/security/rejected"));
        assertThat(rejected.getInt("total")).isEqualTo(3);
        assertThat(rejected.getList("rejected.file_path"))
                .containsExactlyInAnyOrder("notes/report.md", "program.pdf", "empty.md");
        assertThat(rejected.getString("rejected.find { it.file_path == 'empty.md' }.reason"))
                .isEqualTo("Validation failed (empty): The file is empty.");
        JsonPath quarantined = ok(request().get("/api/security/quarantine"));
        assertThat(quarantined.getInt("total")).isEqualTo(2);
        assertThat(quarantined.getList("quarantined.filename")).containsExactly("program.pdf", "report.md");
        assertThat(quarantined.getList("quarantined.severity")).containsExactly("critical", "warning");

        // When
        JsonPath restored =
                ok(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md", "force", true)));

        // Then
        assertThat(restored.getBoolean("restored")).isTrue();
        completed(held);
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getList("results.source"))
                .containsExactly("report.md");
        assertThat(detail(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")), 404))
                .isEqualTo("File not found in quarantine: report.md");
        JsonPath stays = ok(postJson("/api/security/quarantine/restore", Map.of("filename", "program.pdf")));
        assertThat(stays.getBoolean("restored")).isFalse();
        assertThat(stays.getString("message")).contains("wrong_magic", "ELF");
        detail(postJson("/api/security/quarantine/restore", Map.of("filename", "program.pdf")), 409);
        unprocessable(postJson("/api/security/quarantine/restore", Map.of("filename", "")), "body", "filename");
        assertThat(ok(request().post("/api/security/quarantine/purge")).getInt("purged"))
                .isZero();
        JsonPath dry = ok(postJson("/api/security/quarantine/purge", Map.of("older_than_days", 0, "dry_run", true)));
        assertThat(dry.getInt("purged")).isEqualTo(1);
        assertThat(dry.getBoolean("dry_run")).isTrue();
        assertThat(ok(postJson("/api/security/quarantine/purge", Map.of("older_than_days", 0)))
                        .getInt("purged"))
                .isEqualTo(1);
        assertThat(ok(request().get("/api/security/quarantine")).getInt("total"))
                .isZero();
    }

    @Test
    void aNameOfSeveralHeldFilesIsNoneToRestore() {
        // Given
        UUID first = uploadedFile(base, "a/report.md", SampleFiles.pdf(List.of(List.of("the gerenuk"))));
        UUID second = uploadedFile(base, "b/report.md", SampleFiles.pdf(List.of(List.of("the addax"))));
        // Then
        assertThat(detail(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")), 409))
                .contains("a/report.md", "b/report.md");
        assertThat(document(second).getString("state")).isEqualTo("quarantined");
        ok(postJson("/api/security/quarantine/restore", Map.of("filename", "a/report.md")));
        completed(first);
        // And one that is left is meant
        ok(postJson("/api/security/quarantine/restore", Map.of("filename", "report.md")));
        completed(second);
    }
}
