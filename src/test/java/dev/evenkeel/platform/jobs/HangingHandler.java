package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Never comes back. */
@ApplicationScoped
class HangingHandler implements JobHandler {
    static final String KIND = "test-hang";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of();
    }

    @Override
    public Duration stallLimit() {
        return Duration.ofMillis(500);
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return Uni.createFrom().nothing();
    }
}
