package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a safety rule refuses is kept apart with its reason. */
@QuarkusTest
class QuarantineTest extends QuarantineScenario {
    /** A file and the rule that holds it. */
    enum Suspect {
        PROGRAM_AS_PDF("report.pdf", "executable", "critical", SampleFiles::program),
        PROGRAM("setup.exe", "executable", "critical", SampleFiles::program),
        WINDOWS_PROGRAM("notes.md", "executable", "critical", () -> utf8("MZ\0\0program")),
        SCRIPT_AS_PDF("script.pdf", "wrong_magic", "warning", () -> utf8("#!/bin/sh\necho\n")),
        PDF_AS_TEXT("report.md", "wrong_magic", "warning", () -> pdf("the gerenuk")),
        MALWARE("readme.txt", "malware", "critical", () -> utf8(EICAR)),
        MALWARE_WITH_MOST_BLANKS("readme.txt", "malware", "critical", () -> utf8(EICAR + " ".repeat(60))),
        DENIED("forbidden.md", "denied_content", "critical", () -> utf8(FORBIDDEN)),
        BOMB("bomb.docx", "archive_bomb", "critical", () -> bomb("the gerenuk"));

        private final String fileName;
        private final String rule;
        private final String severity;
        private final Supplier<byte[]> content;

        Suspect(String fileName, String rule, String severity, Supplier<byte[]> content) {
            this.fileName = fileName;
            this.rule = rule;
            this.severity = severity;
            this.content = content;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSuspectIsHeldWithItsReason(Suspect suspect) {
        // Given
        UUID collection = collection();
        byte[] content = suspect.content.get();

        // When
        UUID id = uploadedFile(collection, suspect.fileName, content);

        // Then its document says so, and nothing of it is found or handed out
        JsonPath document = inState(id, "quarantined");
        assertThat(document.getString("error.code")).isEqualTo(suspect.rule);
        assertThat(document.getInt("chunk_count")).isZero();
        assertThat(foundDocuments("gerenuk okapi EICAR", collection)).isEmpty();
        problem(get(DOCUMENTS + "/" + id + "/content"), 409);
        problem(post(DOCUMENTS + "/" + id + "/reindex", Map.of()), 409);
        // And the item says which rule, what was found, and what to do
        JsonPath item = item(id);
        assertThat(item.getString("rule")).isEqualTo(suspect.rule);
        assertThat(item.getString("severity")).isEqualTo(suspect.severity);
        assertThat(item.getString("found")).isEqualTo(document.getString("error.detail"));
        assertThat(item.getString("advice")).isNotBlank();
        assertThat(item.getString("collection_id")).isEqualTo(collection.toString());
        assertThat(item.getString("source_path")).isEqualTo(suspect.fileName);
        assertThat(item.getLong("size_bytes")).isEqualTo(content.length);
        assertThat(item.getString("content_hash")).isEqualTo(sha256(content));
        assertThat(item.getList("waived_rules")).isEmpty();
        assertThat(Instant.parse(item.getString("expires_at")))
                .isBetween(
                        Instant.now().plus(29, ChronoUnit.DAYS), Instant.now().plus(31, ChronoUnit.DAYS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"after", "129", "before", "allowed"})
    void whatOnlyLooksLikeTheMalwareTestIsRead(String how) {
        // Given
        String content = switch (how) {
            case "129" -> EICAR + " ".repeat(61);
            case "before" -> "x" + EICAR;
            case "allowed" -> EICAR + "\t";
            default -> EICAR + " and words";
        };
        // Then
        completed(uploadedFile(collection(), "notes.txt", utf8(content)));
    }

    @Test
    void filesThatAreEmptyOnPurposeAreSkippedAndOthersRejected() {
        JsonPath answer = uploaded(
                collection(),
                new MultipartBody()
                        .file("src/__init__.py", "")
                        .file("src/__init__.pyi", "")
                        .file(".gitkeep", "")
                        .file("a/.keep", "")
                        .file("main.py", "")
                        .file("notinit__init__.py", ""));
        assertThat(answer.getList("items.state"))
                .containsExactly("skipped", "skipped", "skipped", "skipped", "rejected", "rejected");
        assertThat(answer.getString("items[0].document_id")).isNull();
        assertThat(answer.getList("items.error.code")).containsExactly("empty", "empty");
    }

    @Test
    void textThatIsRefusedIsNotKept() {
        UUID collection = collection();
        invalid(send(collection, Map.of("content", EICAR)), "content");
        invalid(send(collection, Map.of("content", FORBIDDEN)), "content");
        assertThat(ok(get(DOCUMENTS + "?collection_id=" + collection)).getList("items"))
                .isEmpty();
    }

    @Test
    void theSameFileAgainIsADuplicateAndAnotherOneEndsTheCase() {
        // Given a good file that a bad one replaces
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", utf8("# Good\n\nthe gerenuk"));
        completed(id);
        byte[] bad = pdf("the okapi");
        uploadedFile(collection, "a.md", bad);

        // When the bad one comes again
        JsonPath again = uploaded(collection, new MultipartBody().file("a.md", bad));

        // Then
        assertThat(again.getBoolean("items[0].duplicate")).isTrue();
        assertThat(again.getString("items[0].state")).isEqualTo("quarantined");
        assertThat(document(id).getInt("revision")).isEqualTo(2);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        assertThat(items(collection)).hasSize(1);
        // And a good one leaves nothing to decide
        uploadedFile(collection, "a.md", utf8("# Better\n\nthe addax"));
        completed(id);
        assertThat(items(collection)).isEmpty();
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void aSuspectInAFolderStaysThereAndIsListedAsRefused() throws IOException {
        // Given
        UUID collection = collection();
        Path folder = Files.createDirectories(
                Path.of("target/test-folders", "q" + UUID.randomUUID()).toAbsolutePath());
        Files.write(folder.resolve("a-program.md"), SampleFiles.program());
        Files.write(folder.resolve("b-forbidden.md"), utf8(FORBIDDEN));
        Files.write(folder.resolve("c-malware.txt"), utf8(EICAR));
        Files.write(folder.resolve("d-misnamed.md"), pdf("the gerenuk"));
        Files.write(folder.resolve("e-allowed.pdf"), utf8("#!/bin/sh\necho the trusted okapi\n"));
        Files.write(folder.resolve("f-bomb.docx"), bomb("the gerenuk"));

        // When
        Response bound =
                post(KnowledgeApi.COLLECTIONS + "/" + collection + "/folders", Map.of("path", folder.toString()));
        assertThat(bound.statusCode()).as(bound.asString()).isEqualTo(201);
        String path = KnowledgeApi.COLLECTIONS + "/" + collection + "/folders/"
                + Json.of(bound).getString("id");

        // Then
        Eventually.holds(
                LIMIT,
                () -> assertThat(ok(get(path)).getMap("files"))
                        .isEqualTo(Map.of("known", 6, "indexed", 1, "pending", 0, "failed", 5, "gone", 0)));
        JsonPath failed = ok(get(path + "/files?state=failed"));
        assertThat(failed.getList("items.path"))
                .containsExactly("a-program.md", "b-forbidden.md", "c-malware.txt", "d-misnamed.md", "f-bomb.docx");
        assertThat(failed.getList("items.error.code"))
                .containsExactly("executable", "denied_content", "malware", "wrong_magic", "archive_bomb");
        assertThat(failed.getList("items.state")).containsOnly("failed");
        assertThat(foundDocuments("trusted", collection)).hasSize(1);
        assertThat(foundDocuments("gerenuk okapi EICAR forbidden", collection)).hasSize(1);
        // And only what its job found out is held, and can be decided about
        JsonPath held = ok(get(QUARANTINE + "?collection_id=" + collection));
        assertThat(held.getList("items.source_path")).containsExactly("f-bomb.docx");
        restored(held.getString("items[0].id"));
        Eventually.holds(
                LIMIT, () -> assertThat(foundDocuments("gerenuk", collection)).hasSize(1));
        assertThat(ok(get(path + "/files?state=failed")).getList("items")).hasSize(4);
        assertThat(folder.toFile().list()).hasSize(6);
        assertThat(folder.resolve("b-forbidden.md")).hasBinaryContent(utf8(FORBIDDEN));
    }

    @Test
    void listsAreFilteredAndPaged() {
        // Given
        UUID collection = collection();
        uploaded(
                collection,
                new MultipartBody()
                        .file("a.md", pdf("a"))
                        .file("b.md", pdf("b"))
                        .file("c.md", pdf("c"))
                        .file("d.md", SampleFiles.program()));
        // Then
        String all = QUARANTINE + "?collection_id=" + collection;
        JsonPath first = ok(get(all + "&limit=3"));
        assertThat(first.getList("items.source_path")).containsExactly("d.md", "c.md", "b.md");
        JsonPath last = ok(get(all + "&limit=3&cursor=" + first.getString("next_cursor")));
        assertThat(last.getList("items.source_path")).containsExactly("a.md");
        assertThat(last.getString("next_cursor")).isNull();
        assertThat(ok(get(all + "&rule=executable")).getList("items.source_path"))
                .containsExactly("d.md");
        assertThat(ok(get(all + "&severity=warning")).getList("items")).hasSize(3);
        invalid(get(all + "&rule=nonsense"), "rule");
        invalid(get(all + "&severity=nonsense"), "severity");
        invalid(get(all + "&cursor=nonsense"), "cursor");
        assertThat(ok(get(DOCUMENTS + "?state=quarantined&collection_id=" + collection))
                        .getList("items"))
                .hasSize(4);
    }
}
