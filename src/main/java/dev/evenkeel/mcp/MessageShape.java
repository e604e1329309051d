package dev.evenkeel.mcp;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the protocol's implementation takes for granted of a message: it leaves the client waiting when it is wrong. */
final class MessageShape {
    private static final Part META = new Part("_meta", true, false);

    private static final Map<String, List<Part>> PARAMETERS = Map.of(
            "initialize", List.of(new Part("clientInfo", true, true), new Part("capabilities", true, false)),
            "tools/call", List.of(new Part("name", false, true), new Part("arguments", true, false)),
            "prompts/get", List.of(new Part("name", false, true), new Part("arguments", true, false)),
            "resources/read", List.of(new Part("uri", false, true)),
            "resources/subscribe", List.of(new Part("uri", false, true)),
            "resources/unsubscribe", List.of(new Part("uri", false, true)),
            "logging/setLevel", List.of(new Part("level", false, true)),
            "completion/complete", List.of(new Part("ref", true, true), new Part("argument", true, true)));

    private MessageShape() {}

    /** A parameter: an object or a string, which must be there or may be. */
    private record Part(String name, boolean object, boolean required) {
        @Nullable String fault(JsonObject parameters) {
            Object value = parameters.getValue(name);
            if (value == null) {
                return required ? "params." + name + " is missing." : null;
            }
            boolean right = object ? value instanceof JsonObject : value instanceof String;
            return right ? null : "params." + name + " must be " + (object ? "an object." : "a string.");
        }
    }

    /** What is wrong with a message, or null. */
    static @Nullable String fault(JsonObject message) {
        Object method = message.getValue("method");
        if (method != null && !(method instanceof String)) {
            return "method must be a string.";
        }
        Object given = message.getValue("params");
        if (given != null && !(given instanceof JsonObject)) {
            return "params must be an object.";
        }
        JsonObject parameters = given == null ? new JsonObject() : (JsonObject) given;
        String fault = META.fault(parameters);
        for (Part part : method == null ? List.<Part>of() : PARAMETERS.getOrDefault(method, List.of())) {
            fault = fault == null ? part.fault(parameters) : fault;
        }
        return fault;
    }
}
