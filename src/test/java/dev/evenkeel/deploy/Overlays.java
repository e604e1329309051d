package dev.evenkeel.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The overlays of the manifests, by name. */
final class Overlays {
    static final Path ROOT = Path.of("deploy/k8s");

    private Overlays() {}

    static Path overlay(String name) {
        return ROOT.resolve("overlays").resolve(name);
    }

    static ObjectNode named(List<ObjectNode> objects, String kindAndName) {
        ObjectNode object = byName(objects).get(kindAndName);
        if (object == null) {
            throw new AssertionError("No " + kindAndName);
        }
        return object;
    }

    static Map<String, ObjectNode> byName(List<ObjectNode> objects) {
        Map<String, ObjectNode> byName = new TreeMap<>();
        objects.forEach(object -> byName.put(object.path("kind").asText() + "/" + StrategicMerge.name(object), object));
        assertThat(byName).hasSameSizeAs(objects);
        return byName;
    }
}
