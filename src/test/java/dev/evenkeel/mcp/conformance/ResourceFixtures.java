package dev.evenkeel.mcp.conformance;

import io.quarkiverse.mcp.server.BlobResourceContents;
import io.quarkiverse.mcp.server.ResourceContents;
import io.quarkiverse.mcp.server.ResourceManager;
import io.quarkiverse.mcp.server.ResourceResponse;
import io.quarkiverse.mcp.server.ResourceTemplateManager;
import io.quarkiverse.mcp.server.TextResourceContents;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;

/** Resources of the suite. */
@Singleton
public class ResourceFixtures {
    private static final String TEXT = "test://static-text";
    private static final String BINARY = "test://static-binary";
    private static final String WATCHED = "test://watched-resource";

    private final ResourceManager resources;
    private final ResourceTemplateManager templates;

    ResourceFixtures(ResourceManager resources, ResourceTemplateManager templates) {
        this.resources = resources;
        this.templates = templates;
    }

    void register() {
        resource(
                TEXT,
                "text/plain",
                new TextResourceContents(TEXT, "This is the content of the static text resource.", "text/plain"));
        resource(BINARY, "image/png", new BlobResourceContents(BINARY, Samples.PNG, "image/png"));
        resource(WATCHED, "text/plain", new TextResourceContents(WATCHED, "Watched.", "text/plain"));
        templates
                .newResourceTemplate("test template")
                .setDescription("Says which id it was asked for.")
                .setUriTemplate("test://template/{id}/data")
                .setMimeType("application/json")
                .setAsyncHandler(arguments -> answer(new TextResourceContents(
                        arguments.requestUri().value(),
                        data(arguments.args().getOrDefault("id", "")),
                        "application/json")))
                .register();
    }

    private void resource(String uri, String type, ResourceContents contents) {
        resources
                .newResource(uri)
                .setDescription("The same always.")
                .setUri(uri)
                .setMimeType(type)
                .setAsyncHandler(arguments -> answer(contents))
                .register();
    }

    private static Uni<ResourceResponse> answer(ResourceContents contents) {
        return Uni.createFrom().item(() -> new ResourceResponse(contents));
    }

    private static String data(String id) {
        return new JsonObject()
                .put("id", id)
                .put("templateTest", true)
                .put("data", "Data for ID: " + id)
                .encode();
    }
}
