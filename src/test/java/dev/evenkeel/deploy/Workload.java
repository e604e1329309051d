package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Something that runs pods: its name with its kind, the labels it selects its pods by, and their template. */
record Workload(String name, Map<String, String> selector, PodTemplateSpec template) {

    PodSpec pod() {
        return template.getSpec();
    }

    Map<String, String> labels() {
        return template.getMetadata().getLabels();
    }

    List<Container> containers() {
        List<Container> containers = new ArrayList<>(pod().getInitContainers());
        containers.addAll(pod().getContainers());
        return containers;
    }

    boolean isEvenkeel() {
        return "evenkeel".equals(labels().get("app.kubernetes.io/name"));
    }
}
