package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** No secret is written down, and every secret that is read is supplied by someone. */
final class SecretPolicy {
    private static final Pattern SENSITIVE =
            Pattern.compile("(?i).*(password|passwd|token|secret|credential|private.?key|api.?key).*");
    private static final Pattern URL_WITH_PASSWORD = Pattern.compile(".*://[^/@:]+:[^/@]+@.*");

    private final Manifests manifests;
    private final Set<String> suppliedByCluster;
    private final Violations violations;

    /** @param suppliedByCluster names of Secrets that exist before the manifests are applied */
    SecretPolicy(Manifests manifests, Set<String> suppliedByCluster, Violations violations) {
        this.manifests = manifests;
        this.suppliedByCluster = suppliedByCluster;
        this.violations = violations;
    }

    void check() {
        for (Secret secret : manifests.all(Secret.class)) {
            String where = "Secret " + secret.getMetadata().getName();
            secret.getData()
                    .forEach((key, value) -> violations.require(
                            value.isEmpty() || !SENSITIVE.matcher(key).matches(), where, "is written down: " + key));
            violations.require(secret.getStringData().isEmpty(), where, "is written down as text");
        }
        for (ConfigMap map : manifests.all(ConfigMap.class)) {
            map.getData()
                    .forEach((key, value) ->
                            requireHarmless("ConfigMap " + map.getMetadata().getName(), key, value));
        }
        for (Workload workload : manifests.workloads()) {
            for (Container container : workload.containers()) {
                container.getEnv().forEach(variable -> checkVariable(workload.name(), variable));
            }
        }
    }

    private void checkVariable(String where, EnvVar variable) {
        if (variable.getValue() != null) {
            requireHarmless(where, variable.getName(), variable.getValue());
        }
        if (variable.getValueFrom() != null && variable.getValueFrom().getSecretKeyRef() != null) {
            SecretKeySelector reference = variable.getValueFrom().getSecretKeyRef();
            boolean generated = manifests
                    .find(Secret.class, reference.getName())
                    .map(Secret::getData)
                    .map(Map::keySet)
                    .filter(keys -> keys.contains(reference.getKey()))
                    .isPresent();
            violations.require(
                    generated || suppliedByCluster.contains(reference.getName()),
                    where,
                    "reads a secret that nobody supplies: " + reference.getName() + "/" + reference.getKey());
        }
    }

    private void requireHarmless(String where, String key, String value) {
        boolean harmless = value.isEmpty()
                || !(SENSITIVE.matcher(key).matches()
                        || URL_WITH_PASSWORD.matcher(value).matches());
        violations.require(harmless, where, "a secret is written down: " + key);
    }
}
