package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.http;
import static dev.evenkeel.platform.jobs.ScriptedHandler.script;

import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;

/** A queue that is reset before each test, and jobs that do what their script says. */
abstract class JobsScenario {
    @Inject
    JobsFixture jobs;

    @Inject
    JobQueue queue;

    @BeforeEach
    void reset() {
        jobs.reset();
    }

    static NewJob scripted(JsonObject script) {
        return new NewJob(ScriptedHandler.KIND, script);
    }

    void kind(String kind, String action) {
        http().post("/api/v1/jobs/kinds/" + kind + "/" + action).then().statusCode(200);
    }
}
