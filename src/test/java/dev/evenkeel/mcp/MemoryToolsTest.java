package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MemoryToolsTest {
    private static final String RESULT = "result.structuredContent.";

    private final String namespace = "agent-" + UUID.randomUUID();

    @Test
    void whatIsRememberedIsRecalledFoundListedAndForgotten() {
        // Given
        JsonPath stored = call(
                "remember",
                Map.of(
                        "text",
                        "The user is allergic to peanuts.",
                        "key",
                        "user/allergy",
                        "metadata",
                        Map.of("topic", "diet")));
        String other =
                call("remember", Map.of("text", "The user lives in Lisbon.")).getString(RESULT + "key");

        // When, then it is recalled
        assertThat(stored.getString(RESULT + "key")).isEqualTo("user/allergy");
        assertThat(stored.getBoolean(RESULT + "replaced")).isFalse();
        JsonPath recalled = call("recall", Map.of("key", "user/allergy"));
        assertThat(recalled.getBoolean(RESULT + "found")).isTrue();
        assertThat(recalled.getString(RESULT + "memory.content")).isEqualTo("The user is allergic to peanuts.");

        // And found
        JsonPath found = call("search_memory", Map.of("query", "allergic peanuts"));
        assertThat(found.getList(RESULT + "memories.key")).containsExactly("user/allergy");
        assertThat(found.getString(RESULT + "memories[0].content")).contains("peanuts");
        assertThat(found.getString(RESULT + "memories[0].metadata")).contains("diet");
        assertThat(call("search_memory", Map.of("query", "user", "filter", Map.of("topic", "diet")))
                        .getList(RESULT + "memories.key"))
                .containsExactly("user/allergy");

        // And listed
        assertThat(call("list_memories", Map.of()).getList(RESULT + "memories.key"))
                .containsExactlyInAnyOrder("user/allergy", other);
        assertThat(call("list_memories", Map.of("prefix", "user/")).getList(RESULT + "memories.content"))
                .containsExactly("The user is allergic to peanuts.");

        // And forgotten
        assertThat(call("forget", Map.of("key", "user/allergy")).getBoolean(RESULT + "deleted"))
                .isTrue();
        assertThat(call("forget", Map.of("key", "user/allergy")).getBoolean(RESULT + "deleted"))
                .isFalse();
        assertThat(call("recall", Map.of("key", "user/allergy")).getBoolean(RESULT + "found"))
                .isFalse();
        assertThat(call("search_memory", Map.of("query", "peanuts")).getList(RESULT + "memories"))
                .isEmpty();
    }

    @Test
    void aKeyThatIsUsedAgainIsReplaced() {
        call("remember", Map.of("text", "Their favourite colour is green.", "key", "colour"));

        JsonPath again = call("remember", Map.of("text", "Their favourite colour is blue.", "key", "colour"));

        assertThat(again.getBoolean(RESULT + "replaced")).isTrue();
        assertThat(call("search_memory", Map.of("query", "green")).getList(RESULT + "memories"))
                .isEmpty();
        assertThat(call("search_memory", Map.of("query", "blue")).getList(RESULT + "memories.key"))
                .containsExactly("colour");
    }

    @Test
    void aMemoryWithATimeToLiveIsForgottenByItself() {
        call("remember", Map.of("text", "The meeting is now.", "key", "meeting", "ttl_s", 1));

        Eventually.holds(() -> assertThat(
                        call("recall", Map.of("key", "meeting")).getBoolean(RESULT + "found"))
                .isFalse());
        assertThat(call("search_memory", Map.of("query", "meeting")).getList(RESULT + "memories"))
                .isEmpty();
    }

    @Test
    void nothingIsFoundWhereNothingWasRemembered() {
        assertThat(call("search_memory", Map.of("query", "anything")).getList(RESULT + "memories"))
                .isEmpty();
        assertThat(call("list_memories", Map.of()).getList(RESULT + "memories")).isEmpty();
        assertThat(call("recall", Map.of("key", "k")).getBoolean(RESULT + "found"))
                .isFalse();
    }

    @Test
    void badArgumentsAreToldInWords() {
        for (Map<String, ?> arguments : List.<Map<String, ?>>of(
                Map.of("text", " "),
                Map.of("text", "t", "key", "a\u0007b"),
                Map.of("text", "t", "ttl_s", -1),
                Map.of("text", "t", "colour", "blue"))) {
            assertThat(call("remember", arguments).getBoolean("result.isError"))
                    .as(arguments.toString())
                    .isTrue();
        }
        JsonPath refused = call("search_memory", Map.of("query", "q", "filter", Map.of("a", Map.of("like", 1))));
        assertThat(refused.getBoolean("result.isError")).isTrue();
        assertThat(refused.getString("result.content[0].text")).contains("like");
    }

    private JsonPath call(String tool, Map<String, ?> arguments) {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("namespace", namespace);
        return Mcp.ADMINISTRATOR.toolCall(tool, all);
    }
}
