package dev.evenkeel.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every tool does what it says, with values. */
@QuarkusTest
class KnowledgeToolsTest {
    private static final Mcp AGENT = Mcp.ADMINISTRATOR;
    private static final Duration INGESTED_WITHIN = Duration.ofSeconds(40);
    private static final UUID NOBODY = UUID.fromString("00000000-0000-7000-8000-000000000000");

    @Test
    void aStoredTextIsFoundAtOnceWithItsPlaceAndScores() {
        // Given
        UUID collection = AGENT.newCollection();
        JsonPath stored = AGENT.call(
                "store_document",
                Map.of(
                        "collection_id",
                        collection,
                        "title",
                        "Moorings",
                        "content",
                        "# Knots\n\nUse a bowline for the mooring.",
                        "metadata",
                        Map.of("shelf", 3, "tags", List.of("rope"))));
        assertThat(stored.getString("state")).isEqualTo("completed");
        assertThat(stored.getBoolean("duplicate")).isFalse();

        // When
        JsonPath found = AGENT.call("search_documents", Map.of("query", "bowline", "collection_id", collection));

        // Then
        assertThat(found.getInt("total_results")).isEqualTo(1);
        assertThat(found.getString("results[0].document_id")).isEqualTo(stored.getString("id"));
        assertThat(found.getString("results[0].title")).isEqualTo("Moorings");
        assertThat(found.getString("results[0].collection_name"))
                .isEqualTo(AGENT.call("get_collection", Map.of("collection_id", collection))
                        .getString("name"));
        assertThat(found.getList("results[0].heading_path")).containsExactly("Knots");
        assertThat(found.getInt("results[0].ordinal")).isZero();
        assertThat(found.getInt("results[0].line_from")).isPositive();
        assertThat(found.getString("results[0].content")).contains("Use a bowline");
        assertThat(found.getDouble("results[0].keyword_score")).isPositive();
        assertThat(found.getInt("results[0].keyword_rank")).isEqualTo(1);
        assertThat(found.getLong("tokens_used")).isEqualTo(found.getLong("results[0].tokens"));
        assertThat(found.getString("score_meaning")).isNotBlank();
    }

    @Test
    void theTokenBudgetOfASearchIsKeptExactly() {
        // Given
        UUID collection = AGENT.newCollection();
        for (int i = 0; i < 5; i++) {
            AGENT.store(collection, "The okapi number " + i + " eats leaves.");
        }
        Map<String, Object> wanted = Map.of("query", "okapi", "collection_id", collection, "max_results", 5);
        int each = AGENT.call("search_documents", wanted).getInt("results[0].tokens");

        // When
        JsonPath two = AGENT.call(
                "search_documents", Map.of("query", "okapi", "collection_id", collection, "max_tokens", 3 * each - 1));

        // Then
        assertThat(two.getInt("total_results")).isEqualTo(2);
        assertThat(two.getLong("tokens_used")).isEqualTo(2L * each);
    }

    @Test
    void aContextComesInsteadOfPassagesAndWithinItsBudget() {
        // Given
        UUID collection = AGENT.newCollection();
        for (int i = 0; i < 5; i++) {
            AGENT.store(collection, "The okapi number " + i + " eats leaves.");
        }
        Map<String, Object> wanted =
                Map.of("query", "okapi", "collection_id", collection, "max_context_tokens", 60, "max_results", 5);

        // When
        JsonPath found = AGENT.call("search_documents", wanted);

        // Then
        assertThat(found.getString("context.text")).startsWith("[1] ").contains("eats leaves");
        assertThat(found.getInt("context.tokens")).isBetween(30, 60);
        assertThat(found.getList("context.sources.number")).startsWith(1, 2);
        assertThat(found.getMap("results[0]").containsKey("content")).isFalse();
        assertThat(found.getList("results")).hasSize(5);
    }

    @Test
    void documentsLikeADocumentAreFound() {
        // Given
        UUID collection = AGENT.newCollection();
        UUID one = AGENT.store(collection, "The narwhal has a tusk.");
        UUID two = AGENT.store(collection, "A tusk of a narwhal, and more of it.");
        AGENT.store(collection, "Bread and butter.");

        // When
        JsonPath found = AGENT.call("find_similar_documents", Map.of("document_id", one, "collection_id", collection));

        // Then
        assertThat(found.getString("results[0].document_id")).isEqualTo(two.toString());
        assertThat(found.getList("results.document_id")).doesNotContain(one.toString());
    }

    @Test
    void theSameContentIsStoredOnce() {
        // Given
        UUID collection = AGENT.newCollection();
        UUID first = AGENT.store(collection, "twice");
        // When
        JsonPath second = AGENT.call("store_document", Map.of("content", "twice", "collection_id", collection));
        // Then
        assertThat(second.getBoolean("duplicate")).isTrue();
        assertThat(Mcp.id(second, "id")).isEqualTo(first);
    }

    @Test
    void aDocumentIsReadInPiecesWithinABudget() {
        // Given
        UUID collection = AGENT.newCollection();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append("## Section ")
                    .append(i)
                    .append("\n\nSentence number ")
                    .append(i)
                    .append(" of a long text about anchors, ropes and tides.\n\n");
        }
        UUID document = AGENT.store(collection, text.toString());

        // When
        StringBuilder read = new StringBuilder();
        Map<String, Object> first = Map.of("document_id", document, "max_tokens", 1_000);
        JsonPath page = AGENT.call("get_document", first);
        int pages = 1;
        while (page.getBoolean("truncated")) {
            assertThat(page.getLong("text_tokens")).isBetween(1L, 1_000L);
            read.append(page.getString("text")).append("\n\n");
            page = AGENT.call(
                    "get_document",
                    Map.of("document_id", document, "max_tokens", 1_000, "cursor", page.getString("next_cursor")));
            pages++;
        }
        read.append(page.getString("text"));

        // Then
        assertThat(pages).isGreaterThan(3);
        for (int i = 0; i < 300; i++) {
            assertThat(read).containsOnlyOnce("Sentence number " + i + " of");
        }
        assertThat(page.getString("document.collection_id")).isEqualTo(collection.toString());
    }

    @Test
    void documentsAreListedByPage() {
        // Given
        UUID collection = AGENT.newCollection();
        List<UUID> stored = List.of(
                AGENT.store(collection, "one"), AGENT.store(collection, "two"), AGENT.store(collection, "three"));

        // When
        JsonPath first = AGENT.call("list_documents", Map.of("collection_id", collection, "limit", 2));
        JsonPath second = AGENT.call(
                "list_documents",
                Map.of("collection_id", collection, "limit", 2, "cursor", first.getString("next_cursor")));

        // Then
        assertThat(first.getList("documents.id"))
                .containsExactly(stored.get(2).toString(), stored.get(1).toString());
        assertThat(second.getList("documents.id")).containsExactly(stored.get(0).toString());
        assertThat(second.getString("next_cursor")).isNull();
        assertThat(first.getMap("documents[0]")).doesNotContainKeys("content", "text");
        assertThat(AGENT.call("list_documents", Map.of("collection_id", collection, "state", "failed"))
                        .getList("documents"))
                .isEmpty();
    }

    @Test
    void anyPartOfADocumentIsUpdatedAndTheRestStays() {
        // Given
        UUID collection = AGENT.newCollection();
        UUID document = Mcp.id(
                AGENT.call(
                        "store_document",
                        Map.of(
                                "collection_id",
                                collection,
                                "title",
                                "Old",
                                "content",
                                "# Alpha\n\nalpha beta",
                                "metadata",
                                Map.of("a", 1))),
                "id");

        // When the title changes
        JsonPath titled = AGENT.call("update_document", Map.of("document_id", document, "title", "New"));
        // Then
        assertThat(titled.getString("title")).isEqualTo("New");
        assertThat(titled.getInt("metadata.a")).isEqualTo(1);
        assertThat(titled.getInt("revision")).isEqualTo(1);

        // When content and metadata change together
        JsonPath replaced = AGENT.call(
                "update_document",
                Map.of("document_id", document, "content", "# Gamma\n\ngamma delta", "metadata", Map.of("b", "two")));
        // Then
        assertThat(replaced.getString("title")).isEqualTo("New");
        assertThat(replaced.getMap("metadata")).isEqualTo(Map.of("b", "two"));
        assertThat(replaced.getInt("revision")).isEqualTo(2);
        assertThat(hits("gamma", collection)).containsExactly(document.toString());
        assertThat(hits("alpha", collection)).isEmpty();

        // When only the type changes
        JsonPath typed = AGENT.call("update_document", Map.of("document_id", document, "document_type", "text"));
        // Then the present text is read anew
        assertThat(typed.getString("document_type")).isEqualTo("text");
        assertThat(typed.getMap("metadata")).isEqualTo(Map.of("b", "two"));
        assertThat(AGENT.call("get_document", Map.of("document_id", document)).getString("text"))
                .isEqualTo("# Gamma\n\ngamma delta");

        // And nothing is not a change
        assertThat(AGENT.failure("update_document", Map.of("document_id", document)))
                .contains("Nothing is to change");
    }

    @Test
    void aDocumentIsMovedAndDeleted() {
        // Given
        UUID from = AGENT.newCollection();
        UUID to = AGENT.newCollection();
        UUID document = AGENT.store(from, "a pangolin moves house");

        // When
        JsonPath moved = AGENT.call("move_document", Map.of("document_id", document, "target_collection_id", to));
        // Then
        assertThat(moved.getString("collection_id")).isEqualTo(to.toString());
        assertThat(hits("pangolin", from)).isEmpty();
        assertThat(hits("pangolin", to)).containsExactly(document.toString());

        // When
        JsonPath deleted = AGENT.call("delete_document", Map.of("document_id", document));
        // Then
        assertThat(deleted.getString("id")).isEqualTo(document.toString());
        assertThat(hits("pangolin", to)).isEmpty();
        assertThat(AGENT.failure("get_document", Map.of("document_id", document)))
                .isEqualTo("There is no such document. Find ids with list_documents.");
    }

    @Test
    void collectionsAreCreatedRenamedCountedAndDeleted() {
        // Given
        String name = "shelf " + UUID.randomUUID();
        JsonPath created = AGENT.call(
                "create_collection", Map.of("name", name, "description", "What we know", "language", "german"));
        UUID id = Mcp.id(created, "id");
        assertThat(created.getString("language")).isEqualTo("german");
        AGENT.store(id, "ein Dokument");

        // When
        JsonPath renamed = AGENT.call("rename_collection", Map.of("collection_id", id, "name", name + " II"));

        // Then
        assertThat(renamed.getString("name")).isEqualTo(name + " II");
        assertThat(renamed.getString("description")).isEqualTo("What we know");
        assertThat(renamed.getInt("document_count")).isEqualTo(1);
        assertThat(AGENT.call("list_collections", Map.of("limit", 200)).getList("collections.id"))
                .contains(id.toString());
        assertThat(AGENT.failure("create_collection", Map.of("name", name.toUpperCase(java.util.Locale.ROOT) + " ii")))
                .contains("You have a collection of this name already.");
        assertThat(AGENT.call("delete_collection", Map.of("collection_id", id)).getBoolean("deleted"))
                .isTrue();
        assertThat(AGENT.failure("get_collection", Map.of("collection_id", id)))
                .isEqualTo("There is no such collection. Find ids with list_collections.");
    }

    @Test
    void statisticsAddUpWhatTheCallerMayRead() {
        // Given
        JsonPath before = AGENT.call("get_knowledge_stats", Map.of());
        AGENT.store(AGENT.newCollection(), "one more document");
        // When
        JsonPath after = AGENT.call("get_knowledge_stats", Map.of());
        // Then
        assertThat(after.getLong("collections")).isEqualTo(before.getLong("collections") + 1);
        assertThat(after.getLong("documents")).isEqualTo(before.getLong("documents") + 1);
        assertThat(after.getLong("chunks")).isEqualTo(before.getLong("chunks") + 1);
        assertThat(after.getLong("documents_by_state.completed")).isPositive();
        assertThat(after.getString("embedding_model")).isNotBlank();
    }

    @Test
    void longTextBecomesAJobThatCanBeFollowed() {
        // Given
        UUID collection = AGENT.newCollection();
        String large = "A sentence about narwhals. ".repeat(12_000);

        // When
        JsonPath stored = AGENT.call("store_document", Map.of("content", large, "collection_id", collection));
        UUID job = Mcp.id(stored, "job_id");

        // Then
        Eventually.holds(
                INGESTED_WITHIN,
                () -> assertThat(AGENT.call("job_status", Map.of("job_id", job)).getString("state"))
                        .isEqualTo("succeeded"));
        assertThat(AGENT.call("job_list", Map.of("document_id", stored.getString("id")))
                        .getList("jobs.id"))
                .containsExactly(job.toString());
        assertThat(hits("narwhals", collection)).isNotEmpty();
        assertThat(AGENT.failure("job_cancel", Map.of("job_id", NOBODY)))
                .isEqualTo("There is no such job. Find ids with job_list.");
    }

    @Test
    void aQueuedJobIsCancelled() {
        // Given
        Api.given().post("/api/v1/jobs/kinds/knowledge.ingest/pause");
        try {
            String large = "A sentence about walruses. ".repeat(12_000);
            UUID job = Mcp.id(
                    AGENT.call("store_document", Map.of("content", large, "collection_id", AGENT.newCollection())),
                    "job_id");
            // When
            JsonPath cancelled = AGENT.call("job_cancel", Map.of("job_id", job));
            // Then
            assertThat(cancelled.getString("state")).isEqualTo("cancelled");
        } finally {
            Api.given().post("/api/v1/jobs/kinds/knowledge.ingest/resume");
        }
    }

    @Test
    void wrongArgumentsAreExplained() {
        assertThat(AGENT.failure("search_documents", Map.of())).isEqualTo("Missing required argument: query");
        assertThat(AGENT.failure("search_documents", Map.of("query", " "))).isEqualTo("query: must not be blank");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "max_results", 51)))
                .isEqualTo("max_results: must be less than or equal to 50");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "max_results", "many")))
                .contains("max_results");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "threshold", 0.3)))
                .isEqualTo(
                        "There is no argument \"threshold\". Arguments of search_documents: collection_id, decompose,"
                                + " document_type, filter, group_by_document, max_context_tokens, max_results, max_tokens,"
                                + " min_keyword_score, min_vector_score, mode, neighbours, path_prefix, query, suggest.");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "min_keyword_score", 3)))
                .contains("min_keyword_score");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "filter", Map.of("a", Map.of("like", 1)))))
                .contains("filter");
        assertThat(AGENT.failure("find_similar_documents", Map.of("document_id", NOBODY)))
                .isEqualTo("There is no such document. Find ids with list_documents.");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "collection_id", "shelf")))
                .contains("collection_id");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "collection_id", NOBODY)))
                .isEqualTo("There is no such collection. Find ids with list_collections.");
        assertThat(AGENT.failure("search_documents", Map.of("query", "x", "mode", "psychic")))
                .contains("mode");
        assertThat(AGENT.failure("list_documents", Map.of("cursor", "nonsense")))
                .isEqualTo("cursor: is not a cursor of this list");
        assertThat(AGENT.failure("list_documents", Map.of("state", "lost"))).contains("state");
        assertThat(AGENT.failure("job_list", Map.of("state", "lost"))).contains("state");
        assertThat(AGENT.failure(
                        "store_document",
                        Map.of("content", "x", "document_type", "perfume", "collection_id", AGENT.newCollection())))
                .isEqualTo("document_type: is not a known type");
        assertThat(AGENT.failure("create_collection", Map.of("name", "x".repeat(256))))
                .contains("name");
        assertThat(AGENT.failure("create_collection", Map.of("name", "x", "language", "klingon")))
                .contains("language: is one of");
        assertThat(AGENT.failure("get_document", Map.of("document_id", NOBODY)))
                .isEqualTo("There is no such document. Find ids with list_documents.");
    }

    @Test
    void documentsAndCollectionsAreResources() {
        // Given
        UUID collection = AGENT.newCollection();
        String content = "# Title\n\nText as it came.\n";
        UUID document = AGENT.store(collection, content);

        // When
        JsonPath read = AGENT.ask("resources/read", Map.of("uri", "evenkeel://documents/" + document));
        // Then
        assertThat(read.getString("result.contents[0].text")).isEqualTo(content);
        assertThat(read.getString("result.contents[0].mimeType")).isEqualTo("text/plain");

        // When
        JsonPath collections = AGENT.ask("resources/read", Map.of("uri", "evenkeel://collections"));
        // Then
        assertThat(new JsonPath(collections.getString("result.contents[0].text")).getList("collections.id"))
                .contains(collection.toString());
        assertThat(AGENT.errorCode("resources/read", Map.of("uri", "evenkeel://documents/" + NOBODY)))
                .isEqualTo(-32002);
        assertThat(AGENT.errorCode("resources/read", Map.of("uri", "evenkeel://documents/none")))
                .isEqualTo(-32002);
    }

    private static List<String> hits(String query, UUID collection) {
        return AGENT
                .call("search_documents", Map.of("query", query, "collection_id", collection, "mode", "keyword"))
                .getList("results.document_id", String.class)
                .stream()
                .distinct()
                .toList();
    }
}
