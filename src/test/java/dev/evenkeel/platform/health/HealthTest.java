package dev.evenkeel.platform.health;

import static dev.evenkeel.testing.Api.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** Probes are answered on the event loop, from what is known already. */
@QuarkusTest
class HealthTest {
    @SuppressWarnings("NullAway.Init")
    @Inject
    @Any
    Instance<HealthCheck> blockingChecks;

    @Test
    void aServiceWithItsDatabaseIsStartedLiveAndReady() {
        RestAssured.get("/q/health/started")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'schema' }.status", equalTo("UP"));
        RestAssured.get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItems("database", "accepting requests"))
                .body("checks.find { it.name == 'database' }.data.reachable", is(true))
                .body("checks.find { it.name == 'database' }.data.migrated", is(true));
    }

    @Test
    void livenessDependsOnNothing() {
        RestAssured.get("/q/health/live")
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks", empty());
    }

    @Test
    void checksRunOnAnEventLoop() {
        RestAssured.get("/q/health/well")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'thread' }.data.name", startsWith("vert.x-eventloop-thread"));
        assertThat(blockingChecks).isEmpty();
    }

    @Test
    void noProbeAsksTheDatabase() {
        long statements = StatementCounter.during(() -> {
            for (String path : List.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started")) {
                given().get(path).then().statusCode(200);
            }
        });
        assertThat(statements).isZero();
    }
}
