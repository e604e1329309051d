package dev.evenkeel.bench.demo;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.LoadRun;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import java.time.Duration;
import java.util.List;

/** Probes, lists and searches at a fixed rate beside the ingestion. */
public final class DemoProbes implements AutoCloseable {

    private static final int PER_SECOND = 50;
    private static final int CONNECTIONS = 8;

    /** Seconds until every operation has the samples that a 99th percentile needs. */
    public static final double SECONDS_FOR_P99 = (OperationResult.SAMPLES_FOR_P99 + 1.0) / PER_SECOND;

    private final LoadGenerator generator = new LoadGenerator(1, Duration.ofSeconds(10));
    private final LoadRun run;

    public DemoProbes(Evenkeel api, Target management, String collectionId, List<String> queries) {
        Target target = api.target();
        String list = "/api/v1/documents?collection_id=" + collectionId + "&limit=50";
        List<RequestSpec> searches = queries.stream()
                .map(text -> Evenkeel.query(text, collectionId, "keyword", 10).toString())
                .map(json -> RequestSpec.postJson(target, "/api/v1/search", api.token(), json))
                .toList();
        run = generator.start(
                List.of(
                        Operation.of(
                                "liveness",
                                management,
                                PER_SECOND,
                                RequestSpec.get(management, "/q/health/live", null)),
                        Operation.of(
                                "readiness",
                                management,
                                PER_SECOND,
                                RequestSpec.get(management, "/q/health/ready", null)),
                        Operation.of("list of 50", target, PER_SECOND, RequestSpec.get(target, list, api.token())),
                        Operation.cycling("search", target, PER_SECOND, searches)),
                CONNECTIONS);
    }

    public double seconds() {
        return run.seconds();
    }

    public List<OperationResult> finish() throws InterruptedException {
        return run.finish();
    }

    @Override
    public void close() {
        generator.close();
    }
}
