package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** More like this, without a model: by the most telling words. */
@QuarkusTest
class SimilarTest {
    private static JsonPath similar(UUID document, UUID collection, Map<String, ?> more) {
        Map<String, Object> wanted = new HashMap<>(more);
        wanted.put("collection_ids", List.of(collection));
        return ok(post(DOCUMENTS + "/" + document + "/similar", wanted));
    }

    @Test
    void documentsThatShareTellingWordsAreFoundAndNeverTheDocumentItself() {
        // Given texts about knots, one about ships, and words that all have in common
        UUID collection = collection();
        UUID bowline = storeText(collection, "The bowline is a knot for a mooring. This is a text about a knot.");
        UUID hitch = storeText(collection, "The clove hitch is a knot, too; the bowline holds better. This is a text.");
        UUID ship = storeText(collection, "The frigate is a ship of three masts. This is a text about a ship.");
        for (int i = 0; i < 10; i++) {
            storeText(collection, "This is a text about a matter of no interest, number " + i);
        }

        // When
        JsonPath found = similar(bowline, collection, Map.of());

        // Then
        assertThat(found.getString("results[0].document_id")).isEqualTo(hitch.toString());
        assertThat(found.getList("results.document_id", String.class))
                .doesNotContain(bowline.toString())
                .doesNotHaveDuplicates();
        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getDouble("results[0].score")).isBetween(0.01, 1.0);
        assertThat(found.getList("groups")).isNotEmpty();

        // And filters hold, and the limit
        assertThat(similar(bowline, collection, Map.of("document_ids", List.of(ship, bowline)))
                        .getList("results.document_id"))
                .isSubsetOf(ship.toString());
        assertThat(similar(bowline, collection, Map.of("limit", 1)).getList("results"))
                .hasSize(1);
        assertThat(similar(bowline, collection(), Map.of()).getList("results")).isEmpty();
    }

    @Test
    void wordsThatOnlyTheDocumentHasLeaveRoomForThoseThatOthersShare() {
        // Given two texts with many words of their own, and a few in common
        UUID collection = collection();
        UUID one = storeText(collection, ownWords("quux") + "bowline mooring");
        UUID other = storeText(collection, ownWords("plugh") + "bowline mooring");
        storeText(collection, "something else");

        // Then
        assertThat(similar(one, collection, Map.of()).getList("results.document_id"))
                .containsExactly(other.toString());
    }

    private static String ownWords(String stem) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            String word = stem + (char) ('a' + i / 10) + (char) ('a' + i % 10) + "k ";
            words.append(word.repeat(3));
        }
        return words.toString();
    }

    @Test
    void aChunkFindsOthersOfItsDocumentButNotItself() {
        // Given
        UUID collection = collection();
        String filler = " filler".repeat(250);
        UUID book = UUID.fromString(store(
                        collection,
                        Map.of(
                                "content",
                                "# One\n\nbowline knot" + filler + "\n\n# Two\n\nfrigate" + filler
                                        + "\n\n# Three\n\nbowline mooring" + filler,
                                "document_type",
                                "markdown"))
                .getString("id"));
        storeText(collection, "something else");
        List<String> ids = chunks(book).getList("items.id", String.class);
        assertThat(ids).hasSize(3);

        // When
        JsonPath found = similar(book, collection, Map.of("chunk_id", ids.get(0)));

        // Then
        assertThat(found.getString("results[0].chunk_id")).isEqualTo(ids.get(2));
        assertThat(found.getList("results.chunk_id", String.class)).doesNotContain(ids.get(0));
        assertThat(found.getMap("").containsKey("groups")).isFalse();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        // Given
        UUID collection = collection();
        UUID here = storeText(collection, "the okapi");
        UUID other = storeText(collection, "the gerenuk");
        String chunkOfOther = chunks(other).getString("items[0].id");

        // Then
        problem(post(DOCUMENTS + "/" + NOBODY + "/similar", Map.of()), 404);
        problem(post(DOCUMENTS + "/" + here + "/similar", Map.of("chunk_id", NOBODY)), 404);
        problem(post(DOCUMENTS + "/" + here + "/similar", Map.of("chunk_id", chunkOfOther)), 404);
        problem(post(DOCUMENTS + "/" + here + "/similar", Map.of("collection_ids", List.of(NOBODY))), 404);
        invalid(post(DOCUMENTS + "/" + here + "/similar", Map.of("query", "x")), "query");
        invalid(post(DOCUMENTS + "/" + here + "/similar", Map.of("limit", 101)), "limit");
        invalid(post(DOCUMENTS + "/" + here + "/similar", Map.of("mode", "hybrid")), "mode");
        invalid(
                post(
                        DOCUMENTS + "/" + here + "/similar",
                        Map.of("chunk_id", chunks(here).getString("items[0].id"), "group_size", 2)),
                "group_size");
    }

    @Test
    void byMeaningWithoutAModelSaysThatItIsByWords() {
        UUID collection = collection();
        UUID one = storeText(collection, "the okapi one");
        storeText(collection, "the okapi two");

        JsonPath found = similar(one, collection, Map.of("mode", "vector"));

        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getString("degraded")).contains("words");
        assertThat(found.getList("results")).hasSize(1);
    }
}
