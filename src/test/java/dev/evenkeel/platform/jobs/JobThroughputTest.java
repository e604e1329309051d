package dev.evenkeel.platform.jobs;

import static dev.evenkeel.platform.jobs.JobsFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.HurriedReplica;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast the queue itself is. The bound is far below what an idle machine does, for loaded ones. */
@QuarkusTest
@TestProfile(HurriedReplica.class)
class JobThroughputTest {
    private static final Logger LOG = Logger.getLogger(JobThroughputTest.class);
    private static final int JOBS = 2_000;
    private static final double MIN_JOBS_PER_S = 50;

    @Inject
    JobsFixture jobs;

    @BeforeEach
    void reset() {
        jobs.reset();
    }

    @Test
    void trivialJobsPassThroughQuickly() {
        // Given
        jobs.enqueueAll(trivial(JOBS / 4));
        eventually("the code is warm", () -> succeeded() == JOBS / 4);

        // When
        long startNanos = System.nanoTime();
        jobs.enqueueAll(trivial(JOBS));
        eventually("all are done", () -> succeeded() == JOBS + JOBS / 4);
        double perS = JOBS / ((System.nanoTime() - startNanos) / 1e9);

        // Then
        LOG.infof("Trivial jobs per second, queued to durably finished: %.0f", perS);
        assertThat(perS).isGreaterThan(MIN_JOBS_PER_S);
    }

    private long succeeded() {
        return jobs.count("select count(*) from job where state = 'succeeded'");
    }

    private static List<NewJob> trivial(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new NewJob(TrivialHandler.KIND, new JsonObject()))
                .toList();
    }
}
