package dev.evenkeel.deploy;

import static dev.evenkeel.deploy.Overlays.ROOT;
import static dev.evenkeel.deploy.Overlays.named;
import static dev.evenkeel.deploy.Overlays.overlay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests as they are applied: strictly parsed, and held to the rules that keep a deployment safe. */
class KubernetesManifestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> SECRETS_OF_THE_CLUSTER = Set.of("evenkeel-database", "evenkeel-access");

    @ParameterizedTest
    @MethodSource("manifestFiles")
    void everyManifestIsAKubernetesObjectWithoutUnknownKeys(Path file) {
        for (ObjectNode document : Kustomization.documents(file)) {
            removePatchDirectives(document);
            StrictManifest.parse(document.toString());
        }
    }

    @Test
    void everyKustomizationNamesExistingFilesAndEveryFileIsNamed() throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            List<Path> directories = tree.filter(Files::isDirectory)
                    .filter(directory -> Files.exists(directory.resolve(Kustomization.FILE_NAME)))
                    .toList();
            assertThat(directories).hasSizeGreaterThanOrEqualTo(3);
            for (Path directory : directories) {
                List<Path> references = Kustomization.references(directory);
                assertThat(references)
                        .isNotEmpty()
                        .allSatisfy(path -> assertThat(path).exists());
                try (Stream<Path> files = Files.list(directory)) {
                    assertThat(references)
                            .containsAll(files.filter(Files::isRegularFile)
                                    .filter(file -> !file.endsWith(Kustomization.FILE_NAME))
                                    .toList());
                }
            }
        }
    }

    @Test
    void developmentIsSafeAndComplete() {
        // Given
        Manifests dev = render("dev");

        // When
        List<String> violations = violations(dev, Set.of());

        // Then
        assertThat(violations).isEmpty();
        assertThat(roles(dev)).containsExactlyEntriesOf(Map.of("evenkeel", "all"));
        assertThat(dev.find(Deployment.class, "evenkeel"))
                .hasValueSatisfying(d -> assertThat(d.getSpec().getReplicas()).isEqualTo(1));
        assertThat(dev.find(StatefulSet.class, "evenkeel-postgresql")).isPresent();
    }

    @Test
    void productionIsSafeAndSeparatesApiFromWorkers() {
        // Given
        Manifests prod = render("prod");

        // When
        List<String> violations = violations(prod, SECRETS_OF_THE_CLUSTER);

        // Then
        assertThat(violations).isEmpty();
        assertThat(roles(prod))
                .containsExactlyInAnyOrderEntriesOf(Map.of("evenkeel-api", "api", "evenkeel-worker", "worker"));
        assertThat(images(prod)).as("one image for every role").hasSize(1);
        assertThat(prod.custom("ServiceMonitor")).hasSize(1);
        assertThat(prod.all(Secret.class)).as("secrets come from the cluster").isEmpty();
        assertThat(ports(prod, "evenkeel-api")).containsExactly("http", "management");
        assertThat(ports(prod, "evenkeel-worker")).containsExactly("management");
    }

    @Test
    void thePodsCarryTheVersionOfTheirImage() {
        for (Deployment deployment : render("prod").all(Deployment.class)) {
            String image = deployment
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .get(0)
                    .getImage();
            assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/version", image.substring(image.lastIndexOf(':') + 1));
        }
    }

    @ParameterizedTest(name = "{0} {1} = {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            Deployment/evenkeel-api | /spec/template/spec/containers/0/startupProbe | | no startup probe
            Deployment/evenkeel-api | /spec/template/spec/containers/0/livenessProbe | | no liveness probe
            Deployment/evenkeel-api | /spec/template/spec/containers/0/readinessProbe | | no readiness probe
            Deployment/evenkeel-api | /spec/template/spec/containers/0/readinessProbe/timeoutSeconds | | leaves its timing
            Deployment/evenkeel-api | /spec/template/spec/containers/0/livenessProbe/httpGet/path | "/q/health/ready" | must be probed at /q/health/live
            Deployment/evenkeel-api | /spec/template/spec/containers/0/readinessProbe/httpGet/port | "http" | of the management port
            Deployment/evenkeel-api | /spec/template/spec/containers/0/startupProbe/failureThreshold | 3 | no time for a migration
            Deployment/evenkeel-api | /spec/template/spec/securityContext/runAsNonRoot | | may run as root
            Deployment/evenkeel-api | /spec/template/spec/securityContext/runAsUser | 0 | states no user
            Deployment/evenkeel-api | /spec/template/spec/securityContext/seccompProfile/type | "Unconfined" | no seccomp profile
            Deployment/evenkeel-api | /spec/template/spec/automountServiceAccountToken | true | mounts a service account token
            Deployment/evenkeel-api | /spec/template/spec/serviceAccountName | "default" | service account of its own
            Deployment/evenkeel-api | /spec/template/spec/enableServiceLinks | | service links
            Deployment/evenkeel-api | /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem | false | file system is writable
            Deployment/evenkeel-api | /spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation | | may escalate
            Deployment/evenkeel-api | /spec/template/spec/containers/0/securityContext/capabilities/drop | [] | keeps capabilities
            Deployment/evenkeel-api | /spec/template/spec/containers/0/resources/limits/memory | | memory has no limit
            Deployment/evenkeel-api | /spec/template/spec/containers/0/resources/requests/memory | "1Gi" | below the request
            Deployment/evenkeel-api | /spec/template/spec/containers/0/resources/requests/cpu | | requests no CPU
            Deployment/evenkeel-api | /spec/template/spec/containers/0/args | ["-Xmx250m"] | heap takes more than half
            Deployment/evenkeel-api | /spec/template/spec/containers/0/args | [] | states no heap
            Deployment/evenkeel-api | /spec/template/spec/containers/0/image | "evenkeel:latest" | not pinned
            Deployment/evenkeel-api | /spec/template/spec/containers/0/image | "registry.example.com:5000/evenkeel" | not pinned
            Deployment/evenkeel-api | /spec/template/spec/containers/0/volumeMounts | [] | emptyDir with a size limit
            Deployment/evenkeel-api | /spec/template/spec/terminationGracePeriodSeconds | 35 | killed before it has drained
            ConfigMap/evenkeel-api | /data/QUARKUS_SHUTDOWN_TIMEOUT | "60s" | killed before it has drained
            ConfigMap/evenkeel-api | /data/QUARKUS_SHUTDOWN_DELAY | | states no shutdown delay
            ConfigMap/evenkeel-api | /metadata/name | "other" | ConfigMap that is not there
            ConfigMap/evenkeel-api | /data/DATABASE_PASSWORD | "hunter2" | a secret is written down
            ConfigMap/evenkeel-api | /data/DATABASE_URL | "postgresql://me:hunter2@db/evenkeel" | a secret is written down
            Deployment/evenkeel-api | /spec/template/spec/containers/0/env/3 | {"name":"QUARKUS_DATASOURCE_PASSWORD","value":"x"} | a secret is written down
            Deployment/evenkeel-api | /spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/name | "forgotten" | nobody supplies
            Deployment/evenkeel-api | /spec/selector/matchLabels/app.kubernetes.io~1version | "0.1.0" | selects by version
            Deployment/evenkeel-api | /spec/selector/matchLabels/app.kubernetes.io~1component | | selects pods of
            Deployment/evenkeel-api | /spec/template/metadata/labels/app.kubernetes.io~1component | "web" | selects pods of
            Deployment/evenkeel-api | /spec/strategy/rollingUpdate/maxUnavailable | 1 | takes pods away
            Deployment/evenkeel-api | /spec/replicas | 3 | its autoscaler owns
            Deployment/evenkeel-api | /spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels/app.kubernetes.io~1component | | pods of another workload
            Service/evenkeel-api | /spec/selector/app.kubernetes.io~1component | | must select one workload
            Service/evenkeel-api | /spec/ports/0/targetPort | "web" | leads nowhere
            PodDisruptionBudget/evenkeel-api | /spec/selector/matchLabels/app.kubernetes.io~1component | "web" | exactly one disruption budget
            PodDisruptionBudget/evenkeel-api | /spec/maxUnavailable | | exactly one pod
            HorizontalPodAutoscaler/evenkeel-api | /spec/scaleTargetRef/name | "evenkeel" | scales what is not there
            HorizontalPodAutoscaler/evenkeel-api | /spec/minReplicas | 1 | one replica is no replica
            NetworkPolicy/evenkeel-api | /spec/podSelector/matchLabels/app.kubernetes.io~1component | "web" | has no network policy
            NetworkPolicy/evenkeel-api | /spec/policyTypes | ["Ingress"] | both directions
            NetworkPolicy/evenkeel-api | /spec/ingress/0/from | | lets anyone in
            NetworkPolicy/evenkeel-api | /spec/ingress/0/ports | | opens every port
            NetworkPolicy/evenkeel-api | /spec/egress/1/to | | out to anywhere
            NetworkPolicy/evenkeel-api | /spec/egress/1/ports | | on every port
            NetworkPolicy/evenkeel-api | /spec/egress/0/to/0/podSelector | {"matchLabels":{"k8s-app":"kube-dns","app.kubernetes.io/component":"api"}} | pods that do not exist
            ServiceMonitor/evenkeel | /spec/selector/matchLabels/app.kubernetes.io~1name | "other" | selects no service
            ServiceMonitor/evenkeel | /spec/endpoints/0/port | "metrics" | has no port metrics
            ServiceMonitor/evenkeel | /spec/endpoints/0/intervall | "15s" | unknown keys
            """)
    void breakingARuleIsNoticed(String object, String pointer, @Nullable String json, String expected)
            throws IOException {
        // Given
        List<ObjectNode> objects = Kustomization.build(overlay("prod"));
        ObjectNode target = named(objects, object);

        // When
        change(target, pointer, json == null ? null : JSON.readTree(json));

        // Then
        assertThat(violations(parse(objects), SECRETS_OF_THE_CLUSTER))
                .anySatisfy(violation -> assertThat(violation).contains(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /spec/replica | 2
            /spec/template/spec/containers/0/imagePullPolcy | "Always"
            /spec/template/spec/containers/0/livenessProbe/failureThreshhold | 3
            /spec/template/spec/containers/0/securityContext/capabilities/dropp | ["ALL"]
            /spec/template/spec/volumes/0/emptyDir/size | "1Gi"
            /spec/replicas | "two"
            /spec/template/spec/containers | {"name":"evenkeel"}
            /kind | "Deploymnt"
            """)
    void aMisspeltKeyOrAWrongTypeIsNoticed(String pointer, String json) throws IOException {
        // Given
        ObjectNode deployment = named(Kustomization.build(overlay("prod")), "Deployment/evenkeel-api");

        // When
        change(deployment, pointer, JSON.readTree(json));

        // Then
        assertThatThrownBy(() -> StrictManifest.parse(deployment.toString()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWrittenDownSecretIsNoticed() {
        // Given
        List<ObjectNode> objects = Kustomization.build(overlay("dev"));

        // When
        named(objects, "Secret/evenkeel-database").withObjectProperty("data").put("password", "aHVudGVyMg==");

        // Then
        assertThat(violations(parse(objects), Set.of()))
                .containsExactly("Secret evenkeel-database: is written down: password");
    }

    static List<Path> manifestFiles() throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            return tree.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith(Kustomization.FILE_NAME))
                    .sorted()
                    .toList();
        }
    }

    private static Manifests render(String overlay) {
        return parse(Kustomization.build(overlay(overlay)));
    }

    private static Manifests parse(List<ObjectNode> objects) {
        return new Manifests(objects.stream()
                .map(object -> StrictManifest.parse(object.toString()))
                .toList());
    }

    private static List<String> violations(Manifests manifests, Set<String> suppliedSecrets) {
        Violations violations = new Violations();
        new PodPolicy(manifests, violations).check();
        new SelectionPolicy(manifests, violations).check();
        new SecretPolicy(manifests, suppliedSecrets, violations).check();
        return violations.messages();
    }

    private static Map<String, String> roles(Manifests manifests) {
        return manifests.all(Deployment.class).stream()
                .map(HasMetadata::getMetadata)
                .collect(Collectors.toMap(
                        metadata -> metadata.getName(),
                        metadata -> manifests
                                .find(ConfigMap.class, metadata.getName())
                                .map(map -> map.getData().get("EVENKEEL_ROLE"))
                                .orElseThrow()));
    }

    private static Set<String> images(Manifests manifests) {
        return manifests.workloads().stream()
                .flatMap(workload -> workload.containers().stream())
                .map(container -> container.getImage())
                .collect(Collectors.toSet());
    }

    private static List<String> ports(Manifests manifests, String service) {
        return manifests.find(Service.class, service).orElseThrow().getSpec().getPorts().stream()
                .map(port -> port.getName())
                .toList();
    }

    /** Sets the value at a JSON pointer, or removes it when the value is null. */
    private static void change(ObjectNode object, String pointer, @Nullable JsonNode value) {
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = object.at(pointer.substring(0, slash));
        String field = pointer.substring(slash + 1).replace("~1", "/");
        if (parent instanceof ArrayNode list && value != null) {
            list.set(Integer.parseInt(field), value);
        } else if (value != null) {
            ((ObjectNode) parent).set(field, value);
        } else {
            assertThat(((ObjectNode) parent).remove(field)).as(pointer).isNotNull();
        }
    }

    private static void removePatchDirectives(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("$patch");
        }
        node.forEach(KubernetesManifestsTest::removePatchDirectives);
    }
}
