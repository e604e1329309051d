package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that are applied to a cluster together. */
record Manifests(List<HasMetadata> objects) {

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return all(type).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst();
    }

    List<GenericKubernetesResource> custom(String kind) {
        return all(GenericKubernetesResource.class).stream()
                .filter(object -> object.getKind().equals(kind))
                .toList();
    }

    List<Workload> workloads() {
        List<Workload> workloads = new ArrayList<>();
        for (Deployment deployment : all(Deployment.class)) {
            workloads.add(new Workload(
                    "Deployment " + deployment.getMetadata().getName(),
                    deployment.getSpec().getSelector().getMatchLabels(),
                    deployment.getSpec().getTemplate()));
        }
        for (StatefulSet set : all(StatefulSet.class)) {
            workloads.add(new Workload(
                    "StatefulSet " + set.getMetadata().getName(),
                    set.getSpec().getSelector().getMatchLabels(),
                    set.getSpec().getTemplate()));
        }
        return workloads;
    }

    /** The workloads whose pods carry all labels of a selector. */
    List<Workload> selectedBy(Map<String, String> selector) {
        return workloads().stream()
                .filter(workload -> workload.labels().entrySet().containsAll(selector.entrySet()))
                .toList();
    }
}
