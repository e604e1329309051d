package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every pod must be: probed, unprivileged, bounded, pinned, and given the time to stop. */
final class PodPolicy {
    private static final Duration MIGRATION_BUDGET = Duration.ofMinutes(2);
    private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)m");

    private final Manifests manifests;
    private final Violations violations;

    PodPolicy(Manifests manifests, Violations violations) {
        this.manifests = manifests;
        this.violations = violations;
    }

    void check() {
        for (Workload workload : manifests.workloads()) {
            checkPod(workload);
            for (Container container : workload.containers()) {
                String where = workload.name() + "/" + container.getName();
                checkSecurity(where, container.getSecurityContext());
                checkImage(where, container.getImage());
                checkResources(where, container);
                checkProbes(where, container);
            }
            if (workload.isEvenkeel()) {
                workload.pod().getContainers().forEach(container -> checkService(workload, container));
            }
        }
    }

    private void checkPod(Workload workload) {
        PodSpec pod = workload.pod();
        String where = workload.name();
        violations.require(
                Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()), where, "mounts a service account token");
        violations.require(
                Boolean.FALSE.equals(pod.getEnableServiceLinks()), where, "service links become configuration");
        boolean account = manifests
                .find(ServiceAccount.class, String.valueOf(pod.getServiceAccountName()))
                .filter(a -> Boolean.FALSE.equals(a.getAutomountServiceAccountToken()))
                .isPresent();
        violations.require(account, where, "needs a service account of its own that mounts no token");
        PodSecurityContext security = pod.getSecurityContext();
        violations.require(
                security != null && Boolean.TRUE.equals(security.getRunAsNonRoot()), where, "may run as root");
        violations.require(
                security != null && security.getRunAsUser() != null && security.getRunAsUser() > 0,
                where,
                "states no user");
        violations.require(
                security != null
                        && security.getSeccompProfile() != null
                        && "RuntimeDefault".equals(security.getSeccompProfile().getType()),
                where,
                "has no seccomp profile");
    }

    private void checkSecurity(String where, @Nullable SecurityContext security) {
        violations.require(
                security != null && Boolean.FALSE.equals(security.getAllowPrivilegeEscalation()),
                where,
                "may escalate privileges");
        violations.require(
                security != null && Boolean.TRUE.equals(security.getReadOnlyRootFilesystem()),
                where,
                "root file system is writable");
        violations.require(
                security != null
                        && security.getCapabilities() != null
                        && security.getCapabilities().getDrop().contains("ALL")
                        && security.getCapabilities().getAdd().isEmpty(),
                where,
                "keeps capabilities");
        violations.require(
                security == null || !Boolean.FALSE.equals(security.getRunAsNonRoot()), where, "may run as root");
    }

    private void checkImage(String where, String image) {
        String tag = image.substring(image.lastIndexOf('/') + 1);
        boolean pinned = tag.contains("@sha256:") || (tag.contains(":") && !tag.endsWith(":latest"));
        violations.require(pinned, where, "image is not pinned: " + image);
    }

    private void checkResources(String where, Container container) {
        Map<String, Quantity> requests = container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources().getLimits();
        violations.require(requests.containsKey("cpu"), where, "requests no CPU");
        violations.require(requests.containsKey("memory"), where, "requests no memory");
        violations.require(limits.containsKey("memory"), where, "memory has no limit");
        if (requests.containsKey("memory") && limits.containsKey("memory")) {
            boolean fits = bytes(limits).compareTo(bytes(requests)) >= 0;
            violations.require(fits, where, "memory limit is below the request");
        }
    }

    private void checkProbes(String where, Container container) {
        requireProbe(where, "startup", container.getStartupProbe());
        requireProbe(where, "liveness", container.getLivenessProbe());
        requireProbe(where, "readiness", container.getReadinessProbe());
    }

    private void requireProbe(String where, String kind, @Nullable Probe probe) {
        violations.require(probe != null, where, "has no " + kind + " probe");
        violations.require(
                probe == null || (probe.getTimeoutSeconds() != null && probe.getPeriodSeconds() != null),
                where,
                kind + " probe leaves its timing to the default");
    }

    private void checkService(Workload workload, Container container) {
        String where = workload.name() + "/" + container.getName();
        requirePath(where, container.getStartupProbe(), "/q/health/started");
        requirePath(where, container.getLivenessProbe(), "/q/health/live");
        requirePath(where, container.getReadinessProbe(), "/q/health/ready");
        Probe startup = container.getStartupProbe();
        if (startup != null) {
            long budget = (long) startup.getPeriodSeconds() * startup.getFailureThreshold();
            violations.require(
                    budget >= MIGRATION_BUDGET.toSeconds(), where, "startup probe leaves no time for a migration");
        }
        checkHeap(where, container);
        checkTemporaryFiles(where, workload, container);
        checkGracePeriod(workload, container);
    }

    private void requirePath(String where, @Nullable Probe probe, String path) {
        boolean matches = probe != null
                && probe.getHttpGet() != null
                && path.equals(probe.getHttpGet().getPath())
                && "management".equals(probe.getHttpGet().getPort().getStrVal());
        violations.require(matches, where, "must be probed at " + path + " of the management port");
    }

    private void checkHeap(String where, Container container) {
        long heapMebibytes = container.getArgs().stream()
                .map(HEAP::matcher)
                .filter(Matcher::matches)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
                .findFirst()
                .orElse(0);
        violations.require(heapMebibytes > 0, where, "states no heap size");
        if (container.getResources().getLimits().containsKey("memory")) {
            BigDecimal twice = BigDecimal.valueOf(heapMebibytes * 2).multiply(BigDecimal.valueOf(1 << 20));
            boolean fits = bytes(container.getResources().getLimits()).compareTo(twice) >= 0;
            violations.require(fits, where, "heap takes more than half of the memory limit");
        }
    }

    private void checkTemporaryFiles(String where, Workload workload, Container container) {
        boolean writable = container.getVolumeMounts().stream()
                .filter(mount -> mount.getMountPath().equals("/tmp"))
                .anyMatch(mount -> workload.pod().getVolumes().stream()
                        .anyMatch(volume -> volume.getName().equals(mount.getName())
                                && volume.getEmptyDir() != null
                                && volume.getEmptyDir().getSizeLimit() != null));
        violations.require(writable, where, "needs an emptyDir with a size limit at /tmp");
    }

    private void checkGracePeriod(Workload workload, Container container) {
        Map<String, String> settings = settings(container);
        violations.require(
                List.of("QUARKUS_SHUTDOWN_DELAY", "QUARKUS_SHUTDOWN_TIMEOUT").stream()
                        .allMatch(settings::containsKey),
                workload.name(),
                "states no shutdown delay and timeout");
        Duration drain = duration(settings.get("QUARKUS_SHUTDOWN_DELAY"))
                .plus(duration(settings.get("QUARKUS_SHUTDOWN_TIMEOUT")));
        Long grace = workload.pod().getTerminationGracePeriodSeconds();
        violations.require(
                grace != null && grace > drain.toSeconds(), workload.name(), "is killed before it has drained");
    }

    private Map<String, String> settings(Container container) {
        Map<String, String> settings = new HashMap<>();
        container.getEnvFrom().stream()
                .filter(source -> source.getConfigMapRef() != null)
                .map(source -> source.getConfigMapRef().getName())
                .forEach(name -> {
                    ConfigMap map = manifests.find(ConfigMap.class, name).orElse(null);
                    violations.require(
                            map != null, container.getName(), "reads a ConfigMap that is not there: " + name);
                    if (map != null) {
                        settings.putAll(map.getData());
                    }
                });
        return settings;
    }

    private static Duration duration(@Nullable String seconds) {
        return seconds == null ? Duration.ZERO : Duration.parse("PT" + seconds);
    }

    private static BigDecimal bytes(Map<String, Quantity> resources) {
        return Quantity.getAmountInBytes(resources.get("memory"));
    }
}
