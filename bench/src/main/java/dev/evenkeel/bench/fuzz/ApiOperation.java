package dev.evenkeel.bench.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One operation of the OpenAPI document.
 *
 * @param path template, for example {@code /api/v1/documents/{id}}
 * @param bodyTypes content types of its request body
 * @param properties names in the JSON body's schema
 */
record ApiOperation(
        String method, String path, List<String> queryParameters, List<String> bodyTypes, List<String> properties) {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete", "head", "options");

    static List<ApiOperation> of(JsonNode openApi) {
        List<ApiOperation> operations = new ArrayList<>();
        openApi.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
                    if (METHODS.contains(method.getKey())) {
                        operations.add(operation(openApi, path.getKey(), method.getKey(), method.getValue()));
                    }
                }));
        if (operations.isEmpty()) {
            throw new IllegalStateException("the OpenAPI document has no operation");
        }
        return operations;
    }

    private static ApiOperation operation(JsonNode openApi, String path, String method, JsonNode node) {
        List<String> query = new ArrayList<>();
        node.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asText().equals("query")) {
                query.add(parameter.path("name").asText());
            }
        });
        List<String> types = new ArrayList<>();
        List<String> properties = new ArrayList<>();
        node.path("requestBody").path("content").fields().forEachRemaining(content -> {
            types.add(content.getKey());
            resolve(openApi, content.getValue().path("schema"))
                    .path("properties")
                    .fieldNames()
                    .forEachRemaining(properties::add);
        });
        return new ApiOperation(method.toUpperCase(Locale.ROOT), path, query, types, properties);
    }

    private static JsonNode resolve(JsonNode openApi, JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.startsWith("#") ? openApi.at(reference.substring(1)) : schema;
    }
}
