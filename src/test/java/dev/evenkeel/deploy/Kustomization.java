package dev.evenkeel.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of Kustomize that the manifests use, so that they can be tested as they are applied without kubectl. It refuses
 * every other part. Names of generated objects carry no hash of their content.
 */
final class Kustomization {
    static final String FILE_NAME = "kustomization.yaml";

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));
    private static final Set<String> SUPPORTED = Set.of(
            "apiVersion",
            "kind",
            "resources",
            "configMapGenerator",
            "secretGenerator",
            "patches",
            "namespace",
            "nameSuffix",
            "labels",
            "images");

    private final Path directory;
    private final JsonNode spec;
    private final List<ObjectNode> objects = new ArrayList<>();

    private Kustomization(Path directory) {
        this.directory = directory;
        this.spec = documents(directory.resolve(FILE_NAME)).get(0);
        requireOnly(spec, SUPPORTED);
    }

    /**
     * What {@code kubectl kustomize DIRECTORY} prints, as JSON objects.
     *
     * @throws IllegalArgumentException when the kustomization uses a part that is not supported or patches nothing
     * @throws UncheckedIOException when a file it names does not exist or is no YAML
     */
    static List<ObjectNode> build(Path directory) {
        Kustomization kustomization = new Kustomization(directory);
        kustomization.addResources();
        kustomization.generate("ConfigMap", "configMapGenerator");
        kustomization.generate("Secret", "secretGenerator");
        kustomization.patch();
        kustomization.setNamespace();
        kustomization.addNameSuffix();
        kustomization.addLabels();
        kustomization.setImages();
        return kustomization.objects;
    }

    /** The YAML documents of a file. */
    static List<ObjectNode> documents(Path file) {
        try (MappingIterator<ObjectNode> documents =
                YAML.readerFor(ObjectNode.class).readValues(Files.readString(file))) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    /** The files and directories that the kustomization of a directory names, whether or not they exist. */
    static List<Path> references(Path directory) {
        JsonNode spec = documents(directory.resolve(FILE_NAME)).get(0);
        List<String> names = new ArrayList<>();
        spec.path("resources").forEach(resource -> names.add(resource.asText()));
        spec.path("patches").forEach(patch -> names.add(patch.path("path").asText()));
        for (String generator : List.of("configMapGenerator", "secretGenerator")) {
            spec.path(generator).forEach(g -> g.path("envs").forEach(file -> names.add(file.asText())));
        }
        return names.stream().map(name -> directory.resolve(name).normalize()).toList();
    }

    private void addResources() {
        for (JsonNode resource : spec.path("resources")) {
            Path path = directory.resolve(resource.asText()).normalize();
            objects.addAll(Files.isDirectory(path) ? build(path) : documents(path));
        }
    }

    private void generate(String kind, String generatorKey) {
        for (JsonNode generator : spec.path(generatorKey)) {
            requireOnly(generator, Set.of("name", "behavior", "envs", "literals"));
            String name = generator.path("name").asText();
            ObjectNode target;
            if (generator.path("behavior").asText("create").equals("merge")) {
                target = find(kind, name);
            } else {
                target = YAML.createObjectNode().put("apiVersion", "v1").put("kind", kind);
                target.putObject("metadata").put("name", name);
                if (kind.equals("Secret")) {
                    target.put("type", "Opaque");
                }
                objects.add(target);
            }
            ObjectNode data = target.withObjectProperty("data");
            values(generator).forEach((key, value) -> data.put(key, kind.equals("Secret") ? base64(value) : value));
        }
    }

    private Map<String, String> values(JsonNode generator) {
        List<String> lines = new ArrayList<>();
        for (JsonNode file : generator.path("envs")) {
            try {
                lines.addAll(Files.readAllLines(directory.resolve(file.asText())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        generator.path("literals").forEach(literal -> lines.add(literal.asText()));
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("Not KEY=VALUE: " + line);
            }
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return values;
    }

    private void patch() {
        for (JsonNode entry : spec.path("patches")) {
            requireOnly(entry, Set.of("path"));
            for (ObjectNode patch :
                    documents(directory.resolve(entry.path("path").asText()))) {
                ObjectNode target = find(patch.path("kind").asText(), StrategicMerge.name(patch));
                if (patch.path("$patch").asText().equals("delete")) {
                    objects.remove(target);
                } else {
                    StrategicMerge.apply(patch, target);
                }
            }
        }
    }

    private void setNamespace() {
        if (!spec.has("namespace")) {
            return;
        }
        for (ObjectNode object : objects) {
            String field = object.path("kind").asText().equals("Namespace") ? "name" : "namespace";
            object.withObjectProperty("metadata")
                    .put(field, spec.path("namespace").asText());
        }
    }

    private void addNameSuffix() {
        if (!spec.has("nameSuffix")) {
            return;
        }
        String suffix = spec.path("nameSuffix").asText();
        Map<String, String> renamed = new LinkedHashMap<>();
        for (ObjectNode object : objects) {
            String name = StrategicMerge.name(object);
            renamed.put(object.path("kind").asText() + "/" + name, name + suffix);
            object.withObjectProperty("metadata").put("name", name + suffix);
        }
        objects.forEach(object -> NameReferences.rename(object, renamed));
    }

    private void addLabels() {
        for (JsonNode label : spec.path("labels")) {
            requireOnly(label, Set.of("pairs", "includeSelectors", "includeTemplates"));
            boolean selectors = label.path("includeSelectors").asBoolean();
            boolean templates = selectors || label.path("includeTemplates").asBoolean();
            for (ObjectNode object : objects) {
                LabelFields.of(object, selectors, templates)
                        .forEach(labels -> labels.setAll((ObjectNode) label.path("pairs")));
            }
        }
    }

    private void setImages() {
        for (JsonNode image : spec.path("images")) {
            requireOnly(image, Set.of("name", "newName", "newTag"));
            for (ObjectNode object : objects) {
                for (JsonNode container : object.at("/spec/template/spec/containers")) {
                    if (container
                            .path("image")
                            .asText()
                            .startsWith(image.path("name").asText() + ":")) {
                        String newImage = image.path("newName").asText() + ":"
                                + image.path("newTag").asText();
                        ((ObjectNode) container).put("image", newImage);
                    }
                }
            }
        }
    }

    private ObjectNode find(String kind, String name) {
        return objects.stream()
                .filter(o -> o.path("kind").asText().equals(kind))
                .filter(o -> StrategicMerge.name(o).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(directory + " changes no " + kind + " " + name));
    }

    private void requireOnly(JsonNode node, Set<String> supported) {
        node.fieldNames().forEachRemaining(key -> {
            if (!supported.contains(key)) {
                throw new IllegalArgumentException(directory + ": not supported here: " + key);
            }
        });
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
