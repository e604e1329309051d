package dev.evenkeel.bench.ingest;

import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.corpus.GeneratedCorpus;
import dev.evenkeel.bench.corpus.QueryKind;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import java.util.ArrayList;
import java.util.List;

/** The probes and reads that must not notice the writer, at fixed rates, with a bare Vert.x probe as control. */
public final class ReadLoad {

    private static final int PROBES_PER_SECOND = 50;
    private static final int LISTS_PER_SECOND = 20;
    private static final int READS_PER_SECOND = 50;
    private static final int SEARCHES_PER_SECOND = 10;

    private ReadLoad() {}

    public static List<Operation> of(Evenkeel api, Target management, Target control, GeneratedCorpus corpus) {
        Target target = api.target();
        String token = api.token();
        List<Operation> load = new ArrayList<>();
        load.addAll(probes(management, control));
        String list = "/api/v1/documents?collection_id=" + corpus.collectionId() + "&limit=50";
        load.add(Operation.of("list of 50", target, LISTS_PER_SECOND, RequestSpec.get(target, list, token)));
        load.add(Operation.cycling(
                "read by id",
                target,
                READS_PER_SECOND,
                corpus.documentIds().stream()
                        .map(id -> RequestSpec.get(target, "/api/v1/documents/" + id, token))
                        .toList()));
        load.add(Operation.cycling(
                "search",
                target,
                SEARCHES_PER_SECOND,
                QueryKind.MIXED.queries(1000, 3).stream()
                        .map(text -> Evenkeel.query(text, corpus.collectionId(), "keyword", 10))
                        .map(json -> RequestSpec.postJson(target, "/api/v1/search", token, json.toString()))
                        .toList()));
        return load;
    }

    /** Probes of the service and, as a control, of a bare Vert.x server. */
    public static List<Operation> probes(Target management, Target control) {
        return List.of(
                probe("control probe", control, "/q/health/live"),
                probe("liveness", management, "/q/health/live"),
                probe("readiness", management, "/q/health/ready"));
    }

    private static Operation probe(String name, Target target, String path) {
        return Operation.of(name, target, PROBES_PER_SECOND, RequestSpec.get(target, path, null));
    }
}
