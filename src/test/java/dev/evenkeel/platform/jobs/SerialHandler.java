package dev.evenkeel.platform.jobs;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Stores one effect; one job at a time, so that the order of effects is the order of claims. */
@ApplicationScoped
class SerialHandler implements JobHandler {
    static final String KIND = "test-serial";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> stages() {
        return List.of();
    }

    @Override
    public int maxConcurrent() {
        return 1;
    }

    @Override
    public Uni<Void> run(JobRun run) {
        return run.finish(tx -> ScriptedHandler.effect(tx, run, 0));
    }
}
