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
import static dev.evenkeel.knowledge.KnowledgeApi.job;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.upload;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are uploaded: each is taken or refused by itself. */
@QuarkusTest
class UploadTest {
    @Inject
    Sql sql;

    @Test
    void manyFilesOfOneRequestAreSearchable() {
        // Given
        UUID collection = collection();
        MultipartBody body = new MultipartBody();
        for (int i = 0; i < 40; i++) {
            body.file(
                    "folder/sub " + i % 4 + "/file" + i + ".md", "# File " + i + "\n\n" + word(i) + " and the okapi\n");
        }

        // When
        JsonPath answer = uploaded(collection, body);

        // Then
        assertThat(answer.getList("items")).hasSize(40);
        assertThat(answer.getList("items.state", String.class)).containsOnly("queued");
        assertThat(answer.getList("items.duplicate", Boolean.class)).containsOnly(false);
        assertThat(answer.getList("items.job_id", String.class))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(answer.getString("items[7].source_path")).isEqualTo("folder/sub 3/file7.md");
        List<UUID> ids = answer.getList("items.document_id", String.class).stream()
                .map(UUID::fromString)
                .toList();
        ids.forEach(KnowledgeApi::completed);
        for (int i = 0; i < 40; i += 13) {
            assertThat(foundDocuments(word(i), collection)).containsExactly(ids.get(i));
            assertThat(document(ids.get(i)).getString("title")).isEqualTo("File " + i);
            assertThat(document(ids.get(i)).getString("document_type")).isEqualTo("markdown");
        }
        assertThat(statistics(collection).getLong("documents")).isEqualTo(40);
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(40);
    }

    @Test
    void aBadFileIsRefusedByItselfAndStopsNoOther() {
        // Given
        UUID collection = collection();
        MultipartBody body = new MultipartBody()
                .file("good-1.md", "# Good\n\nthe first okapi")
                .file("empty.md", "")
                .file("program.pdf", SampleFiles.program())
                .file("picture.md", SampleFiles.image())
                .file("noise.bin", SampleFiles.noise(4_000, 3))
                .file("archive.zip", new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0})
                .file("cut.pdf", SampleFiles.damagedPdf())
                .file("secret.pdf", SampleFiles.encryptedPdf())
                .file("scan.pdf", SampleFiles.scannedPdf())
                .file("../../etc/passwd", "leads upwards")
                .file("broken.ipynb", "{\"cells\": [")
                .file("good-2.txt", "the last okapi");

        // When
        JsonPath answer = uploaded(collection, body);

        // Then what can be seen at once is said at once
        assertThat(answer.getList("items")).hasSize(12);
        refusedAtOnce(answer, 1, "empty");
        refusedAtOnce(answer, 2, "quarantined", "executable");
        refusedAtOnce(answer, 3, "quarantined", "wrong_magic");
        refusedAtOnce(answer, 4, "binary_content");
        refusedAtOnce(answer, 5, "damaged");
        assertThat(answer.getString("items[9].state")).isEqualTo("rejected");
        assertThat(answer.getString("items[9].error.code")).isEqualTo("invalid_path");
        assertThat(answer.getString("items[9].document_id")).isNull();
        // And what only reading tells is in the document's state
        refusedWhenRead(answer, 6, "damaged");
        refusedWhenRead(answer, 7, "encrypted");
        refusedWhenRead(answer, 8, "scanned_no_text");
        refusedWhenRead(answer, 10, "damaged");
        UUID first = id(answer, "items[0].document_id");
        UUID last = id(answer, "items[11].document_id");
        completed(first);
        completed(last);
        assertThat(foundDocuments("okapi", collection)).containsExactlyInAnyOrder(first, last);
        assertThat(statistics(collection).getMap("documents_by_state"))
                .isEqualTo(java.util.Map.of("completed", 2, "rejected", 7, "quarantined", 2));
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(2);
    }

    @Test
    void anImageIsRefusedWhereNothingReadsIt() {
        JsonPath answer = uploaded(collection(), new MultipartBody().file("photo.png", SampleFiles.image()));
        refusedAtOnce(answer, 0, "unsupported_type");
    }

    @ParameterizedTest
    @CsvSource({
        "a/./b//c.md, a/b/c.md",
        "/absolute/x.md, absolute/x.md",
        "back\\slash\\y.md, back/slash/y.md",
        "späte Grüße/資料/отчёт 🦊.md, späte Grüße/資料/отчёт 🦊.md",
        "'; drop table document; --.md', '; drop table document; --.md'",
        "100%_of it.md, 100%_of it.md",
        "name, name",
        ".hidden.md, .hidden.md",
    })
    void aPathIsKeptTidyAndOtherwiseAsItIs(String fileName, String path) {
        // When
        UUID collection = collection();
        JsonPath answer = uploaded(collection, new MultipartBody().file(fileName, "the okapi of " + fileName));

        // Then
        assertThat(answer.getString("items[0].source_path")).isEqualTo(path);
        assertThat(completed(id(answer, "items[0].document_id")).getString("source_path"))
                .isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../x.md",
                "a/../../x.md",
                "a\\..\\x.md",
                "/",
                ".",
                "./",
                "bell\u0007.md",
                "c1\u0085.md",
                "tab\t.md"
            })
    void aPathThatCannotBeIsRefusedForItsFileAlone(String fileName) {
        // When
        UUID collection = collection();
        JsonPath answer = uploaded(
                collection, new MultipartBody().file(fileName, "content").file("good.md", "the okapi"));

        // Then
        assertThat(answer.getString("items[0].state")).isEqualTo("rejected");
        assertThat(answer.getString("items[0].error.code")).isEqualTo("invalid_path");
        completed(id(answer, "items[1].document_id"));
        assertThat(statistics(collection).getLong("documents")).isEqualTo(1);
    }

    @Test
    void aVeryLongPathIsTakenOrRefusedByItself() {
        // When
        UUID collection = collection();
        String longest = "d/".repeat(510) + "x.md";
        JsonPath answer = uploaded(
                collection, new MultipartBody().file(longest, "fits").file("e".repeat(1025) + ".md", "does not"));

        // Then
        assertThat(longest).hasSize(1024);
        assertThat(answer.getString("items[0].source_path")).isEqualTo(longest);
        assertThat(answer.getString("items[0].state")).isEqualTo("queued");
        assertThat(answer.getString("items[1].error.code")).isEqualTo("invalid_path");
        completed(id(answer, "items[0].document_id"));
    }

    @Test
    void theSameFileTwiceIsOneDocument() {
        // Given
        UUID collection = collection();

        // When it comes twice in one request, and once more later
        JsonPath answer = uploaded(
                collection, new MultipartBody().file("a.md", "same okapi").file("./a.md", "same okapi"));
        UUID id = id(answer, "items[0].document_id");
        completed(id);
        JsonPath later = uploaded(collection, new MultipartBody().file("a.md", "same okapi"));

        // Then
        assertThat(answer.getList("items.duplicate")).isEqualTo(List.of(false, true));
        assertThat(id(answer, "items[1].document_id")).isEqualTo(id);
        assertThat(later.getBoolean("items[0].duplicate")).isTrue();
        assertThat(later.getString("items[0].state")).isEqualTo("completed");
        assertThat(id(later, "items[0].document_id")).isEqualTo(id);
        assertThat(document(id).getInt("revision")).isEqualTo(1);
        assertThat(statistics(collection).getLong("documents")).isEqualTo(1);
        assertThat(foundDocuments("okapi", collection)).containsExactly(id);
    }

    @Test
    void equalFilesAtTwoPathsAreTwoDocuments() {
        // When
        UUID collection = collection();
        JsonPath answer = uploaded(
                collection, new MultipartBody().file("a.md", "equal okapi").file("b.md", "equal okapi"));

        // Then
        UUID a = id(answer, "items[0].document_id");
        UUID b = id(answer, "items[1].document_id");
        assertThat(a).isNotEqualTo(b);
        assertThat(answer.getList("items.duplicate")).isEqualTo(List.of(false, false));
        completed(a);
        completed(b);
        assertThat(foundDocuments("okapi", collection)).containsExactlyInAnyOrder(a, b);
    }

    @Test
    void aChangedFileReplacesWhatItWas() {
        // Given
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", utf8("# Old\n\nthe okapi"));
        completed(id);

        // When
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "# New\n\nthe gerenuk"));

        // Then
        assertThat(id(answer, "items[0].document_id")).isEqualTo(id);
        assertThat(answer.getBoolean("items[0].duplicate")).isFalse();
        Eventually.holds(
                () -> assertThat(document(id).getInt("indexed_revision")).isEqualTo(2));
        assertThat(document(id).getString("state")).isEqualTo("completed");
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        assertThat(get(DOCUMENTS + "/" + id + "/content").asString()).isEqualTo("# New\n\nthe gerenuk");
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void aBadNewVersionLeavesTheGoodOneSearchable() {
        // Given
        UUID collection = collection();
        UUID id = uploadedFile(collection, "report.pdf", SampleFiles.pdf(List.of(List.of("the okapi report"))));
        completed(id);

        // When
        uploadedFile(collection, "report.pdf", SampleFiles.damagedPdf());

        // Then
        JsonPath document = inState(id, "rejected");
        assertThat(document.getInt("revision")).isEqualTo(2);
        assertThat(document.getInt("indexed_revision")).isEqualTo(1);
        assertThat(document.getString("error.code")).isEqualTo("damaged");
        assertThat(foundDocuments("okapi", collection)).containsExactly(id);
        // And the good one can come again
        uploadedFile(collection, "report.pdf", SampleFiles.pdf(List.of(List.of("the gerenuk report"))));
        JsonPath repaired = completed(id);
        assertThat(repaired.getString("error")).isNull();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
    }

    @Test
    void aRefusedFileThatComesAgainIsTriedAgain() {
        // Given
        UUID collection = collection();
        byte[] bad = SampleFiles.damagedPdf();
        UUID id = uploadedFile(collection, "x.pdf", bad);
        inState(id, "rejected");

        // When
        JsonPath again = uploaded(collection, new MultipartBody().file("x.pdf", bad));

        // Then
        assertThat(again.getBoolean("items[0].duplicate")).isFalse();
        assertThat(again.getString("items[0].state")).isEqualTo("queued");
        inState(id, "rejected");
        assertThat(document(id).getInt("revision")).isEqualTo(2);
    }

    @Test
    void aPriorityIsTakenOver() {
        // Given
        UUID collection = collection();
        pauseIngestion();
        try {
            for (String priority : List.of("urgent", "high", "normal", "low", "URGENT")) {
                // When
                Response response = upload(
                        collection, new MultipartBody().file(priority + ".md", priority), "?priority=" + priority);

                // Then
                assertThat(response.statusCode()).isEqualTo(202);
                assertThat(job(id(Json.of(response), "items[0].job_id")).getString("priority"))
                        .isEqualToIgnoringCase(priority);
            }
            invalid(upload(collection, new MultipartBody().file("a.md", "x"), "?priority=soon"), "priority");
        } finally {
            resumeIngestion();
        }
    }

    /** A word of letters alone: digits would make it two. */
    private static String word(int number) {
        return "word" + (char) ('a' + number / 26) + (char) ('a' + number % 26);
    }

    private static void refusedAtOnce(JsonPath answer, int item, String code) {
        refusedAtOnce(answer, item, "rejected", code);
    }

    private static void refusedAtOnce(JsonPath answer, int item, String state, String code) {
        String path = "items[" + item + "]";
        assertThat(answer.getString(path + ".state")).isEqualTo(state);
        assertThat(answer.getString(path + ".error.code")).isEqualTo(code);
        assertThat(answer.getString(path + ".error.detail")).isNotBlank();
        assertThat(answer.getString(path + ".job_id")).isNull();
        JsonPath document = document(id(answer, path + ".document_id"));
        assertThat(document.getString("state")).isEqualTo(state);
        assertThat(document.getString("error.code")).isEqualTo(code);
        assertThat(document.getInt("chunk_count")).isZero();
    }

    private static void refusedWhenRead(JsonPath answer, int item, String code) {
        String path = "items[" + item + "]";
        assertThat(answer.getString(path + ".state")).isEqualTo("queued");
        JsonPath document = inState(id(answer, path + ".document_id"), "rejected");
        assertThat(document.getString("error.code")).isEqualTo(code);
        assertThat(document.getString("error.detail")).isNotBlank().doesNotContainIgnoringCase("exception");
        JsonPath job = KnowledgeApi.jobInState(id(answer, path + ".job_id"), "failed");
        assertThat(job.getString("error.code")).isEqualTo(code);
        assertThat(job.getInt("attempt")).isEqualTo(1);
    }
}
