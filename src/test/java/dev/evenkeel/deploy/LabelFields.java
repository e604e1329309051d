package dev.evenkeel.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The places of a manifest into which Kustomize writes common labels. */
final class LabelFields {
    private LabelFields() {}

    static List<ObjectNode> of(ObjectNode object, boolean selectors, boolean templates) {
        List<ObjectNode> fields = new ArrayList<>();
        fields.add(object.withObjectProperty("metadata").withObjectProperty("labels"));
        JsonNode template = object.path("spec").path("template");
        if (templates && template instanceof ObjectNode pod) {
            fields.add(pod.withObjectProperty("metadata").withObjectProperty("labels"));
        }
        if (selectors) {
            addSelectors(object, fields);
        }
        return fields;
    }

    private static void addSelectors(ObjectNode object, List<ObjectNode> fields) {
        JsonNode spec = object.path("spec");
        switch (object.path("kind").asText()) {
            case "Service" -> addExisting(spec.path("selector"), fields);
            case "Deployment", "StatefulSet" -> {
                addExisting(spec.at("/selector/matchLabels"), fields);
                spec.at("/template/spec/topologySpreadConstraints")
                        .forEach(constraint -> addExisting(constraint.at("/labelSelector/matchLabels"), fields));
            }
            case "PodDisruptionBudget" -> addExisting(spec.at("/selector/matchLabels"), fields);
            case "NetworkPolicy" -> addPolicySelectors(spec, fields);
            default -> {}
        }
    }

    /** A policy's peers too: Kustomize cannot know that a peer is another workload. */
    private static void addPolicySelectors(JsonNode spec, List<ObjectNode> fields) {
        addExisting(spec.at("/podSelector/matchLabels"), fields);
        for (JsonNode rule : spec.path("ingress")) {
            rule.path("from").forEach(peer -> addExisting(peer.at("/podSelector/matchLabels"), fields));
        }
        for (JsonNode rule : spec.path("egress")) {
            rule.path("to").forEach(peer -> addExisting(peer.at("/podSelector/matchLabels"), fields));
        }
    }

    private static void addExisting(JsonNode labels, List<ObjectNode> fields) {
        if (labels instanceof ObjectNode existing) {
            fields.add(existing);
        }
    }
}
