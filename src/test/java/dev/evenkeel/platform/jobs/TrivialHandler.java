package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Succeeds at once; all that remains is the queue. */
@ApplicationScoped
class TrivialHandler implements JobHandler {
    static final String KIND = "test-trivial";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of();
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return run.finish(tx -> Uni.createFrom().voidItem());
    }
}
