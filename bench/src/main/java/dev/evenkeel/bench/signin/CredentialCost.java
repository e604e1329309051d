package dev.evenkeel.bench.signin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.evenkeel.bench.api.Evenkeel;
import dev.evenkeel.bench.load.LoadGenerator;
import dev.evenkeel.bench.load.Operation;
import dev.evenkeel.bench.load.OperationResult;
import dev.evenkeel.bench.load.RequestSpec;
import dev.evenkeel.bench.load.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What checking a credential adds to a request, on one connection. The request is one for a path that does not exist, which is
 * refused without a credential and needs no database besides the credential's own look-up.
 *
 * @param credential what was sent
 * @param addedMs its median less that of the installation's token, which is compared in memory
 */
public record CredentialCost(
        String credential,
        @JsonProperty("p50_ms") double p50Ms,
        @JsonProperty("p99_ms") double p99Ms,
        @JsonProperty("added_ms") double addedMs) {

    private static final String PATH = "/api/v1/nothing-is-here";
    private static final String BASE = "the installation's token";
    private static final int ROUNDS = 3;

    /** Takes turns, and keeps the best median of each credential: other work on the machine comes and goes. */
    public static List<CredentialCost> measure(
            LoadGenerator generator, Evenkeel administrator, String session, String personal, Duration each)
            throws InterruptedException {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put(BASE, administrator.token());
        tokens.put("a session's token (JWT)", session);
        tokens.put("a personal access token", personal);
        Map<String, OperationResult> best = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, String> token : tokens.entrySet()) {
                OperationResult result = run(generator, administrator.target(), token.getKey(), token.getValue(), each);
                best.merge(token.getKey(), result, (a, b) -> a.p50Ms() <= b.p50Ms() ? a : b);
            }
        }
        double base = best.values().iterator().next().p50Ms();
        List<CredentialCost> costs = new ArrayList<>();
        best.forEach((name, result) ->
                costs.add(new CredentialCost(name, result.p50Ms(), result.p99Ms(), result.p50Ms() - base)));
        return costs;
    }

    private static OperationResult run(LoadGenerator generator, Target target, String name, String token, Duration each)
            throws InterruptedException {
        Operation operation = Operation.of(name, target, 1, RequestSpec.get(target, PATH, token));
        OperationResult result = generator.saturate(operation, 1, each);
        if (!result.statuses().keySet().equals(Set.of(404))) {
            throw new IllegalStateException(name + " was answered with " + result.statuses() + " " + result.errors());
        }
        return result;
    }
}
