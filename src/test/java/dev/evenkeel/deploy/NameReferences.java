package dev.evenkeel.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The places in which one manifest names another. */
final class NameReferences {
    private NameReferences() {}

    /** Follows renamed objects: {@code renamed} maps "Kind/old-name" to the new name. */
    static void rename(ObjectNode object, Map<String, String> renamed) {
        ObjectNode spec = object.path("spec") instanceof ObjectNode node ? node : null;
        if (spec == null) {
            return;
        }
        rename(spec, "serviceName", "Service", renamed);
        JsonNode target = spec.path("scaleTargetRef");
        rename(target, "name", target.path("kind").asText(), renamed);
        JsonNode pod = spec.path("template").path("spec");
        rename(pod, "serviceAccountName", "ServiceAccount", renamed);
        for (JsonNode container : pod.path("containers")) {
            for (JsonNode source : container.path("envFrom")) {
                rename(source.path("configMapRef"), "name", "ConfigMap", renamed);
                rename(source.path("secretRef"), "name", "Secret", renamed);
            }
            for (JsonNode variable : container.path("env")) {
                for (String kind : List.of("ConfigMap", "Secret")) {
                    String field = kind.equals("Secret") ? "secretKeyRef" : "configMapKeyRef";
                    rename(variable.path("valueFrom").path(field), "name", kind, renamed);
                }
            }
        }
    }

    private static void rename(JsonNode holder, String field, String kind, Map<String, String> renamed) {
        String newName = renamed.get(kind + "/" + holder.path(field).asText());
        if (newName != null) {
            ((ObjectNode) holder).put(field, newName);
        }
    }
}
