package dev.evenkeel.deploy;

import static dev.evenkeel.deploy.Overlays.byName;
import static dev.evenkeel.deploy.Overlays.named;
import static dev.evenkeel.deploy.Overlays.overlay;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an overlay comes to, as written down here and as kubectl, where it is installed, renders it. */
class RenderedOverlaysTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The name of a generated object: Kustomize writes a hash as ten of these sixteen characters. */
    private static final Pattern HASHED_NAME =
            Pattern.compile("(?m)^( *(?:- )?name: evenkeel(?:-[a-z]+)?)-[2456789bcdfghkmt]{10}$");

    /** What every role of production has of its own. */
    private static final List<String> PER_ROLE = List.of(
            "ConfigMap",
            "Deployment",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "Service",
            "ServiceAccount");

    /** What base, patches, suffixes, labels and generators come to; {@code null} where an overlay takes something away. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            prod | Deployment/evenkeel-api | /spec/template/spec/containers/0/args/0 | "-Xmx128m"
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/args/0 | "-Xmx256m"
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/resources | {"requests":{"cpu":"1","memory":"256Mi"},"limits":{"memory":"512Mi"}}
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/image | "registry.example.com/evenkeel/evenkeel:0.1.0"
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/livenessProbe/httpGet/path | "/q/health/live"
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/envFrom | [{"configMapRef":{"name":"evenkeel-worker"}}]
            prod | Deployment/evenkeel-worker | /spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef | {"key":"password","name":"evenkeel-database"}
            prod | Deployment/evenkeel-worker | /spec/template/spec/serviceAccountName | "evenkeel-worker"
            prod | Deployment/evenkeel-worker | /spec/selector/matchLabels | {"app.kubernetes.io/component":"worker","app.kubernetes.io/name":"evenkeel"}
            prod | Deployment/evenkeel-worker | /spec/template/spec/topologySpreadConstraints/1/labelSelector/matchLabels/app.kubernetes.io~1component | "worker"
            prod | Deployment/evenkeel-worker | /metadata/namespace | "evenkeel"
            prod | Service/evenkeel-worker | /spec/ports | [{"name":"management","port":9000,"protocol":"TCP","targetPort":"management"}]
            prod | Service/evenkeel-api | /spec/selector | {"app.kubernetes.io/component":"api","app.kubernetes.io/name":"evenkeel"}
            prod | ConfigMap/evenkeel-worker | /data | {"EVENKEEL_DATABASE_READ_PERMITS":"4","EVENKEEL_DATABASE_WRITE_PERMITS":"2","EVENKEEL_MODULES":"knowledge","EVENKEEL_ROLE":"worker","QUARKUS_SHUTDOWN_DELAY":"5s","QUARKUS_SHUTDOWN_TIMEOUT":"30s"}
            prod | HorizontalPodAutoscaler/evenkeel-worker | /spec/scaleTargetRef/name | "evenkeel-worker"
            prod | PodDisruptionBudget/evenkeel-api | /spec/selector/matchLabels/app.kubernetes.io~1component | "api"
            prod | NetworkPolicy/evenkeel-worker | /spec/ingress/0/from/0/namespaceSelector/matchLabels | {"kubernetes.io/metadata.name":"monitoring"}
            prod | NetworkPolicy/evenkeel-worker | /spec/ingress/1 |
            prod | NetworkPolicy/evenkeel-api | /spec/ingress/0/ports | [{"port":8080,"protocol":"TCP"}]
            dev | Deployment/evenkeel | /spec/replicas | 1
            dev | Deployment/evenkeel | /spec/selector/matchLabels | {"app.kubernetes.io/name":"evenkeel"}
            dev | Deployment/evenkeel | /metadata/namespace | "evenkeel-dev"
            dev | NetworkPolicy/evenkeel | /spec/ingress/0/from | [{"podSelector":{}}]
            dev | NetworkPolicy/evenkeel | /spec/ingress/1 |
            dev | Secret/evenkeel-access | /data/bootstrap-token | ""
            """)
    void anOverlayMeans(String overlay, String object, String pointer, @Nullable String json) throws IOException {
        JsonNode value = named(Kustomization.build(overlay(overlay)), object).at(pointer);
        assertThat(value).isEqualTo(json == null ? MissingNode.getInstance() : JSON.readTree(json));
    }

    @Test
    void anOverlayHasWhatItTakesAndNoMore() {
        assertThat(byName(Kustomization.build(overlay("prod"))).keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("Namespace/evenkeel", "ServiceMonitor/evenkeel"),
                                Stream.of("api", "worker")
                                        .flatMap(role -> PER_ROLE.stream().map(kind -> kind + "/evenkeel-" + role)))
                        .toList());
        assertThat(byName(Kustomization.build(overlay("dev"))).keySet())
                .contains("Deployment/evenkeel", "StatefulSet/evenkeel-postgresql", "Secret/evenkeel-database")
                .noneMatch(name -> name.startsWith("HorizontalPodAutoscaler/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    @EnabledIf(value = "kubectlIsInstalled", disabledReason = "kubectl is not installed")
    void kubectlRendersTheSame(String overlay, @TempDir Path output) throws IOException, InterruptedException {
        // Given
        Path file = output.resolve("rendered.yaml");

        // When
        Process kubectl = new ProcessBuilder(
                        "kubectl", "kustomize", overlay(overlay).toString())
                .redirectOutput(file.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        // Then
        assertThat(kubectl.waitFor()).isZero();
        String withoutHashes = HASHED_NAME.matcher(Files.readString(file)).replaceAll("$1");
        Files.writeString(file, withoutHashes);
        assertThat(byName(Kustomization.build(overlay(overlay)))).isEqualTo(byName(Kustomization.documents(file)));
    }

    static boolean kubectlIsInstalled() {
        return Stream.of(System.getenv("PATH").split(System.getProperty("path.separator"), -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kubectl")));
    }
}
