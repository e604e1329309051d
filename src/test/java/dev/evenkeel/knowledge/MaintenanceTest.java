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
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.MaintenanceApi.done;
import static dev.evenkeel.knowledge.MaintenanceApi.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How maintenance is asked for, runs beside writers, is cancelled and is repeated. */
@QuarkusTest
class MaintenanceTest extends MaintenanceScenario {
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
        sql.change(
                "update maintenance_report set finished_at = null, stage = 'vectors', place = '{}' where job_id = $1",
                job);
        sql.change(
                "update job set state = 'queued', due = true, finished_at = null, run_at = now() where id = $1", job);
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
}
