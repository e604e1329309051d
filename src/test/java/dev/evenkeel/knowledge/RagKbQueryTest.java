package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.RagKbApi.postJson;
import static dev.evenkeel.knowledge.RagKbApi.unprocessable;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The start page and the questions of rag-kb, as its clients and scripts meet them. */
@QuarkusTest
class RagKbQueryTest {
    private UUID base = NOBODY;

    @BeforeEach
    void begin() {
        base = RagKbApi.emptyKnowledgeBase();
    }

    @Test
    void theRootSaysWhatItIs() {
        assertThat(ok(request().get("/")).getMap("$"))
                .isEqualTo(Map.of("message", "RAG Knowledge Base API", "docs", "/q/openapi", "health", "/health"));
    }

    @Test
    void healthNeedsNoToken() {
        JsonPath health = ok(RestAssured.get("/health"));
        assertThat(health.getMap("$"))
                .containsKeys("status", "indexed_documents", "total_chunks", "model", "indexing_in_progress");
        assertThat(health.getString("status")).isEqualTo("healthy");
    }

    @Test
    void aQuestionIsAnsweredWithPassages() {
        // Given
        storeAt(base, "notes/animals/okapi.md", "# Okapi\n\nThe okapi lives in the forest.");
        storeAt(base, "notes/other.md", "# Other\n\nNothing to see.");
        UUID report = uploadedFile(base, "report.pdf", SampleFiles.pdf(List.of(List.of("the okapi report"))));
        completed(report);
        UUID elsewhere = KnowledgeApi.collection();
        storeText(elsewhere, "an okapi of somebody else");

        // When
        JsonPath answer = ok(postJson("/query", Map.of("text", "okapi", "top_k", 5)));

        // Then
        assertThat(answer.getMap("$")).containsOnlyKeys("results", "query", "total_results");
        assertThat(answer.getString("query")).isEqualTo("okapi");
        assertThat(answer.getInt("total_results")).isEqualTo(2);
        assertThat(answer.getList("results.source")).containsExactlyInAnyOrder("okapi.md", "report.pdf");
        assertThat(answer.<Map<String, Object>>getList("results")).allSatisfy(result -> {
            assertThat(result).containsOnlyKeys("content", "source", "page", "score", "metadata");
            assertThat(result.get("metadata")).isNull();
        });
        assertThat(answer.getList("results.score", Double.class)).allMatch(score -> score > 0);
        assertThat(answer.getString("results.find { it.source == 'okapi.md' }.content"))
                .contains("The okapi lives in the forest.");
        assertThat(answer.getObject("results.find { it.source == 'okapi.md' }.page", Integer.class))
                .isNull();
        assertThat(answer.getInt("results.find { it.source == 'report.pdf' }.page"))
                .isEqualTo(1);
        // And no more than asked for
        assertThat(ok(postJson("/query", Map.of("text", "okapi", "top_k", 1))).getInt("total_results"))
                .isEqualTo(1);
        assertThat(ok(postJson("/query", Map.of("text", "quagga"))).getList("results"))
                .isEmpty();
        // And what it does not know is passed over, as there
        assertThat(ok(postJson("/query", Map.of("text", "okapi", "decompose", false, "threshold", 0.5)))
                        .getInt("total_results"))
                .isEqualTo(2);
    }

    @Test
    void anAnswerIsNeverStale() {
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isZero();
        storeAt(base, "a.md", "the gerenuk");
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isEqualTo(1);
        ok(request().delete("/document/a.md"));
        assertThat(ok(postJson("/query", Map.of("text", "gerenuk"))).getInt("total_results"))
                .isZero();
    }

    @Test
    void aQuestionThatIsNoneIsRefused() {
        unprocessable(postJson("/query", Map.of("text", "")), "body", "text");
        unprocessable(postJson("/query", Map.of("text", " \n")), "body", "text");
        unprocessable(postJson("/query", Map.of()), "body", "text");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", 0)), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", 51)), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "top_k", "many")), "body", "top_k");
        unprocessable(postJson("/query", Map.of("text", "x", "threshold", -0.1)), "body", "threshold");
        unprocessable(postJson("/query", Map.of("text", "x", "threshold", 1.1)), "body", "threshold");
        unprocessable(postJson("/query", "{"), "body");
        unprocessable(postJson("/query", "[]"), "body");
        ok(postJson("/query", Map.of("text", "x", "top_k", 50, "threshold", 1)));
        ok(postJson("/query", Map.of("text", "AND OR \"NEAR( * - title:x", "threshold", 0)));
    }
}
