package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** Maintenance as its tests ask for it. */
final class MaintenanceApi {
    private static final Duration DONE_WITHIN = Duration.ofSeconds(90);

    private MaintenanceApi() {}

    static Response request(UUID collection, String operation, Map<String, ?> request) {
        return post(COLLECTIONS + "/" + collection + "/maintenance/" + operation, request);
    }

    static UUID start(UUID collection, String operation, Map<String, ?> request) {
        Response started = request(collection, operation, request);
        assertThat(started.statusCode()).as(started.asString()).isEqualTo(202);
        UUID job = id(Json.of(started), "job_id");
        assertThat(started.header("Location")).endsWith("/collections/" + collection + "/maintenance/" + job);
        return job;
    }

    static JsonPath report(UUID collection, UUID job) {
        return ok(get(COLLECTIONS + "/" + collection + "/maintenance/" + job));
    }

    /** Runs it and gives the report of a run that succeeded. */
    static JsonPath done(UUID collection, String operation, Map<String, ?> request) {
        return done(collection, start(collection, operation, request));
    }

    static JsonPath done(UUID collection, UUID job) {
        Eventually.holds(
                DONE_WITHIN,
                () -> assertThat(report(collection, job).getString("state"))
                        .as(report(collection, job).prettify())
                        .isEqualTo("succeeded"));
        return report(collection, job);
    }
}
