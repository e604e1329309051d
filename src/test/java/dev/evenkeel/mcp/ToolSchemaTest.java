package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.evenkeel.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What tools answer is what their published schemas promise, checked by a validator that is not the generator. */
@QuarkusTest
class ToolSchemaTest {
    private static final Mcp AGENT = Mcp.ADMINISTRATOR;
    private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9_]*");

    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    /** The tools of rag-kb answer in text, as its own do. */
    private static final Set<String> IN_TEXT = Set.of("query_knowledge_base", "list_indexed_documents", "get_kb_stats");

    private final Map<String, JsonNode> schemas = new HashMap<>();
    private final Set<String> checked = new TreeSet<>();

    @Test
    void everyAnswerIsValidAndNothingInItIsUnknown() throws Exception {
        // Given
        for (JsonNode tool : mapper.readTree(AGENT.send(Map.of("jsonrpc", "2.0", "id", 1, "method", "tools/list"))
                        .asString())
                .at("/result/tools")) {
            if (!IN_TEXT.contains(tool.get("name").asText())) {
                schemas.put(tool.get("name").asText(), tool.get("outputSchema"));
            }
        }

        // When every tool is called, then each answer is as promised
        UUID collection = id(checked("create_collection", Map.of("name", "schemas " + UUID.randomUUID())));
        UUID target = id(checked("create_collection", Map.of("name", "more " + UUID.randomUUID(), "description", "d")));
        UUID plain = id(checked("store_document", Map.of("content", "a lonely tapir", "collection_id", collection)));
        Map<String, Object> rich = new TreeMap<>(Map.of(
                "content",
                "# Heading\n\n" + "The tapir swims. ".repeat(20_000),
                "title",
                "Large",
                "source_path",
                "animals/tapir.md",
                "document_type",
                "markdown",
                "metadata",
                Map.of("camelCase", true, "n", 1),
                "collection_id",
                collection));
        // A job that has not begun, so that it can be cancelled
        Api.given().post("/api/v1/jobs/kinds/knowledge.ingest/pause").then().statusCode(200);
        JsonNode large;
        try {
            large = checked("store_document", rich);
            UUID job = UUID.fromString(large.get("job_id").asText());
            checked("job_status", Map.of("job_id", job));
            checked("job_list", Map.of());
            checked("job_cancel", Map.of("job_id", job));
        } finally {
            Api.given()
                    .post("/api/v1/jobs/kinds/knowledge.ingest/resume")
                    .then()
                    .statusCode(200);
        }
        checked("search_documents", Map.of("query", "tapir", "collection_id", collection));
        checked("search_documents", Map.of("query", "tapir", "mode", "vector"));
        JsonNode shaped = checked(
                "search_documents",
                Map.of(
                        "query",
                        "what is a tapir and how does it swim, tapyr",
                        "collection_id",
                        collection,
                        "neighbours",
                        1,
                        "group_by_document",
                        true,
                        "decompose",
                        true,
                        "suggest",
                        true,
                        "filter",
                        Map.of("or", List.of(Map.of("n", 1), Map.of("n", Map.of("exists", false)))),
                        "min_keyword_score",
                        0.01));
        assertThat(shaped.at("/results/0/found_by")).isNotEmpty();
        assertThat(shaped.at("/suggestions")).isNotEmpty();
        assertThat(checked(
                                "search_documents",
                                Map.of("query", "tapir", "collection_id", collection, "max_context_tokens", 200))
                        .at("/context/text")
                        .asText())
                .contains("tapir");
        checked("find_similar_documents", Map.of("document_id", plain));
        checked("get_knowledge_stats", Map.of());
        checked("get_document", Map.of("document_id", plain));
        checked("get_document", Map.of("document_id", id(large), "max_tokens", 1_000));
        UUID linking = id(checked(
                "store_document",
                Map.of("content", "[[a lonely tapir#Here|it]], [[gone]]", "collection_id", collection)));
        checked("update_document", Map.of("document_id", plain, "title", "A lonely tapir"));
        assertThat(checked("get_document_links", Map.of("document_id", linking, "limit", 1))
                        .at("/links/0/document/document_id")
                        .asText())
                .isEqualTo(plain.toString());
        checked("get_document_links", Map.of("document_id", linking));
        checked("get_document_links", Map.of("document_id", plain, "direction", "incoming"));
        assertThat(checked("find_related_documents", Map.of("document_id", plain))
                        .at("/items"))
                .hasSize(1);
        checked("list_documents", Map.of("limit", 1));
        checked("list_documents", Map.of());
        checked("update_document", Map.of("document_id", plain, "title", "Tapir", "metadata", Map.of("a", "b")));
        checked("move_document", Map.of("document_id", plain, "target_collection_id", target));
        checked("list_collections", Map.of("limit", 1));
        checked("get_collection", Map.of("collection_id", target));
        checked("rename_collection", Map.of("collection_id", target, "name", "renamed " + UUID.randomUUID()));
        JsonNode token = checked("create_collection_access_token", Map.of("collection_id", target, "label", "guest"));
        checked("list_collection_access_tokens", Map.of("collection_id", target));
        checked("rotate_collection_access_token", Map.of("token_id", id(token)));
        checked("revoke_collection_access_token", Map.of("token_id", id(token)));
        checked("delete_document", Map.of("document_id", plain));
        String namespace = "schema-" + UUID.randomUUID();
        checked("remember", Map.of("text", "a tapir", "key", "k", "ttl_s", 60, "namespace", namespace));
        checked("remember", Map.of("text", "two tapirs", "metadata", Map.of("a", 1), "namespace", namespace));
        checked("recall", Map.of("key", "k", "namespace", namespace));
        checked("recall", Map.of("key", "none", "namespace", namespace));
        assertThat(checked("search_memory", Map.of("query", "tapir", "namespace", namespace))
                        .at("/memories"))
                .hasSize(2);
        checked("search_memory", Map.of("query", "tapir", "mode", "vector", "namespace", namespace));
        checked("list_memories", Map.of("limit", 1, "namespace", namespace));
        checked("list_memories", Map.of("namespace", namespace));
        checked("forget", Map.of("key", "k", "namespace", namespace));
        checked("delete_collection", Map.of("collection_id", target));
        assertThat(checked).containsExactlyInAnyOrderElementsOf(schemas.keySet());
    }

    private JsonNode checked(String tool, Map<String, ?> arguments) throws Exception {
        JsonNode answer = mapper.readTree(AGENT.send(Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        1,
                        "method",
                        "tools/call",
                        "params",
                        Map.of("name", tool, "arguments", arguments)))
                .asString());
        JsonNode published = Objects.requireNonNull(schemas.get(tool), tool);
        JsonNode content = answer.at("/result/structuredContent");
        assertThat(content.isObject()).as(answer.toPrettyString()).isTrue();
        JsonSchema schema = factory.getSchema(closed(published.deepCopy()));
        assertThat(schema.validate(
                        content, execution -> execution.getExecutionConfig().setFormatAssertionsEnabled(true)))
                .extracting(ValidationMessage::getMessage)
                .as(tool + " " + published.toPrettyString())
                .isEmpty();
        checked.add(tool);
        return content;
    }

    /** The schema with everything refused that it does not name, where it names anything. */
    private static JsonNode closed(JsonNode schema) {
        if (schema.get("properties") instanceof ObjectNode properties) {
            assertThat(schema.get("required")).as(schema.toPrettyString()).isNotEmpty();
            properties.fieldNames().forEachRemaining(name -> assertThat(name).matches(SNAKE_CASE));
            properties.forEach(ToolSchemaTest::closed);
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        for (String nested : List.of("items", "anyOf", "allOf", "$defs")) {
            JsonNode part = schema.path(nested);
            if (nested.equals("items") && part.isObject()) {
                closed(part);
            } else {
                part.forEach(ToolSchemaTest::closed);
            }
        }
        return schema;
    }

    private static UUID id(JsonNode content) {
        return UUID.fromString(content.get("id").asText().toLowerCase(Locale.ROOT));
    }
}
