package dev.evenkeel.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.evenkeel.platform.ReplicaConfig;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolManager.ToolInfo;
import io.quarkiverse.mcp.server.runtime.DefaultSchemaGenerator;
import io.quarkiverse.mcp.server.runtime.McpMetadata;
import io.quarkiverse.mcp.server.runtime.SchemaGeneratorConfigCustomizer;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of tools, generated once and at start: doing it for every list would hold up an event loop. */
@Singleton
public class CachedSchemas extends DefaultSchemaGenerator {
    private final Map<String, InputSchema> inputs = new ConcurrentHashMap<>();
    private final Map<Class<?>, Object> outputs = new ConcurrentHashMap<>();

    CachedSchemas(@All List<SchemaGeneratorConfigCustomizer> customizers, ObjectMapper mapper, McpMetadata metadata) {
        super(customizers, mapper, metadata);
    }

    void generate(@Observes StartupEvent event, ToolManager tools, ReplicaConfig replica) {
        if (replica.servesApi() && replica.modules().contains(McpRoutes.MODULE)) {
            tools.forEach(ToolInfo::asJson);
        }
    }

    @Override
    public InputSchema generate(ToolInfo tool) {
        return inputs.computeIfAbsent(tool.name(), name -> closed(super.generate(tool)));
    }

    /** Says what {@link KnownArguments} enforces. */
    private static InputSchema closed(InputSchema schema) {
        if (schema.value() instanceof JsonObject object) {
            object.put("additionalProperties", false);
        }
        return schema;
    }

    @Override
    public Object generate(Class<?> from) {
        return outputs.computeIfAbsent(from, super::generate);
    }
}
