package dev.evenkeel.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Kubernetes' strategic merge: objects merge by key, lists of named things by their names, other lists are replaced. */
final class StrategicMerge {
    private StrategicMerge() {}

    /** Applies a patch to an object, which it changes. */
    static void apply(ObjectNode patch, ObjectNode target) {
        patch.fields().forEachRemaining(entry -> {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            JsonNode current = target.path(key);
            if (value.isNull()) {
                target.remove(key);
            } else if (value instanceof ObjectNode change && current instanceof ObjectNode object) {
                apply(change, object);
            } else if (value instanceof ArrayNode changes
                    && current instanceof ArrayNode list
                    && !mergeKeys(key).isEmpty()) {
                mergeLists(changes, list, mergeKeys(key));
            } else {
                target.set(key, value.deepCopy());
            }
        });
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static List<String> mergeKeys(String listName) {
        return switch (listName) {
            case "containers", "initContainers", "env", "volumes" -> List.of("name");
            case "volumeMounts" -> List.of("mountPath");
            case "ports" -> List.of("port", "containerPort", "protocol");
            default -> List.of();
        };
    }

    private static void mergeLists(ArrayNode changes, ArrayNode list, List<String> keys) {
        for (JsonNode change : changes) {
            int index = indexOf(change, list, keys);
            boolean delete = change.path("$patch").asText().equals("delete");
            if (delete && index < 0) {
                throw new IllegalArgumentException("Nothing to delete: " + change);
            } else if (delete) {
                list.remove(index);
            } else if (index < 0) {
                list.add(change.deepCopy());
            } else {
                apply((ObjectNode) change, (ObjectNode) list.get(index));
            }
        }
    }

    private static int indexOf(JsonNode change, ArrayNode list, List<String> keys) {
        for (int i = 0; i < list.size(); i++) {
            JsonNode element = list.get(i);
            if (keys.stream().allMatch(key -> element.path(key).equals(change.path(key)))) {
                return i;
            }
        }
        return -1;
    }
}
