package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunking as a setting of a collection. */
@QuarkusTest
class ChunkingTest {
    private static final String PROSE =
            "The okapi lives in the forest. It eats leaves all day long. Nobody sees it there. ".repeat(60);

    private static UUID with(Map<String, ?> chunking) {
        return createCollection(Map.of("name", newName(), "language", "english", "chunking", chunking));
    }

    private static JsonPath view(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection));
    }

    private static JsonPath maintenance(UUID collection, String operation, Map<String, ?> request) {
        return MaintenanceApi.done(collection, operation, request);
    }

    @Test
    void aCollectionThatSaysNothingCutsByStructureAsConfigured() {
        JsonPath view = view(collection());
        assertThat(view.getString("chunking.strategy")).isEqualTo("structure");
        assertThat(view.getInt("chunking.max_tokens")).isEqualTo(400);
        assertThat(view.getInt("chunking.overlap_tokens")).isZero();
        assertThat(view.getInt("documents_chunked_otherwise")).isZero();
    }

    @Test
    void documentsAreCutByTheSettingsOfTheirCollection() {
        // Given
        UUID sentences = with(Map.of("strategy", "sentence", "max_tokens", 64, "overlap_tokens", 16));
        UUID windows = with(Map.of("strategy", "fixed", "max_tokens", 100, "overlap_tokens", 20));
        // When
        List<String> bySentence = contents(storeText(sentences, PROSE));
        List<String> byWindow = contents(storeText(windows, PROSE));
        // Then
        assertThat(bySentence)
                .hasSizeGreaterThan(15)
                .allSatisfy(text -> assertThat(text).matches("(?s)(The|It|Nobody).*\\."));
        assertThat(byWindow).hasSizeGreaterThan(8).hasSizeLessThan(bySentence.size());
        assertThat(chunks(storeText(windows, PROSE + "more")).getList("items.tokens", Integer.class))
                .allSatisfy(tokens -> assertThat(tokens).isLessThanOrEqualTo(100));
    }

    private static List<String> contents(UUID document) {
        return chunks(document).getList("items.content", String.class);
    }

    @ParameterizedTest
    @CsvSource({
        "sideways,,,400,chunking.strategy",
        ",63,,400,chunking.max_tokens",
        ",8001,,400,chunking.max_tokens",
        ",,-1,400,chunking.overlap_tokens",
        ",100,51,422,",
        ",64,33,422,",
        ",,201,422,"
    })
    void settingsThatCannotBeAreRefusedAtCreationAndChange(
            String strategy, Integer max, Integer overlap, int status, String field) {
        Map<String, Object> chunking = new HashMap<>();
        chunking.put("strategy", strategy);
        chunking.put("max_tokens", max);
        chunking.put("overlap_tokens", overlap);
        UUID there = collection();
        for (var response : List.of(
                post(COLLECTIONS, Map.of("name", newName(), "chunking", chunking)),
                patch(COLLECTIONS + "/" + there, Map.of("chunking", chunking)))) {
            JsonPath problem = problem(response, status);
            if (field != null) {
                assertThat(problem.getList("errors.field", String.class)).contains(field);
            }
        }
        assertThat(view(there).getInt("chunking.max_tokens")).isEqualTo(400);
    }

    @Test
    void aChangeLeavesOldDocumentsAloneAndSaysHowManyThereAreUntilTheyAreCutAgain() {
        // Given a document cut by structure, of which something is found
        UUID collection = collection();
        UUID document = storeAt(collection, "a/okapi.txt", PROSE);
        List<String> before = contents(document);
        // When the collection changes
        JsonPath changed = ok(patch(
                COLLECTIONS + "/" + collection, Map.of("chunking", Map.of("strategy", "sentence", "max_tokens", 64))));
        UUID later = storeAt(collection, "a/later.txt", PROSE + " Later.");
        // Then the old chunks are there
        assertThat(changed.getInt("documents_chunked_otherwise")).isEqualTo(1);
        assertThat(contents(document)).isEqualTo(before);
        assertThat(contents(later)).hasSizeGreaterThan(before.size());
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/completeness")).getInt("documents_chunked_otherwise"))
                .isEqualTo(1);

        // When a dry run looks
        JsonPath dry = maintenance(collection, "re-chunk", Map.of("dry_run", true));
        // Then nothing changes
        assertThat(dry.getInt("counts.documents")).isEqualTo(1);
        assertThat(contents(document)).isEqualTo(before);

        // When it is done
        JsonPath report = maintenance(collection, "re-chunk", Map.of("dry_run", false));
        // Then the document is as if it came today
        assertThat(report.getInt("counts.documents")).isEqualTo(1);
        assertThat(contents(document)).hasSizeGreaterThan(before.size());
        assertThat(view(collection).getInt("documents_chunked_otherwise")).isZero();
        assertThat(foundDocuments("okapi forest", collection)).isNotEmpty();
        assertThat(foundDocuments("Later", collection)).containsExactly(later);
        assertThat(maintenance(collection, "integrity", Map.of()).getInt("findings_total"))
                .isZero();
    }

    @Test
    void chosenDocumentsAreCutAgainAndThoseWithoutTheirBytesAreNamed() {
        // Given a collection that keeps no originals, and one document in one that does
        UUID keeps = collection();
        UUID one = storeAt(keeps, "one.txt", PROSE);
        UUID two = storeAt(keeps, "two.txt", PROSE + "two");
        UUID forgets = createCollection(Map.of("name", newName(), "keep_original", false));
        storeAt(forgets, "gone.txt", PROSE);
        ok(patch(COLLECTIONS + "/" + keeps, Map.of("chunking", Map.of("max_tokens", 100))));
        ok(patch(COLLECTIONS + "/" + forgets, Map.of("chunking", Map.of("max_tokens", 100))));
        // When
        JsonPath chosen = maintenance(keeps, "re-chunk", Map.of("dry_run", false, "document_ids", List.of(one)));
        JsonPath lost = maintenance(forgets, "re-chunk", Map.of("dry_run", false));
        // Then
        assertThat(chosen.getInt("counts.documents")).isEqualTo(1);
        assertThat(view(keeps).getInt("documents_chunked_otherwise")).isEqualTo(1);
        assertThat(contents(one).size()).isGreaterThan(contents(two).size());
        assertThat(lost.getString("findings[0].kind")).isEqualTo("original_not_kept");
        assertThat(lost.getString("findings[0].path")).isEqualTo("gone.txt");
    }

    @Test
    void searchAnswersFromTheOldChunksUntilTheNewOnesAreThere() {
        // Given many documents that are being cut again
        UUID collection = collection();
        for (int i = 0; i < 30; i++) {
            storeAt(collection, "d" + i + ".txt", PROSE + " zq" + (char) ('a' + i % 26) + (char) ('a' + i / 26));
        }
        ok(patch(COLLECTIONS + "/" + collection, Map.of("chunking", Map.of("strategy", "fixed", "max_tokens", 64))));
        UUID job = MaintenanceApi.start(collection, "re-chunk", Map.of("dry_run", false));
        // When somebody searches all the time, then each document is found
        Eventually.holds(Duration.ofSeconds(60), () -> {
            assertThat(foundDocuments("zqha", collection)).hasSize(1);
            assertThat(MaintenanceApi.report(collection, job).getString("state"))
                    .isEqualTo("succeeded");
        });
        for (int i = 0; i < 30; i++) {
            assertThat(foundDocuments("zq" + (char) ('a' + i % 26) + (char) ('a' + i / 26), collection))
                    .hasSize(1);
        }
        assertThat(view(collection).getInt("documents_chunked_otherwise")).isZero();
    }
}
