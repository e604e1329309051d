package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Everything that points at pods must point at the right ones, and go on doing so after an upgrade. */
final class SelectionPolicy {
    private static final Set<String> CHANGING_LABELS = Set.of("app.kubernetes.io/version", "version", "helm.sh/chart");
    private static final Set<String> MONITOR_KEYS =
            Set.of("selector", "namespaceSelector", "targetLabels", "jobLabel", "endpoints");
    private static final Set<String> ENDPOINT_KEYS = Set.of("port", "path", "interval", "scrapeTimeout", "scheme");

    private final Manifests manifests;
    private final Violations violations;

    SelectionPolicy(Manifests manifests, Violations violations) {
        this.manifests = manifests;
        this.violations = violations;
    }

    void check() {
        manifests.workloads().forEach(this::checkWorkload);
        manifests.all(Deployment.class).forEach(this::checkDeployment);
        manifests.all(Service.class).forEach(this::checkService);
        manifests.all(PodDisruptionBudget.class).forEach(this::checkBudget);
        manifests.all(HorizontalPodAutoscaler.class).forEach(this::checkAutoscaler);
        manifests.all(NetworkPolicy.class).forEach(this::checkNetworkPolicy);
        manifests.custom("ServiceMonitor").forEach(this::checkServiceMonitor);
    }

    private void checkWorkload(Workload workload) {
        requireStable(workload.name(), workload.selector());
        List<String> selected = manifests.selectedBy(workload.selector()).stream()
                .map(Workload::name)
                .toList();
        violations.require(selected.equals(List.of(workload.name())), workload.name(), "selects pods of " + selected);
        long policies = manifests.all(NetworkPolicy.class).stream()
                .map(policy -> policy.getSpec().getPodSelector().getMatchLabels())
                .filter(labels -> workload.labels().entrySet().containsAll(labels.entrySet()))
                .count();
        violations.require(policies > 0, workload.name(), "has no network policy");
        workload.pod()
                .getTopologySpreadConstraints()
                .forEach(constraint -> requireOnly(
                        workload,
                        workload.name() + " spread",
                        constraint.getLabelSelector().getMatchLabels()));
    }

    private void checkDeployment(Deployment deployment) {
        String name = deployment.getMetadata().getName();
        String where = "Deployment " + name;
        var rolling = deployment.getSpec().getStrategy() == null
                ? null
                : deployment.getSpec().getStrategy().getRollingUpdate();
        boolean never = rolling != null
                && rolling.getMaxUnavailable() != null
                && Objects.equals(rolling.getMaxUnavailable().getIntVal(), 0);
        violations.require(never, where, "an update takes pods away before new ones are ready");
        boolean scaled = manifests.all(HorizontalPodAutoscaler.class).stream()
                .anyMatch(
                        scaler -> scaler.getSpec().getScaleTargetRef().getName().equals(name));
        violations.require(
                !scaled || deployment.getSpec().getReplicas() == null,
                where,
                "sets the number of replicas that its autoscaler owns");
        long budgets = manifests.all(PodDisruptionBudget.class).stream()
                .filter(budget -> manifests
                        .selectedBy(budget.getSpec().getSelector().getMatchLabels())
                        .stream()
                        .anyMatch(workload -> workload.name().equals(where)))
                .count();
        violations.require(budgets == 1, where, "needs exactly one disruption budget, has " + budgets);
    }

    private void checkService(Service service) {
        String where = where(service);
        Map<String, String> selector = service.getSpec().getSelector();
        requireStable(where, selector);
        List<Workload> selected = manifests.selectedBy(selector);
        violations.require(selected.size() == 1, where, "must select one workload, selects " + selected.size());
        for (Workload workload : selected) {
            for (ServicePort port : service.getSpec().getPorts()) {
                String target = port.getTargetPort() == null
                        ? null
                        : port.getTargetPort().getStrVal();
                boolean exists = workload.containers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .anyMatch(containerPort -> Objects.equals(containerPort.getName(), target));
                violations.require(exists, where, "port " + port.getName() + " leads nowhere");
            }
        }
    }

    private void checkBudget(PodDisruptionBudget budget) {
        String where = where(budget);
        Map<String, String> selector = budget.getSpec().getSelector().getMatchLabels();
        requireStable(where, selector);
        violations.require(manifests.selectedBy(selector).size() == 1, where, "must select one workload");
        boolean one = budget.getSpec().getMaxUnavailable() != null
                && Objects.equals(budget.getSpec().getMaxUnavailable().getIntVal(), 1);
        violations.require(one, where, "must allow exactly one pod to be away");
    }

    private void checkAutoscaler(HorizontalPodAutoscaler scaler) {
        String where = where(scaler);
        String target = scaler.getSpec().getScaleTargetRef().getName();
        violations.require(
                manifests.find(Deployment.class, target).isPresent(), where, "scales what is not there: " + target);
        violations.require(
                scaler.getSpec().getMinReplicas() != null && scaler.getSpec().getMinReplicas() >= 2,
                where,
                "one replica is no replica while its node is drained");
        violations.require(!scaler.getSpec().getMetrics().isEmpty(), where, "has no metric");
    }

    private void checkNetworkPolicy(NetworkPolicy policy) {
        String where = where(policy);
        NetworkPolicySpec spec = policy.getSpec();
        Map<String, String> selector = spec.getPodSelector().getMatchLabels();
        requireStable(where, selector);
        violations.require(manifests.selectedBy(selector).size() == 1, where, "must select one workload");
        violations.require(
                Set.copyOf(spec.getPolicyTypes()).equals(Set.of("Ingress", "Egress")),
                where,
                "must govern both directions");
        spec.getIngress().forEach(rule -> {
            violations.require(!rule.getFrom().isEmpty(), where, "lets anyone in");
            violations.require(!rule.getPorts().isEmpty(), where, "opens every port");
        });
        spec.getEgress().forEach(rule -> {
            violations.require(!rule.getTo().isEmpty(), where, "lets traffic out to anywhere");
            violations.require(!rule.getPorts().isEmpty(), where, "lets traffic out on every port");
            rule.getTo().stream()
                    .filter(peer -> peer.getPodSelector() != null)
                    .forEach(peer -> violations.require(
                            !manifests
                                    .selectedBy(peer.getPodSelector().getMatchLabels())
                                    .isEmpty(),
                            where,
                            "lets traffic out to pods that do not exist"));
        });
    }

    private void checkServiceMonitor(GenericKubernetesResource monitor) {
        String where = where(monitor);
        Map<String, Object> spec = monitor.get("spec");
        violations.require(MONITOR_KEYS.containsAll(spec.keySet()), where, "unknown keys in " + spec.keySet());
        Map<String, String> labels = monitor.get("spec", "selector", "matchLabels");
        List<Service> services = manifests.all(Service.class).stream()
                .filter(service -> service.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
                .toList();
        List<Map<String, Object>> endpoints = monitor.get("spec", "endpoints");
        for (Map<String, Object> endpoint : endpoints) {
            violations.require(ENDPOINT_KEYS.containsAll(endpoint.keySet()), where, "unknown keys in " + endpoint);
            violations.require(!services.isEmpty(), where, "selects no service");
            for (Service service : services) {
                boolean exists = service.getSpec().getPorts().stream()
                        .anyMatch(port -> Objects.equals(port.getName(), endpoint.get("port")));
                violations.require(exists, where, where(service) + " has no port " + endpoint.get("port"));
            }
        }
    }

    private void requireOnly(Workload workload, String where, Map<String, String> selector) {
        requireStable(where, selector);
        violations.require(
                manifests.selectedBy(selector).equals(List.of(workload)), where, "counts pods of another workload");
    }

    private void requireStable(String where, Map<String, String> selector) {
        violations.require(!selector.isEmpty(), where, "selects everything");
        violations.require(
                selector.keySet().stream().noneMatch(CHANGING_LABELS::contains), where, "selects by version");
    }

    private static String where(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
