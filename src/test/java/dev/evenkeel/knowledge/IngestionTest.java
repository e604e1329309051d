package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.INGESTION;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.job;
import static dev.evenkeel.knowledge.KnowledgeApi.jobInState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.statistics;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files on their way through the queue until a phrase from their middle is found where it stands. */
@QuarkusTest
class IngestionTest {
    @Inject
    Sql sql;

    @AfterEach
    void resume() {
        resumeIngestion();
    }

    /** The one result for a phrase in quotes; its content holds the phrase. */
    private static JsonPath phrase(String phrase, UUID collection) {
        JsonPath found = search('"' + phrase + '"', collection);
        assertThat(found.getList("results")).as(phrase).hasSize(1);
        assertThat(found.getString("results[0].content").replaceAll("\\s+", " "))
                .contains(phrase);
        return found;
    }

    private static void onLine(JsonPath found, int line) {
        assertThat(found.getInt("results[0].line_from")).isLessThanOrEqualTo(line);
        assertThat(found.getInt("results[0].line_to")).isGreaterThanOrEqualTo(line);
    }

    private static String filler(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(Integer.toString(random.nextInt(40_000) + 1_296, 36));
        }
        return text.toString();
    }

    @Test
    void aPdfOfManyPagesIsFoundByAPhraseFromItsMiddle() {
        // Given
        Random random = new Random(90);
        List<List<String>> pages = new ArrayList<>();
        for (int page = 1; page <= 90; page++) {
            List<String> lines = new ArrayList<>();
            lines.add("Chapter " + page);
            for (int line = 0; line < 38; line++) {
                lines.add(filler(random, 11) + ".");
            }
            lines.set(20, "The narrow gauge locomotive number " + (1000 + page) + " climbs the ramp.");
            pages.add(lines);
        }
        UUID collection = collection();

        // When
        UUID id = uploadedFile(collection, "book.pdf", SampleFiles.pdf(pages));
        JsonPath document = completed(id);

        // Then
        assertThat(document.getInt("page_count")).isEqualTo(90);
        assertThat(document.getInt("chunk_count")).isGreaterThanOrEqualTo(90);
        for (int page : List.of(1, 45, 46, 90)) {
            JsonPath found = phrase("gauge locomotive number " + (1000 + page), collection);
            assertThat(found.getInt("results[0].page_from")).isLessThanOrEqualTo(page);
            assertThat(found.getInt("results[0].page_to")).isGreaterThanOrEqualTo(page);
            assertThat(found.getInt("results[0].page_to") - found.getInt("results[0].page_from"))
                    .isLessThanOrEqualTo(1);
            assertThat(found.getString("results[0].document_id")).isEqualTo(id.toString());
        }
    }

    @Test
    void aGoFileIsFoundByAPhraseFromItsMiddle() {
        // Given
        Random random = new Random(91);
        StringBuilder source = new StringBuilder("// Package quay keeps ships.\npackage quay\n\nimport \"fmt\"\n\n");
        int line = 0;
        for (int i = 0; i < 60; i++) {
            source.append("// Berth")
                    .append(i)
                    .append(" moors a ship: ")
                    .append(filler(random, 8))
                    .append(".\n");
            source.append("func (q *Quay) Berth").append(i).append("(ship string) error {\n");
            for (int j = 0; j < 9; j++) {
                source.append("\tif q.depth < ")
                        .append(random.nextInt(500))
                        .append(" {\n\t\treturn fmt.Errorf(\"")
                        .append(filler(random, 3))
                        .append("\")\n\t}\n");
            }
            if (i == 30) {
                line = (int) source.chars().filter(c -> c == '\n').count() + 1;
                source.append("\tq.windlassTension = heaveUpSlowly(ship)\n");
            }
            source.append("\treturn nil\n}\n\n");
        }
        UUID collection = collection();

        // When
        UUID id = uploadedFile(collection, "src/quay.go", utf8(source.toString()));
        JsonPath document = completed(id);

        // Then
        assertThat(document.getString("document_type")).isEqualTo("go");
        for (String query : List.of("windlassTension", "heaveUpSlowly", "heave slowly windlass")) {
            JsonPath found = search(query, collection);
            assertThat(found.getString("results[0].content")).contains("q.windlassTension = heaveUpSlowly(ship)");
            onLine(found, line);
        }
        assertThat(search("windlassTension", collection).getString("results[0].content"))
                .contains("func (q *Quay) Berth30");
    }

    @Test
    void aNotebookIsFoundByAPhraseFromItsMiddle() throws JsonProcessingException {
        // Given
        Random random = new Random(92);
        List<Map<String, Object>> cells = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            cells.add(Map.of(
                    "cell_type", "markdown",
                    "metadata", Map.of(),
                    "source", List.of("## Step " + i + "\n", "\n", filler(random, 60) + "\n")));
            cells.add(Map.of(
                    "cell_type", "code",
                    "metadata", Map.of(),
                    "execution_count", i,
                    "source",
                            List.of(
                                    "frame_" + i + " = load('" + filler(random, 1) + "')\n",
                                    i == 30
                                            ? "tide_gauge = calibrate_marigraph(frame_30)\n"
                                            : "print(frame_" + i + ")\n"),
                    "outputs",
                            List.of(Map.of(
                                    "output_type",
                                    "stream",
                                    "name",
                                    "stdout",
                                    "text",
                                    List.of(filler(random, 30) + "\n")))));
        }
        String notebook = new ObjectMapper()
                .writeValueAsString(Map.of(
                        "cells",
                        cells,
                        "metadata",
                        Map.of("kernelspec", Map.of("name", "python3", "language", "python")),
                        "nbformat",
                        4,
                        "nbformat_minor",
                        5));
        UUID collection = collection();

        // When
        UUID id = uploadedFile(collection, "tides.ipynb", utf8(notebook));
        JsonPath document = completed(id);

        // Then it is found in its cell, the 62nd
        assertThat(document.getString("document_type")).isEqualTo("notebook");
        JsonPath found = search("calibrate_marigraph", collection);
        assertThat(found.getString("results[0].content")).contains("tide_gauge = calibrate_marigraph(frame_30)");
        assertThat(found.getInt("results[0].page_from")).isLessThanOrEqualTo(62);
        assertThat(found.getInt("results[0].page_to")).isGreaterThanOrEqualTo(62);
        assertThat(found.getInt("results[0].line_from")).isPositive();
    }

    @Test
    void aMarkdownBookIsFoundByAPhraseFromItsMiddle() {
        // Given a book of some hundred kB with headings, tables and code
        Random random = new Random(93);
        StringBuilder book = new StringBuilder("# The Book\n\n");
        int line = 0;
        for (int chapter = 1; chapter <= 40; chapter++) {
            book.append("## Chapter ").append(chapter).append("\n\n");
            for (int section = 1; section <= 5; section++) {
                book.append("### Section ")
                        .append(chapter)
                        .append('.')
                        .append(section)
                        .append("\n\n");
                for (int paragraph = 0; paragraph < 4; paragraph++) {
                    book.append(filler(random, 40))
                            .append(".\n")
                            .append(filler(random, 40))
                            .append(".\n\n");
                }
                if (chapter == 20 && section == 3) {
                    line = (int) book.chars().filter(c -> c == '\n').count() + 1;
                    book.append("The capstan pawl drops into its ratchet.\n\n");
                }
                book.append("```python\nx = '")
                        .append(filler(random, 5))
                        .append("'\n```\n\n| a | b |\n|---|---|\n| ")
                        .append(filler(random, 2))
                        .append(" | 1 |\n\n");
            }
        }
        assertThat(book.length()).isGreaterThan(250_000);
        UUID collection = collection();

        // When
        UUID id = uploadedFile(collection, "docs/book.md", utf8(book.toString()));
        JsonPath document = completed(id);

        // Then
        assertThat(document.getString("title")).isEqualTo("The Book");
        JsonPath found = phrase("capstan pawl drops into its ratchet", collection);
        onLine(found, line);
        assertThat(found.getList("results[0].heading_path"))
                .isEqualTo(List.of("The Book", "Chapter 20", "Section 20.3"));
        // And the statistics are the sums of what its chunks say
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(document.getLong("chunk_count"));
        assertThat(sql.number("select count(*) from chunk where document_id = $1", id))
                .isEqualTo(document.getLong("chunk_count"));
        assertThat(sql.number("select sum(tokens) from chunk where document_id = $1", id))
                .isEqualTo(document.getLong("token_count"));
    }

    @Test
    void aJobShowsItsStagesAndItsDocument() {
        // Given
        UUID collection = collection();

        // When
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "# A\n\nthe okapi"));
        UUID document = id(answer, "items[0].document_id");
        JsonPath job = jobInState(id(answer, "items[0].job_id"), "succeeded");

        // Then
        assertThat(job.getString("kind")).isEqualTo(INGESTION);
        assertThat(job.getString("subject_id")).isEqualTo(document.toString());
        assertThat(job.getList("stages.name")).isEqualTo(List.of("validate", "extract", "chunk", "index", "embed"));
        assertThat(job.getList("stages.state", String.class)).containsOnly("done");
        assertThat(job.getInt("attempt")).isEqualTo(1);
        assertThat(job.getList("attempts.outcome")).isEqualTo(List.of("succeeded"));
        assertThat(document(document).getString("job_id")).isEqualTo(job.getString("id"));
        JsonPath jobs = ok(request().queryParam("subject_id", document).get("/api/v1/jobs"));
        assertThat(jobs.getList("items.id")).isEqualTo(List.of(job.getString("id")));
    }

    @Test
    void pausedFilesWaitAndResumedOnesAreDone() throws InterruptedException {
        // Given
        UUID collection = collection();
        pauseIngestion();

        // When
        UUID id = uploadedFile(collection, "a.md", utf8("the okapi"));
        Thread.sleep(300);

        // Then
        assertThat(document(id).getString("state")).isEqualTo("queued");
        assertThat(document(id).getString("indexed_revision")).isNull();
        assertThat(document(id).getInt("chunk_count")).isZero();
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        JsonPath kinds = ok(get("/api/v1/jobs/kinds"));
        assertThat(kinds.getBoolean("items.find { it.kind == '" + INGESTION + "' }.paused"))
                .isTrue();
        assertThat(kinds.getInt("items.find { it.kind == '" + INGESTION + "' }.queued"))
                .isEqualTo(1);
        resumeIngestion();
        completed(id);
        assertThat(foundDocuments("okapi", collection)).containsExactly(id);
    }

    @Test
    void clearedFilesAreCancelledAndCanComeAgain() {
        // Given
        UUID collection = collection();
        UUID replaced = storeAt(collection, "kept.md", "the old okapi");
        pauseIngestion();
        JsonPath answer = uploaded(
                collection, new MultipartBody().file("a.md", "the okapi").file("kept.md", "the new gerenuk"));
        UUID fresh = id(answer, "items[0].document_id");

        // When
        int cancelled =
                ok(request().post("/api/v1/jobs/kinds/" + INGESTION + "/clear")).getInt("cancelled");
        resumeIngestion();

        // Then
        assertThat(cancelled).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            assertThat(job(id(answer, "items[" + i + "].job_id")).getString("state"))
                    .isEqualTo("cancelled");
        }
        JsonPath document = document(fresh);
        assertThat(document.getString("state")).isEqualTo("cancelled");
        assertThat(document.getString("error.code")).isEqualTo("cancelled");
        assertThat(document(replaced).getString("state")).isEqualTo("cancelled");
        assertThat(document(replaced).getInt("indexed_revision")).isEqualTo(1);
        assertThat(foundDocuments("okapi", collection)).containsExactly(replaced);
        assertThat(get(DOCUMENTS + "/" + fresh + "/content").asString()).isEqualTo("the okapi");
        // And both can be uploaded again
        uploaded(collection, new MultipartBody().file("a.md", "the okapi").file("kept.md", "the new gerenuk"));
        completed(fresh);
        completed(replaced);
        assertThat(foundDocuments("okapi", collection)).containsExactly(fresh);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(replaced);
    }

    @Test
    void aCancelledJobCannotBeRetriedWithoutItsBytes() {
        // Given
        UUID collection = collection();
        pauseIngestion();
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "the okapi"));
        UUID job = id(answer, "items[0].job_id");
        UUID document = id(answer, "items[0].document_id");

        // When
        assertThat(ok(request().post("/api/v1/jobs/" + job + "/cancel")).getString("state"))
                .isEqualTo("cancelled");
        assertThat(inState(document, "cancelled").getString("indexed_revision")).isNull();
        sql.rows("delete from document_part where document_id = $1 returning part_no", document);
        ok(request().post("/api/v1/jobs/" + job + "/retry"));
        resumeIngestion();

        // Then it says why, and the document with it
        assertThat(jobInState(job, "failed").getString("error.code")).isEqualTo("content_missing");
        JsonPath failed = inState(document, "failed");
        assertThat(failed.getString("error.code")).isEqualTo("content_missing");
        assertThat(foundDocuments("okapi", collection)).isEmpty();
    }

    @Test
    void aCancelledJobIsRetriedFromItsBytes() {
        // Given
        UUID collection = collection();
        pauseIngestion();
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "the okapi"));
        UUID job = id(answer, "items[0].job_id");
        ok(request().post("/api/v1/jobs/" + job + "/cancel"));
        // When
        ok(request().post("/api/v1/jobs/" + job + "/retry"));
        resumeIngestion();
        // Then
        completed(id(answer, "items[0].document_id"));
        assertThat(foundDocuments("okapi", collection)).hasSize(1);
    }

    @Test
    void aRejectedFileIsRejectedAgainWhenItsJobIsRetried() {
        // Given
        UUID collection = collection();
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.pdf", SampleFiles.damagedPdf()));
        UUID document = id(answer, "items[0].document_id");
        UUID job = id(answer, "items[0].job_id");
        jobInState(job, "failed");

        // When
        ok(request().post("/api/v1/jobs/" + job + "/retry"));

        // Then
        KnowledgeApi.jobInState(job, "failed");
        JsonPath retried = inState(document, "rejected");
        assertThat(retried.getString("error.code")).isEqualTo("damaged");
        assertThat(job(job).getList("attempts")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void onlyTheNewestContentIsIndexedAndOnce() {
        // Given a file that changes four times before anybody looks at it
        UUID collection = collection();
        pauseIngestion();
        List<UUID> jobs = new ArrayList<>();
        List<UUID> ids = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "the okapi number" + i));
            jobs.add(id(answer, "items[0].job_id"));
            ids.add(id(answer, "items[0].document_id"));
        }
        UUID id = ids.get(0);
        assertThat(ids).containsOnly(id);

        // When
        resumeIngestion();
        for (UUID job : jobs) {
            jobInState(job, "succeeded");
        }

        // Then
        JsonPath document = completed(id);
        assertThat(document.getInt("revision")).isEqualTo(5);
        assertThat(document.getInt("indexed_revision")).isEqualTo(5);
        assertThat(document.getInt("chunk_count")).isEqualTo(1);
        JsonPath found = search("okapi", collection);
        assertThat(found.getList("results")).hasSize(1);
        assertThat(found.getString("results[0].content")).isEqualTo("the okapi number5");
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(1);
        assertThat(sql.number("select count(*) from chunk where document_id = $1", id))
                .isEqualTo(1);
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void aTextThatReplacesAWaitingFileIsNotOverwrittenByIt() {
        // Given
        UUID collection = collection();
        pauseIngestion();
        JsonPath answer = uploaded(collection, new MultipartBody().file("a.md", "the waiting okapi"));
        UUID id = id(answer, "items[0].document_id");

        // When
        JsonPath replaced =
                KnowledgeApi.store(collection, Map.of("content", "the quick gerenuk", "source_path", "a.md"));
        resumeIngestion();
        jobInState(id(answer, "items[0].job_id"), "succeeded");

        // Then
        assertThat(id(replaced, "id")).isEqualTo(id);
        assertThat(completed(id).getInt("indexed_revision")).isEqualTo(2);
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        assertThat(statistics(collection).getLong("chunks")).isEqualTo(1);
    }
}
