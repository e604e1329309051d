package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.SEARCH;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Search by words: what is found, in which order, within which limits. */
@QuarkusTest
class SearchTest {
    private static Response raw(String json) {
        return request().contentType(ContentType.JSON).body(json).post(SEARCH);
    }

    @Test
    void moreOfTheRarerWordsComesFirst() {
        // Given
        UUID collection = collection();
        UUID both = storeText(collection, "The okapi and the gerenuk share a waterhole.");
        UUID twice = storeText(collection, "An okapi is an okapi, whoever looks at it from afar.");
        UUID once = storeText(collection, "One okapi was seen in a wood of tall old trees by people who walked there.");
        UUID other = storeText(collection, "Nothing of the kind.");

        // When
        JsonPath found = search("okapi gerenuk", collection);

        // Then any of the words is enough, and all of them are best
        assertThat(found.getList("results.document_id"))
                .isEqualTo(List.of(both.toString(), twice.toString(), once.toString()));
        assertThat(found.getList("results.document_id")).doesNotContain(other.toString());
        assertThat(found.getList("results.score", Float.class)).isSortedAccordingTo((a, b) -> Float.compare(b, a));
        assertThat(found.getString("mode")).isEqualTo("keyword");
        assertThat(found.getString("query")).isEqualTo("okapi gerenuk");
        assertThat(found.getInt("total_results")).isEqualTo(3);
        int tokens = found.getList("results.tokens", Integer.class).stream()
                .mapToInt(Integer::intValue)
                .sum();
        assertThat(found.getInt("tokens_used")).isEqualTo(tokens);
        for (int i = 0; i < 3; i++) {
            String result = "results[" + i + "]";
            assertThat(found.getInt(result + ".keyword_rank")).isEqualTo(i + 1);
            assertThat(found.getDouble(result + ".keyword_score")).isEqualTo(found.getDouble(result + ".score"));
            assertThat(found.getString(result + ".collection_id")).isEqualTo(collection.toString());
            assertThat(found.getString(result + ".collection_name")).startsWith("test ");
            assertThat(found.getString(result + ".chunk_id")).isNotBlank();
            assertThat(found.getInt(result + ".ordinal")).isZero();
            assertThat(found.getInt(result + ".line_from")).isEqualTo(1);
        }
    }

    @Test
    void aPhraseInQuotesStandsTogether() {
        // Given
        UUID collection = collection();
        UUID together = storeText(collection, "He tied a bowline knot at dawn.");
        UUID apart = storeText(collection, "The knot was no bowline, the bowline was no knot.");

        // Then
        assertThat(foundDocuments("bowline knot", collection)).containsExactlyInAnyOrder(together, apart);
        assertThat(foundDocuments("\"bowline knot\"", collection)).containsExactly(together);
        assertThat(foundDocuments("\"Bowline  KNOT\"", collection)).containsExactly(together);
        assertThat(foundDocuments("\u201Cbowline knot\u201D", collection)).containsExactly(together);
        assertThat(foundDocuments("\"knot bowline\"", collection)).isEmpty();
        assertThat(foundDocuments("dawn \"bowline knot\"", collection)).containsExactly(together);
        // A quote without its end is none
        assertThat(foundDocuments("\"bowline knot", collection)).containsExactlyInAnyOrder(together, apart);
        assertThat(foundDocuments("\"\"", collection)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "parseHttpHeader, true",
        "parsehttpheader, true",
        "parse header, true",
        "http, true",
        "maxRetryCount, true",
        "max_retry_count, true",
        "retry, true",
        "os.path.join, true",
        "HTTPServer2, true",
        "server, true",
        "C++, true",
        "parseFtpTrailer, true",
        "ftpTrailer, false",
        "v1.2.3, true",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, true",
    })
    void identifiersAreFoundWholeAndByTheirParts(String query, boolean found) {
        // Given
        UUID collection = collection();
        UUID id = storeAt(
                collection,
                "a.py",
                "parseHttpHeader(max_retry_count, maxRetryCount) + os.path.join(HTTPServer2) # C++ v1.2.3 "
                        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
        storeText(collection, "nothing of that");

        // Then
        assertThat(foundDocuments(query, collection)).isEqualTo(found ? List.of(id) : List.of());
    }

    @Test
    void aWholeIdentifierBeatsItsParts() {
        // Given
        UUID collection = collection();
        UUID parts = storeText(collection, "First parse, then look at the http part, then at the header of it.");
        UUID whole = storeText(collection, "First call parseHttpHeader and then look at nothing else of it at all.");

        // Then
        assertThat(foundDocuments("parseHttpHeader", collection)).containsExactly(whole, parts);
    }

    @Test
    void stopWordsAloneFindWhatHasThem() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "To be, or not to be: that is the question.");
        storeText(collection, "Okapi.");

        // Then it is no failure, and what is found has the words
        JsonPath found = search("to be or not to be", collection);
        assertThat(found.getList("results.document_id", String.class)).isSubsetOf(id.toString());
        assertThat(foundDocuments("the question", collection)).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\n",
                "🦊",
                "!!!",
                "'",
                "\"",
                "\\",
                "%",
                "_",
                "*",
                "'; drop table chunk; --",
                "a & b | !c <-> d:*",
                "(((",
                "$1",
                "{{7*7}}",
                "\u0000",
                "null",
                "\u202Etxet",
                "ﬀ ß İ ı",
                "NaN",
                "-okapi",
                "okapi OR 1=1",
                "𝕆𝕜𝕒𝕡𝕚"
            })
    void anyTextIsAQuery(String query) {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi & others");

        // When
        JsonPath found = search(query, collection);

        // Then
        assertThat(found.getString("query")).isEqualTo(query);
        assertThat(found.getList("results.document_id", String.class)).isSubsetOf(id.toString());
    }

    @ParameterizedTest
    @CsvSource({"okapi OR 1=1", "-okapi", "𝕆𝕜𝕒𝕡𝕚", "OKAPI", "okapis", "oka\u0301pi", "'''okapi'''", "(okapi)"})
    void signsAndFormsDoNotHideAWord(String query) {
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi & others");

        assertThat(foundDocuments(query, collection)).containsExactly(id);
    }

    @Test
    void halfASurrogatePairIsAQuery() {
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi");

        JsonPath found = ok(
                raw("{\"query\":\"okapi \\ud83d\",\"mode\":\"keyword\",\"collection_ids\":[\"" + collection + "\"]}"));

        assertThat(found.getList("results.document_id")).isEqualTo(List.of(id.toString()));
    }

    @Test
    void aLongQueryIsAQuery() {
        // Given
        UUID collection = collection();
        UUID id = storeText(collection, "the okapi");
        StringBuilder query = new StringBuilder("okapi");
        for (int i = 0; query.length() < 10_000; i++) {
            query.append(" word").append(i);
        }

        // Then
        assertThat(foundDocuments(query.toString(), collection)).containsExactly(id);
        assertThat(foundDocuments("\"" + query, collection)).containsExactly(id);
        assertThat(foundDocuments("x".repeat(10_000), collection)).isEmpty();
        assertThat(foundDocuments("\"".repeat(10_000), collection)).isEmpty();
        assertThat(foundDocuments("🦊".repeat(5_000), collection)).isEmpty();
        assertThat(foundDocuments("東".repeat(10_000), collection)).isEmpty();
        invalid(post(SEARCH, Map.of("query", "x".repeat(20_001))), "query");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "\"okapi\"",
                "{}",
                "{\"query\":null}",
                "{\"query\":[\"a\"]}",
                "{\"query\":\"a\",\"limit\":0}",
                "{\"query\":\"a\",\"limit\":101}",
                "{\"query\":\"a\",\"limit\":-1}",
                "{\"query\":\"a\",\"limit\":\"many\"}",
                "{\"query\":\"a\",\"limit\":99999999999999}",
                "{\"query\":\"a\",\"max_tokens\":0}",
                "{\"query\":\"a\",\"max_tokens\":1000001}",
                "{\"query\":\"a\",\"min_score\":\"high\"}",
                "{\"query\":\"a\",\"mode\":\"semantic\"}",
                "{\"query\":\"a\",\"mode\":\"KEYWORD\"}",
                "{\"query\":\"a\",\"mode\":7}",
                "{\"query\":\"a\",\"collection_ids\":[]}",
                "{\"query\":\"a\",\"collection_ids\":[null]}",
                "{\"query\":\"a\",\"collection_ids\":[\"x\"]}",
                "{\"query\":\"a\",\"collection_ids\":\"x\"}",
                "{\"query\":\"a\",\"unknown\":1}",
                "{\"query\":\"a\"",
                "{\"query\":\"a\"} {}",
            })
    void aBadSearchIsRefused(String body) {
        problem(raw(body), 400);
    }

    @Test
    void aCollectionThatDoesNotExistIsNotFound() {
        // Given
        UUID here = collection();

        // Then
        problem(post(SEARCH, Map.of("query", "x", "collection_ids", List.of(NOBODY))), 404);
        problem(post(SEARCH, Map.of("query", "x", "collection_ids", List.of(here, NOBODY))), 404);
        // And naming one twice is naming it once
        UUID id = storeText(here, "okapi");
        assertThat(foundDocuments("okapi", here, here)).containsExactly(id);
    }

    @Test
    void theLimitIsKeptAndTheOrderOfEqualsIsStable() {
        // Given many documents that answer equally well
        UUID collection = collection();
        for (int i = 0; i < 30; i++) {
            storeText(collection, "okapi number" + (100 + i));
        }

        // When
        List<String> all = search("okapi", Map.of("limit", 100), collection).getList("results.chunk_id", String.class);

        // Then
        assertThat(all).hasSize(30).doesNotHaveDuplicates();
        assertThat(search("okapi", collection).getList("results")).hasSize(10);
        for (int limit : List.of(1, 7, 29, 30)) {
            for (int repetition = 0; repetition < 3; repetition++) {
                JsonPath found = search("okapi", Map.of("limit", limit), collection);
                assertThat(found.getList("results.chunk_id", String.class)).isEqualTo(all.subList(0, limit));
                assertThat(found.getInt("total_results")).isEqualTo(limit);
            }
        }
        // And the other names of the limit are understood
        assertThat(search("okapi", Map.of("top_k", 4), collection).getList("results"))
                .hasSize(4);
        assertThat(search("okapi", Map.of("max_results", 5), collection).getList("results"))
                .hasSize(5);
    }

    @Test
    void aLeastScoreLeavesWeakerResultsOut() {
        // Given
        UUID collection = collection();
        UUID strong = storeText(collection, "okapi gerenuk");
        storeText(collection, "okapi among very many other words that make it weaker than it would be alone");
        JsonPath all = search("okapi gerenuk", collection);
        double best = all.getDouble("results[0].score");
        double weaker = all.getDouble("results[1].score");

        // Then
        assertThat(best).isGreaterThan(weaker);
        JsonPath between = search("okapi gerenuk", Map.of("min_score", (best + weaker) / 2), collection);
        assertThat(between.getList("results.document_id")).isEqualTo(List.of(strong.toString()));
        assertThat(search("okapi gerenuk", Map.of("min_score", weaker * 0.999), collection)
                        .getList("results"))
                .hasSize(2);
        assertThat(search("okapi gerenuk", Map.of("min_score", 1), collection).getList("results"))
                .isEmpty();
        assertThat(search("okapi gerenuk", Map.of("min_score", -1), collection).getList("results"))
                .hasSize(2);
        assertThat(search("okapi gerenuk", Map.of("threshold", 1), collection).getList("results"))
                .isEmpty();
    }

    @Test
    void theTokenBudgetIsKeptExactly() {
        // Given
        UUID collection = collection();
        for (int i = 0; i < 6; i++) {
            storeText(collection, "okapi " + "word ".repeat(10 + 20 * i) + i);
        }
        JsonPath all = search("okapi", collection);
        List<Integer> tokens = all.getList("results.tokens", Integer.class);
        assertThat(tokens).hasSize(6);

        for (int count = 1; count <= 6; count++) {
            int budget = tokens.subList(0, count).stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            // When it is just enough, and one token too small
            JsonPath enough = search("okapi", Map.of("max_tokens", budget), collection);
            JsonPath tooSmall = search("okapi", Map.of("max_tokens", budget - 1), collection);

            // Then
            assertThat(enough.getList("results")).hasSize(count);
            assertThat(enough.getInt("tokens_used")).isEqualTo(budget);
            assertThat(tooSmall.getList("results")).hasSize(count - 1);
            assertThat(tooSmall.getInt("tokens_used")).isEqualTo(budget - tokens.get(count - 1));
        }
    }

    @Test
    void highlightsCoverTheWords() {
        // Given
        UUID collection = collection();
        storeText(collection, "🦊 Running okapis; the OKAPI ran past parseHttpHeader. Étude of okapi-like kin.");

        // When
        JsonPath found = search("okapi run étude parseHttpHeader", collection);

        // Then
        String content = found.getString("results[0].content");
        List<String> covered = new ArrayList<>();
        List<Integer> starts = found.getList("results[0].highlights.start", Integer.class);
        List<Integer> ends = found.getList("results[0].highlights.end", Integer.class);
        for (int i = 0; i < starts.size(); i++) {
            covered.add(content.substring(starts.get(i), ends.get(i)).toLowerCase(Locale.ROOT));
            assertThat(ends.get(i)).isGreaterThan(starts.get(i));
            assertThat(i == 0 || starts.get(i) >= ends.get(i - 1)).isTrue();
        }
        assertThat(covered).containsExactly("running", "okapis", "okapi", "parsehttpheader", "étude", "okapi");
    }

    @Test
    void everyCommittedChangeIsSeenByTheNextSearch() {
        // Given
        UUID collection = collection();
        for (char letter = 'a'; letter < 'i'; letter++) {
            // When it is written
            UUID id = storeAt(collection, "fresh.md", "okapi" + letter + " written");
            // Then
            assertThat(foundDocuments("okapi" + letter, collection)).containsExactly(id);
            // When it is replaced
            storeAt(collection, "fresh.md", "gerenuk" + letter + " written");
            // Then
            assertThat(foundDocuments("okapi" + letter, collection)).isEmpty();
            assertThat(foundDocuments("gerenuk" + letter, collection)).containsExactly(id);
            assertThat(foundDocuments("written", collection)).containsExactly(id);
            // When it is deleted
            delete(DOCUMENTS + "/" + id).then().statusCode(204);
            // Then
            assertThat(foundDocuments("gerenuk" + letter, collection)).isEmpty();
            assertThat(foundDocuments("written", collection)).isEmpty();
        }
    }

    @Test
    void theLanguageOfACollectionDecidesWhatAWordIs() {
        // Given
        UUID english = collection("english");
        UUID simple = collection("simple");
        UUID german = collection("german");
        UUID inEnglish = storeText(english, "running ships, houses and the naïve");
        UUID inSimple = storeText(simple, "running ships, houses and the naïve");
        UUID inGerman = storeText(german, "Die Häuser der Städte");

        // Then
        assertThat(foundDocuments("runs", english)).containsExactly(inEnglish);
        assertThat(foundDocuments("house", english)).containsExactly(inEnglish);
        assertThat(foundDocuments("runs", simple)).isEmpty();
        assertThat(foundDocuments("house", simple)).isEmpty();
        assertThat(foundDocuments("HOUSES", simple)).containsExactly(inSimple);
        assertThat(foundDocuments("naive", simple)).containsExactly(inSimple);
        assertThat(foundDocuments("Haus", german)).containsExactly(inGerman);
        assertThat(foundDocuments("stadt", german)).containsExactly(inGerman);
        assertThat(foundDocuments("running", english, simple)).containsExactlyInAnyOrder(inEnglish, inSimple);
    }

    @Test
    void scriptsWithoutSpacesAreFoundByTheirParts() {
        // Given
        UUID collection = collection("simple");
        UUID chinese = storeText(collection, "北京是中华人民共和国的首都。");
        UUID japanese = storeText(collection, "東京タワーは東京都港区にある。");
        UUID korean = storeText(collection, "서울은 대한민국의 수도이다.");
        UUID thai = storeText(collection, "กรุงเทพมหานครเป็นเมืองหลวง");

        // Then
        assertThat(foundDocuments("首都", collection)).containsExactly(chinese);
        assertThat(foundDocuments("人民共和国", collection)).containsExactly(chinese);
        assertThat(foundDocuments("タワー", collection)).containsExactly(japanese);
        assertThat(foundDocuments("\"東京都\"", collection)).containsExactly(japanese);
        assertThat(foundDocuments("대한민국", collection)).containsExactly(korean);
        assertThat(foundDocuments("เมืองหลวง", collection)).containsExactly(thai);
    }

    @Test
    void severalCollectionsAreSearchedTogetherAndOthersAreNot() {
        // Given
        UUID first = collection();
        UUID second = collection();
        UUID third = collection();
        UUID a = storeText(first, "okapi one");
        UUID b = storeText(second, "okapi two");
        UUID c = storeText(third, "okapi three");

        // Then
        assertThat(foundDocuments("okapi", first, second)).containsExactlyInAnyOrder(a, b);
        assertThat(foundDocuments("okapi", third)).containsExactly(c);
        JsonPath everywhere = ok(post(SEARCH, Map.of("query", "okapi", "mode", "keyword", "limit", 100)));
        assertThat(everywhere.getList("results")).isNotEmpty();
        // And a collection without anything finds nothing
        assertThat(foundDocuments("okapi", collection())).isEmpty();
    }

    @Test
    void aQuestionOfMoreThan64KilobytesIsReadAsASmallOneIs() {
        // Given one document that is asked for among many that are not there
        UUID collection = collection();
        UUID okapi = storeText(collection, "An okapi.");
        storeText(collection, "Another okapi.");
        List<String> documents = new ArrayList<>(List.of(okapi.toString()));
        for (int i = 1; i < 1_000; i++) {
            documents.add(UUID.randomUUID().toString());
        }
        Map<String, Object> wanted = new HashMap<>(Map.of(
                "query",
                "okapi " + "\u9577".repeat(15_000),
                "document_ids",
                documents,
                "collection_ids",
                List.of(collection)));

        // When, then
        assertThat(ok(post(SEARCH, wanted)).getList("results.document_id")).containsExactly(okapi.toString());
        wanted.put("limit", 0);
        invalid(post(SEARCH, wanted), "limit");
    }
}
