package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.SEARCH;
import static dev.evenkeel.knowledge.KnowledgeApi.chunks;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.knowledge.ingestion.chunk.TokenCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an answer holds besides its best chunks, and how it is cut to size. */
@QuarkusTest
class SearchAnswersTest {
    private static final TokenCounter COUNTER = new TokenCounter();

    /** A document of one chunk a section; those named have the word. */
    private static UUID book(UUID collection, String path, String word, int sections, Integer... with) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sections; i++) {
            text.append("# Section ").append(i).append("\n\n");
            if (List.of(with).contains(i)) {
                text.append(word)
                        .append(' ')
                        .append((word + " ").repeat(with.length - List.of(with).indexOf(i)));
            }
            text.append(("filler" + i + " ").repeat(120)).append("\n\n");
        }
        UUID id = storeAt(collection, path, text.toString());
        assertThat(chunks(id).getList("items")).hasSize(sections);
        return id;
    }

    private static List<String> ids(JsonPath found) {
        return found.getList("results.chunk_id", String.class);
    }

    @Test
    void theScoreOfAWordIsItsShareOfWhatATextCouldHave() {
        // Given
        UUID collection = collection("simple");
        storeText(collection, "okapi gerenuk");
        storeText(collection, "okapi and a few other words of no interest");
        storeText(collection, "nothing of that kind but as long as the others are");

        // When
        JsonPath found = search("okapi gerenuk", collection);

        // Then all is on one scale
        List<Double> scores = found.getList("results.keyword_score", Double.class);
        assertThat(scores).hasSize(2).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(scores).allMatch(score -> score > 0 && score < 1);
        assertThat(scores.get(0)).isGreaterThan(0.45);
        assertThat(found.getList("results.score", Double.class)).isEqualTo(scores);

        // And a word that occurs nowhere is a word that is missed
        double missed = search("okapi gerenuk xylograph", collection).getDouble("results[0].keyword_score");
        assertThat(missed).isLessThan(scores.get(0)).isPositive();

        // And it can be asked for
        double between = (scores.get(0) + scores.get(1)) / 2;
        assertThat(ids(search("okapi gerenuk", Map.of("min_keyword_score", between), collection)))
                .containsExactly(found.getString("results[0].chunk_id"));
        assertThat(ids(search("okapi gerenuk", Map.of("min_keyword_score", 0.999), collection)))
                .isEmpty();
        assertThat(ids(search("okapi gerenuk", Map.of("min_vector_score", -1), collection)))
                .isEmpty();
        assertThat(ids(search(
                        "okapi gerenuk", Map.of("min_vector_score", -1, "min_keyword_score", between), collection)))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "min_score, 1.01, min_score",
        "min_score, -1.01, min_score",
        "threshold, 7, min_score",
        "min_keyword_score, -0.1, min_keyword_score",
        "min_keyword_score, 1.1, min_keyword_score",
        "min_vector_score, 2, min_vector_score",
        "offset, -1, offset",
        "offset, 200, offset",
        "offset, 195, offset",
        "group_by, chunk, group_by",
        "group_size, 3, group_size",
        "neighbours, 6, neighbours",
        "neighbours, -1, neighbours",
        "max_context_tokens, 0, max_context_tokens",
        "max_context_tokens, 200001, max_context_tokens",
        "title_boost, 1.5, title_boost",
        "decompose, perhaps, decompose",
        "suggest, maybe, suggest"
    })
    void whatIsOutOfRangeIsRefused(String parameter, String value, String field) {
        Object typed = value.matches("-?[0-9]+")
                ? Integer.valueOf(value)
                : value.matches("-?[0-9.]+") ? Double.valueOf(value) : value;
        JsonPath answer = problem(post(SEARCH, Map.of("query", "x", parameter, typed)), 400);
        assertThat(answer.getString("errors[0].field")).isIn(field, parameter);
    }

    @Test
    void aFusionThatIsNoneIsRefused() {
        for (Map<String, ?> fusion : List.<Map<String, ?>>of(
                Map.of("method", "sum"),
                Map.of("k", 0),
                Map.of("k", 1_001),
                Map.of("keyword_weight", -1),
                Map.of("vector_weight", 101),
                Map.of("keyword_weight", 0, "vector_weight", 0),
                Map.of("weight", 1))) {
            JsonPath answer = problem(post(SEARCH, Map.of("query", "x", "fusion", fusion)), 400);
            assertThat(answer.getString("errors[0].field"))
                    .as(fusion.toString())
                    .startsWith("fusion");
        }
    }

    @Test
    void pagesFollowOneAnotherWithoutGapOrRepetition() {
        // Given
        UUID collection = collection();
        for (int i = 0; i < 23; i++) {
            storeText(collection, "okapi " + "and others ".repeat(i));
        }
        List<String> all = ids(search("okapi", Map.of("limit", 100), collection));
        assertThat(all).hasSize(23).doesNotHaveDuplicates();

        // When
        List<String> paged = new ArrayList<>();
        JsonPath page;
        do {
            page = search("okapi", Map.of("limit", 5, "offset", paged.size()), collection);
            paged.addAll(ids(page));
        } while (page.getBoolean("more"));

        // Then
        assertThat(paged).isEqualTo(all);
        assertThat(ids(search("okapi", Map.of("offset", 23), collection))).isEmpty();
        assertThat(ids(search("okapi", Map.of("limit", 100, "offset", 20), collection)))
                .isEqualTo(all.subList(20, 23));
    }

    @Test
    void theBestChunksOfEachDocumentStandTogether() {
        // Given a document with many good chunks, and others with few
        UUID collection = collection();
        UUID many = book(collection, "many.md", "okapi", 6, 0, 2, 3, 5);
        UUID two = book(collection, "two.md", "okapi", 4, 1, 2);
        UUID one = book(collection, "one.md", "okapi", 3, 1);
        JsonPath plain = search("okapi", Map.of("limit", 3), collection);
        assertThat(plain.getList("results.document_id")).containsOnly(many.toString());

        // When
        Map<String, ?> grouped = Map.of("group_by", "document", "group_size", 2, "limit", 2);
        JsonPath first = search("okapi", grouped, collection);
        Map<String, Object> next = new HashMap<>(grouped);
        next.put("offset", 2);
        JsonPath second = search("okapi", next, collection);

        // Then
        assertThat(first.getList("groups.document_id")).containsExactly(many.toString(), two.toString());
        assertThat(first.getList("groups.chunks_found")).containsExactly(4, 2);
        assertThat(first.getList("results.document_id"))
                .containsExactly(many.toString(), many.toString(), two.toString(), two.toString());
        assertThat(first.getList("groups[0].chunk_ids")).isEqualTo(first.getList("results[0..1].chunk_id"));
        assertThat(first.getDouble("groups[0].score")).isEqualTo(first.getDouble("results[0].score"));
        assertThat(first.getList("results[0..1].score", Double.class))
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(first.getBoolean("more")).isTrue();
        assertThat(second.getList("groups.document_id")).containsExactly(one.toString());
        assertThat(second.getBoolean("more")).isFalse();
        assertThat(plain.getMap("").containsKey("groups")).isFalse();

        // And a quoted phrase groups too
        JsonPath phrase = search("\"okapi filler1\"", Map.of("group_by", "document"), collection);
        assertThat(phrase.getList("groups.document_id")).containsExactlyInAnyOrder(two.toString(), one.toString());
    }

    @Test
    void neighboursComeOnceAndEndWithTheDocument() {
        // Given hits that touch, one at the end, and one in another document
        UUID collection = collection();
        UUID book = book(collection, "book.md", "okapi", 8, 2, 3, 7);
        UUID other = book(collection, "other.md", "okapi", 1, 0);

        // When
        JsonPath found = search("okapi", Map.of("neighbours", 2), collection);

        // Then
        Map<Integer, List<Integer>> around = new HashMap<>();
        for (int i = 0; i < found.getList("results").size(); i++) {
            String result = "results[" + i + "]";
            if (found.getString(result + ".document_id").equals(book.toString())) {
                around.put(
                        found.getInt(result + ".ordinal"),
                        found.getList(result + ".neighbours.ordinal", Integer.class));
            } else {
                assertThat(found.getString(result + ".document_id")).isEqualTo(other.toString());
                assertThat(found.getList(result + ".neighbours")).isEmpty();
            }
        }
        assertThat(around).containsOnlyKeys(2, 3, 7);
        assertThat(around.get(2)).containsExactly(0, 1, 4);
        assertThat(around.get(3)).containsExactly(5);
        assertThat(around.get(7)).containsExactly(6);
        JsonPath whole = chunks(book);
        assertThat(found.getString("results.find { it.ordinal == 7 }.neighbours[0].content"))
                .isEqualTo(whole.getString("items[6].content"));
        List<Integer> tokens = new ArrayList<>(found.getList("results.tokens", Integer.class));
        found.getList("results.neighbours.tokens.flatten()", Integer.class).forEach(tokens::add);
        assertThat(found.getInt("tokens_used"))
                .isEqualTo(tokens.stream().mapToInt(Integer::intValue).sum());
        assertThat(search("okapi", collection).getMap("results[0]").containsKey("neighbours"))
                .isFalse();

        // And the budget holds for results first, then for what is around them
        int results = found.getList("results.tokens", Integer.class).stream()
                .mapToInt(Integer::intValue)
                .sum();
        int nearest = whole.getInt("items[1].tokens");
        JsonPath tight = search("okapi", Map.of("neighbours", 2, "max_tokens", results + nearest), collection);
        assertThat(tight.getList("results")).hasSize(4);
        assertThat(tight.getInt("tokens_used")).isBetween(results, results + nearest);
        assertThat(tight.getList("results.neighbours.ordinal.flatten()")).hasSize(1);
    }

    @Test
    void whatAnAnswerHoldsAtMostIsBounded() {
        // Given
        UUID collection = collection();
        book(collection, "many.md", "okapi", 6, 0, 2, 3, 5);
        Map<String, Object> largest = new HashMap<>(Map.of("group_by", "document", "limit", 100));

        // Then what is not asked for is fitted in
        assertThat(search("okapi", largest, collection).getList("results")).hasSize(2);
        largest.put("neighbours", 5);
        assertThat(search("okapi", largest, collection).getList("results")).hasSize(1);

        // And what does not fit is refused
        largest.put("query", "okapi");
        largest.put("group_size", 2);
        invalid(post(SEARCH, largest), "neighbours");
        largest.put("neighbours", 0);
        ok(post(SEARCH, largest));
        largest.put("group_size", 3);
        invalid(post(SEARCH, largest), "group_size");
    }

    @Test
    void aTokenBudgetEndsBetweenGroups() {
        // Given
        UUID collection = collection();
        UUID many = book(collection, "many.md", "okapi", 6, 0, 2, 3, 5);
        UUID two = book(collection, "two.md", "okapi", 4, 1, 2);
        Map<String, Object> wanted = new HashMap<>(Map.of("group_by", "document", "group_size", 2));
        JsonPath whole = search("okapi", wanted, collection);
        List<Integer> tokens = whole.getList("results.tokens", Integer.class);
        assertThat(tokens).hasSize(4);

        // When the budget would end within the second group
        wanted.put("max_tokens", tokens.get(0) + tokens.get(1) + tokens.get(2));
        JsonPath first = search("okapi", wanted, collection);
        wanted.put("offset", 1);
        JsonPath second = search("okapi", wanted, collection);

        // Then all of it is on the next page
        assertThat(first.getList("results.document_id")).containsExactly(many.toString(), many.toString());
        assertThat(first.getBoolean("more")).isTrue();
        assertThat(second.getList("results.document_id")).containsExactly(two.toString(), two.toString());
        assertThat(second.getBoolean("more")).isFalse();

        // And of a group that is too large in itself there is a part, of a passage nothing but the reason
        wanted.put("offset", 0);
        wanted.put("max_tokens", tokens.get(0));
        assertThat(search("okapi", wanted, collection).getList("results")).hasSize(1);
        wanted.put("max_tokens", tokens.get(0) - 1);
        JsonPath none = search("okapi", wanted, collection);
        assertThat(none.getList("results")).isEmpty();
        assertThat(none.getString("degraded")).contains(tokens.get(0) + " tokens");
        assertThat(none.getBoolean("more")).isFalse();
    }

    @Test
    void contextIsOneTextWithinItsBudget() {
        // Given
        UUID collection = collection();
        UUID book = book(collection, "shelf/book.md", "okapi", 6, 1, 4);
        UUID note = storeAt(collection, "note.md", "# Note\n\nAn okapi in passing, tagged #animal, see [[book]].");

        for (int budget : new int[] {20, 100, 500, 900, 4_000}) {
            // When
            JsonPath found = search(
                    "okapi", Map.of("neighbours", 1, "max_context_tokens", budget, "include_links", true), collection);

            // Then
            String text = found.getString("context.text");
            assertThat(COUNTER.count(text))
                    .isEqualTo(found.getInt("context.tokens"))
                    .isLessThanOrEqualTo(budget);
            if (budget == 4_000) {
                assertThat(found.getList("context.sources.document_id"))
                        .containsExactlyInAnyOrder(book.toString(), note.toString());
                assertThat(text)
                        .contains("(shelf/book.md)")
                        .contains("Tags: animal")
                        .contains("Linked from: ");
                assertThat(text.indexOf("filler0")).isLessThan(text.indexOf("filler1"));
                assertThat(text.indexOf("filler2")).isLessThan(text.indexOf("filler3"));
                assertThat(text).contains("filler5");
                String ofBook = "context.sources.find { it.document_id == '" + book + "' }";
                assertThat(found.getList(ofBook + ".chunk_ids"))
                        .isEqualTo(chunks(book).getList("items.id"));
                assertThat(text).contains("[" + found.getInt(ofBook + ".number") + "] ");
            }
        }
        assertThat(search("okapi", collection).getMap("").containsKey("context"))
                .isFalse();
        assertThat(search("gerenuk", Map.of("max_context_tokens", 100), collection)
                        .getString("context.text"))
                .isEmpty();
    }

    @Test
    void aCompoundQuestionIsAskedInPartsWhenThatIsWanted() {
        // Given
        UUID collection = collection();
        UUID sizing = storeText(collection, "Position sizing decides how much of a thing is bought.");
        UUID risk = storeText(collection, "Risk is affected by leverage and by how positions add up.");
        storeText(collection, "Nothing of that.");
        String question = "what is position sizing and how does it affect risk";

        // When
        JsonPath whole = search(question, collection);
        JsonPath parts = search(question, Map.of("decompose", true), collection);

        // Then
        assertThat(whole.getMap("").containsKey("sub_queries")).isFalse();
        assertThat(parts.getList("sub_queries"))
                .containsExactly("what is position sizing", "how does position sizing affect risk");
        assertThat(parts.getList("results.document_id")).containsExactly(sizing.toString(), risk.toString());
        assertThat(parts.getList("results[0].found_by")).containsExactly(0, 1);
        assertThat(parts.getDouble("results[0].score")).isBetween(0.9, 1.0);
        assertThat(parts.getDouble("results[1].score")).isBetween(0.4, 1.0);

        // And a least score is one of words still, not of ranks
        assertThat(search(question, Map.of("decompose", true, "min_score", 0.9), collection)
                        .getList("results"))
                .isEmpty();

        // And what is not compound is asked as it is
        JsonPath simple = search("what is position sizing", Map.of("decompose", true), collection);
        assertThat(simple.getMap("").containsKey("sub_queries")).isFalse();
        assertThat(simple.getMap("results[0]").containsKey("found_by")).isFalse();
        assertThat(simple.getList("results"))
                .isEqualTo(search("what is position sizing", collection).getList("results"));
    }

    @Test
    void suggestionsComeFromWhatIsStored() {
        // Given
        UUID collection = collection();
        storeText(collection, "# Mooring\n\nA bowline holds the mooring of the vessels.");
        storeText(collection, "# Mooring a boat at night\n\nVessels have a mooring each.");
        Map<String, ?> suggest = Map.of("suggest", true);

        // When, then a word that occurs nowhere is corrected, the rest of the query stays
        JsonPath misspelt = search("the bowlime, of vesels?", suggest, collection);
        assertThat(misspelt.getString("suggestions[0].kind")).isEqualTo("correction");
        assertThat(misspelt.getString("suggestions[0].text")).isEqualToIgnoringCase("the bowline, of vessels?");

        // And one that begins another is completed
        JsonPath begun = search("moor", suggest, collection);
        assertThat(begun.getList("suggestions.kind")).doesNotContain("correction");
        JsonPath bowl = search("bowl", suggest, collection);
        assertThat(bowl.getString("suggestions[0].kind")).isEqualTo("completion");
        assertThat(bowl.getString("suggestions[0].text")).isEqualTo("bowline");

        // And a heading says more than the query
        JsonPath heading = search("mooring", suggest, collection);
        assertThat(heading.getList("suggestions.text")).containsExactly("Mooring a boat at night");
        assertThat(heading.getString("suggestions[0].kind")).isEqualTo("heading");

        // And when there is nothing to say, there is nothing
        assertThat(search("xylophagous", suggest, collection).getList("suggestions"))
                .isEmpty();
        assertThat(search("", suggest, collection).getList("suggestions")).isEmpty();
        assertThat(search("!!! 12 ab", suggest, collection).getList("suggestions"))
                .isEmpty();
        assertThat(search("bowlime", collection).getMap("").containsKey("suggestions"))
                .isFalse();

        // And nothing comes from what is deleted
        UUID gone = storeText(collection, "A gerenuk.");
        assertThat(search("gerenuq", suggest, collection).getString("suggestions[0].text"))
                .isEqualTo("gerenuk");
        KnowledgeApi.delete(DOCUMENTS + "/" + gone).then().statusCode(204);
        assertThat(search("gerenuq", suggest, collection).getList("suggestions"))
                .isEmpty();
    }

    @Test
    void titlesArePreferredWhenThatIsWanted() {
        // Given
        UUID collection = collection();
        UUID text =
                UUID.fromString(store(collection, Map.of("content", "okapi okapi in the text", "title", "Something"))
                        .getString("id"));
        UUID title = UUID.fromString(
                store(collection, Map.of("content", "one okapi, some words and others", "title", "Okapis"))
                        .getString("id"));

        // When
        JsonPath plain = search("okapi", collection);
        JsonPath boosted = search("okapi", Map.of("title_boost", 1), collection);

        // Then
        assertThat(plain.getList("results.document_id")).containsExactly(text.toString(), title.toString());
        assertThat(boosted.getList("results.document_id")).containsExactly(title.toString(), text.toString());
        assertThat(boosted.getDouble("results[0].score")).isCloseTo(plain.getDouble("results[1].score"), within(1e-9));
        assertThat(boosted.getDouble("results[1].score"))
                .isCloseTo(plain.getDouble("results[0].score") / 2, within(1e-9));
    }

    @Test
    void aLargeAnswerIsWholeAndValid() {
        // Given
        UUID collection = collection();
        UUID book = book(collection, "book.md", "okapi", 60, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55);

        // When
        JsonPath found =
                search("okapi", Map.of("limit", 100, "neighbours", 5, "max_context_tokens", 200_000), collection);

        // Then every chunk is there once, as a result or as a neighbour
        Set<Integer> ordinals = new HashSet<>(found.getList("results.ordinal", Integer.class));
        List<Integer> neighbours = found.getList("results.neighbours.ordinal.flatten()", Integer.class);
        ordinals.addAll(neighbours);
        assertThat(ordinals).hasSize(60);
        assertThat(neighbours).hasSize(48).doesNotHaveDuplicates();
        assertThat(found.getList("context.sources[0].chunk_ids"))
                .isEqualTo(chunks(book).getList("items.id"));
    }

    @Test
    void parametersThatAreNotKnownAreRefused() {
        invalid(post(SEARCH, Map.of("query", "x", "min_scores", 0.5)), "min_scores");
        invalid(post(SEARCH, Map.of("query", "x", "rerank", true)), "rerank");
    }
}
