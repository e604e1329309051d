package dev.evenkeel.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a manifest into the Kubernetes model and refuses what the API server would drop without a word: unknown keys. */
final class StrictManifest {
    private static final Set<String> CUSTOM_KINDS = Set.of("monitoring.coreos.com/v1 ServiceMonitor");

    private StrictManifest() {}

    /**
     * Reads one manifest.
     *
     * @throws IllegalArgumentException when the kind is unknown, a key is unknown or a value has the wrong type
     */
    static HasMetadata parse(String json) {
        Object parsed;
        try {
            parsed = Serialization.unmarshal(json);
        } catch (KubernetesClientException e) {
            throw new IllegalArgumentException("Not a Kubernetes object: " + json, e);
        }
        if (!(parsed instanceof HasMetadata resource)) {
            throw new IllegalArgumentException("Not a Kubernetes object: " + json);
        }
        if (resource instanceof GenericKubernetesResource) {
            String kind = resource.getApiVersion() + " " + resource.getKind();
            if (!CUSTOM_KINDS.contains(kind)) {
                throw new IllegalArgumentException("Unknown kind: " + kind);
            }
            return resource;
        }
        List<String> unknown = new ArrayList<>();
        collectUnknownKeys(resource, resource.getKind(), unknown);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Unknown keys: " + unknown);
        }
        return resource;
    }

    private static void collectUnknownKeys(@Nullable Object value, String path, List<String> unknown) {
        if (value instanceof Collection<?> list) {
            int index = 0;
            for (Object element : list) {
                collectUnknownKeys(element, path + "[" + index++ + "]", unknown);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> collectUnknownKeys(element, path + "." + key, unknown));
        } else if (value != null && isModel(value.getClass())) {
            for (Class<?> type = value.getClass(); type != null && isModel(type); type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    collectUnknownKeys(value, field, path, unknown);
                }
            }
        }
    }

    private static void collectUnknownKeys(Object owner, Field field, String path, List<String> unknown) {
        if (Modifier.isStatic(field.getModifiers())) {
            return;
        }
        Object value = read(owner, field);
        if (field.getName().equals("additionalProperties")) {
            if (value instanceof Map<?, ?> extra) {
                extra.keySet().forEach(key -> unknown.add(path + "." + key));
            }
        } else {
            collectUnknownKeys(value, path + "." + field.getName(), unknown);
        }
    }

    private static boolean isModel(Class<?> type) {
        return type.getName().startsWith("io.fabric8.kubernetes.api.model.") && !type.isEnum();
    }

    private static @Nullable Object read(Object owner, Field field) {
        try {
            field.setAccessible(true);
            return field.get(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
