package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The tools of rag-kb, for agents that are set up for them. */
@QuarkusTest
class RagKbToolsTest {
    private static final Mcp AGENT = new Mcp(Api.TOKEN);

    private static String text(String tool, Map<String, ?> arguments) {
        JsonPath answer = AGENT.ask("tools/call", Map.of("name", tool, "arguments", arguments));
        assertThat(answer.getBoolean("result.isError")).as(answer.prettify()).isFalse();
        return answer.getString("result.content[0].text");
    }

    @Test
    void theKnowledgeBaseAnswersInText() {
        // Given
        text("list_indexed_documents", Map.of());
        String base = Api.given()
                .get("/api/v1/collections?limit=200")
                .jsonPath()
                .getString("items.find { it.name == 'Knowledge base' }.id");
        String word = "pangolin" + UUID.randomUUID().toString().replaceAll("[^a-f]", "");
        Api.given()
                .contentType(ContentType.JSON)
                .body(Map.of("content", "# Animals\n\nThe " + word, "source_path", "zoo/" + word + ".md"))
                .post("/api/v1/collections/" + base + "/documents")
                .then()
                .statusCode(201);

        // Then
        assertThat(text("query_knowledge_base", Map.of("query", word)))
                .startsWith("Found 1 relevant chunks for: \"" + word + "\"")
                .containsPattern("## Result 1 \\(Score: \\d+\\.\\d{3}\\)")
                .contains("**Source:** " + word + ".md", "The " + word);
        assertThat(text("query_knowledge_base", Map.of("query", "zyzzyvaquagga", "top_k", 1, "threshold", 0.5)))
                .startsWith("No relevant information found");
        assertThat(text("list_indexed_documents", Map.of())).contains("- **" + word + ".md**", "Chunks: 1");
        assertThat(text("get_kb_stats", Map.of()))
                .containsPattern("\\*\\*Indexed Documents:\\*\\* [1-9]")
                .contains("**Total Chunks:**", "**Embedding Model:**");
    }
}
