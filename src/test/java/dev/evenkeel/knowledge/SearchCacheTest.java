package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.SEARCH;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.access.Caller;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.search.embedding.Embedders;
import dev.evenkeel.platform.search.embedding.QueryVectors;
import dev.evenkeel.platform.search.lexical.LexicalIndex;
import dev.evenkeel.platform.search.vector.VectorIndex;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Searches that are asked again: what is remembered is never older than what is committed. */
@QuarkusTest
class SearchCacheTest {
    @Inject
    Database database;

    @Inject
    CollectionRepository collections;

    @Inject
    LexicalIndex lexical;

    @Inject
    VectorIndex vectors;

    @Inject
    DocumentFilters filters;

    @Inject
    SearchResults results;

    @Inject
    SearchLinks links;

    @Inject
    SearchSuggestions suggestions;

    @Inject
    SearchContext context;

    @Inject
    SearchConfig config;

    @Inject
    Embedders embedders;

    @Inject
    QueryVectors queryVectors;

    @Inject
    MeterRegistry metrics;

    /** Another replica's search: nothing in memory is shared but the database. */
    private SearchService replica(MeterRegistry registry) {
        SearchCache cache = new SearchCache(config, registry);
        return new SearchService(
                database,
                collections,
                lexical,
                filters,
                cache,
                results,
                links,
                suggestions,
                context,
                config,
                new SearchVectors(embedders, queryVectors, cache, vectors));
    }

    private static List<UUID> found(SearchService replica, String query, UUID collection) {
        return replica
                .search(
                        Caller.installation("replica"),
                        NewSearch.of(query)
                                .collectionIds(List.of(collection))
                                .mode(NewSearch.Mode.keyword)
                                .build())
                .await()
                .atMost(Duration.ofSeconds(10))
                .results()
                .stream()
                .map(SearchView.Result::documentId)
                .toList();
    }

    private static double lookups(MeterRegistry registry, String result) {
        return registry.get("evenkeel.search.cache.lookups")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void everyCommittedChangeIsSeenByTheSameSearchOnEveryReplica() {
        // Given two replicas that remember that nothing is found
        UUID collection = collection();
        storeText(collection, "something");
        MeterRegistry registry = new SimpleMeterRegistry();
        SearchService other = replica(registry);
        assertThat(found(other, "okapi", collection)).isEmpty();
        assertThat(foundDocuments("okapi", collection)).isEmpty();
        for (int round = 0; round < 5; round++) {
            // When it is written; then both find it
            UUID id = storeAt(collection, "fresh.md", "an okapi, round " + round);
            assertThat(found(other, "okapi", collection)).containsExactly(id);
            assertThat(foundDocuments("okapi", collection)).containsExactly(id);
            // When it is replaced
            ok(put(DOCUMENTS + "/" + id + "/content", Map.of("content", "a gerenuk, round " + round)));
            // Then
            assertThat(found(other, "okapi", collection)).isEmpty();
            assertThat(foundDocuments("okapi", collection)).isEmpty();
            assertThat(found(other, "gerenuk", collection)).containsExactly(id);
            // When it is deleted
            delete(DOCUMENTS + "/" + id).then().statusCode(204);
            // Then
            assertThat(found(other, "gerenuk", collection)).isEmpty();
            assertThat(foundDocuments("gerenuk", collection)).isEmpty();
        }
        // And the last of them is remembered until the next change
        double hits = lookups(registry, "hit");
        assertThat(found(other, "gerenuk", collection)).isEmpty();
        assertThat(lookups(registry, "hit")).isEqualTo(hits + 1);
    }

    @Test
    void whatIsAskedAgainIsRemembered() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi eats leaves");
        double misses = lookups(metrics, "miss");
        double hits = lookups(metrics, "hit");

        // When the same is asked in other words of which the index makes the same
        List<Object> first = search("Okapi  LEAVES", collection).getList("results");
        List<Object> second =
                search(" okapi leaves ", Map.of("limit", 3), collection).getList("results");
        search("okapi, leaves!", Map.of("neighbours", 1, "max_context_tokens", 100), collection);

        // Then
        assertThat(first).hasSize(1).isEqualTo(second);
        assertThat(lookups(metrics, "miss")).isEqualTo(misses + 1);
        assertThat(lookups(metrics, "hit")).isEqualTo(hits + 2);

        // And another order, a phrase, or a filter is another question
        search("leaves okapi", collection);
        search("\"okapi leaves\"", collection);
        search("okapi leaves", Map.of("document_ids", List.of(id)), collection);
        assertThat(lookups(metrics, "hit")).isEqualTo(hits + 2);
    }

    @Test
    void aPhraseWeighsWhatItHoldsAndAVeryLongOneIsNotRemembered() {
        // Given
        UUID collection = collection();
        storeText(collection, "the okapi");
        MeterRegistry registry = new SimpleMeterRegistry();
        SearchService replica = replica(registry);

        // When one word is repeated in a phrase, then each of its places counts
        found(replica, "\"" + "okapi ".repeat(100) + "\"", collection);
        double bytes = registry.get("evenkeel.search.cache.bytes").gauge().value();
        assertThat(bytes).isGreaterThan(6_400);

        // When, then
        found(replica, "\"" + "okapi ".repeat(3_000) + "\"", collection);
        assertThat(registry.get("evenkeel.search.cache.bytes").gauge().value()).isEqualTo(bytes);
    }

    @Test
    void whatIsShownIsReadEveryTime() {
        // Given
        UUID collection = collection();
        UUID id = storeAt(collection, "a.md", "the okapi");
        search("okapi", collection);

        // When
        ok(patch(DOCUMENTS + "/" + id, Map.of("title", "Renamed", "source_path", "b.md")));
        String name = "renamed " + UUID.randomUUID();
        ok(patch(COLLECTIONS + "/" + collection, Map.of("name", name)));

        // Then
        var found = search("okapi", collection);
        assertThat(found.getString("results[0].title")).isEqualTo("Renamed");
        assertThat(found.getString("results[0].source_path")).isEqualTo("b.md");
        assertThat(found.getString("results[0].collection_name")).isEqualTo(name);
    }

    @Test
    void whatIsRememberedIsForThoseOnlyWhoMayReadIt() {
        // Given a search that its owner has asked
        Tenants tenants = new Tenants(database);
        String collection = tenants.fill("{collection}");
        tenants.fill("{document}");
        Map<String, ?> question =
                Map.of("query", "the a document text", "mode", "keyword", "collection_ids", List.of(collection));
        String owner = tenants.token("owner's token, read and write");
        assertThat(as(owner, question)).isEqualTo(200);
        assertThat(as(owner, question)).isEqualTo(200);

        // When, then
        assertThat(as(tenants.token("stranger's token"), question)).isEqualTo(404);
        assertThat(as(tenants.token("token of the owner's other collection"), question))
                .isEqualTo(404);
        assertThat(as(tenants.token("owner's token, write"), question)).isEqualTo(403);
    }

    private static int as(String token, Map<String, ?> question) {
        return RestAssured.given()
                .header("Authorization", "Bearer " + token)
                .contentType(ContentType.JSON)
                .body(question)
                .post(SEARCH)
                .statusCode();
    }

    @Test
    void aDeletedCollectionIsGoneAtOnce() {
        UUID collection = collection();
        storeText(collection, "the okapi");
        search("okapi", collection);
        search("okapi", collection);

        delete(COLLECTIONS + "/" + collection).then().statusCode(204);

        problem(post(SEARCH, Map.of("query", "okapi", "mode", "keyword", "collection_ids", List.of(collection))), 404);
    }

    @Test
    void whileOneWritesAnotherNeverMissesWhatIsWritten() throws Exception {
        // Given two replicas that search all the time
        UUID collection = collection();
        SearchService other = replica(new SimpleMeterRegistry());
        CompletableFuture<Void> noise = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < 60; i++) {
                        found(other, "okapi", collection);
                        foundDocuments("okapi", collection);
                    }
                },
                Concurrently.THREADS);

        // When, then every document is found as soon as its request is answered
        for (int i = 1; i <= 20; i++) {
            UUID id = storeText(collection, "okapi" + " okapi".repeat(i));
            assertThat(found(other, "okapi", collection)).contains(id).hasSize(Math.min(10, i));
            assertThat(search("okapi", Map.of("limit", 100), collection).getList("results.document_id", String.class))
                    .contains(id.toString())
                    .hasSize(i);
        }
        noise.get(30, java.util.concurrent.TimeUnit.SECONDS);
    }
}
