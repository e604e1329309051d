package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.pauseIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.resumeIngestion;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Concurrently;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of documents: filters and pages. */
@QuarkusTest
class DocumentListTest {
    private static List<String> titles(UUID collection, String name) {
        return ok(request()
                        .queryParam("collection_id", collection)
                        .queryParam("name", name)
                        .get(DOCUMENTS))
                .getList("items.title", String.class);
    }

    private static JsonPath list(UUID collection, Map<String, ?> parameters) {
        return ok(request()
                .queryParam("collection_id", collection)
                .queryParams(parameters)
                .get(DOCUMENTS));
    }

    @Test
    void aNameIsAPartOrAPatternAndEverythingElseStandsForItself() {
        // Given
        UUID collection = collection();
        for (String title : List.of("100% wool", "100 wool", "a_b", "axb", "Bang!bang", "back\\slash", "Été", "Q?A")) {
            store(collection, Map.of("content", "text of " + title, "title", title));
        }
        store(collection, Map.of("content", "by path", "title", "Plain", "source_path", "deep/folder/guide.md"));

        // Then a part of the title or path, whatever its case
        assertThat(titles(collection, "WOOL")).containsExactlyInAnyOrder("100% wool", "100 wool");
        assertThat(titles(collection, "éTÉ")).containsExactly("Été");
        assertThat(titles(collection, "folder/gui")).containsExactly("Plain");
        // The signs of LIKE stand for themselves
        assertThat(titles(collection, "%")).containsExactly("100% wool");
        assertThat(titles(collection, "a_b")).containsExactly("a_b");
        assertThat(titles(collection, "!")).containsExactly("Bang!bang");
        assertThat(titles(collection, "\\")).containsExactly("back\\slash");
        assertThat(titles(collection, "'; drop table document; --")).isEmpty();
        // Stars and question marks are a pattern for the whole
        assertThat(titles(collection, "100*")).containsExactlyInAnyOrder("100% wool", "100 wool");
        assertThat(titles(collection, "*wool")).containsExactlyInAnyOrder("100% wool", "100 wool");
        assertThat(titles(collection, "a?b")).containsExactlyInAnyOrder("a_b", "axb");
        assertThat(titles(collection, "wool*")).isEmpty();
        assertThat(titles(collection, "deep/*.md")).containsExactly("Plain");
        assertThat(titles(collection, "*")).hasSize(9);
        assertThat(titles(collection, "")).hasSize(9);
    }

    @Test
    void filtersAreCombined() {
        // Given
        UUID collection = collection();
        UUID other = collection();
        UUID python = id(store(collection, Map.of("content", "x = 1", "source_path", "a.py")), "id");
        UUID markdown = storeText(collection, "words");
        storeText(other, "words elsewhere");
        pauseIngestion();
        UUID queued;
        try {
            queued = id(
                    send(collection, Map.of("content", SampleFiles.largeText(270_000, "x")))
                            .jsonPath(),
                    "id");

            // Then
            assertThat(list(collection, Map.of()).getList("items.id"))
                    .isEqualTo(List.of(queued.toString(), markdown.toString(), python.toString()));
            assertThat(list(collection, Map.of("type", "python")).getList("items.id"))
                    .isEqualTo(List.of(python.toString()));
            assertThat(list(collection, Map.of("state", "queued")).getList("items.id"))
                    .isEqualTo(List.of(queued.toString()));
            assertThat(list(collection, Map.of("state", "completed", "type", "markdown"))
                            .getList("items.id"))
                    .isEqualTo(List.of(markdown.toString()));
            assertThat(list(collection, Map.of("state", "failed")).getList("items"))
                    .isEmpty();
            assertThat(list(collection, Map.of("type", "cobol")).getList("items"))
                    .isEmpty();
            assertThat(list(NOBODY, Map.of()).getList("items")).isEmpty();
        } finally {
            resumeIngestion();
        }
        KnowledgeApi.completed(queued);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=-5",
                "limit=1.5",
                "state=unknown",
                "state=COMPLETED",
                "collection_id=x",
                "cursor=x",
                "cursor=%F0%9F%A6%8A",
                "name=%00",
                "type=%00"
            })
    void aBadFilterIsRefused(String query) {
        problem(request().urlEncodingEnabled(false).get(DOCUMENTS + "?" + query), 400);
    }

    @Test
    void pagesHaveNoGapsAndNoRepetitionsWhileDocumentsComeAndGo() {
        // Given
        UUID collection = collection();
        List<UUID> before = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            before.add(storeText(collection, "document number " + i));
        }

        // When documents are added between the pages, and one that was not shown yet is deleted
        List<UUID> seen = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            Map<String, Object> parameters = new HashMap<>(Map.of("limit", 5));
            if (cursor != null) {
                parameters.put("cursor", cursor);
            }
            JsonPath page = list(collection, parameters);
            page.getList("items.id", String.class).forEach(text -> seen.add(UUID.fromString(text)));
            cursor = page.getString("next_cursor");
            int number = pages++;
            Concurrently.all(3, i -> storeText(collection, "late document " + number + " " + i));
            if (number == 0) {
                KnowledgeApi.delete(DOCUMENTS + "/" + before.get(2)).then().statusCode(204);
            }
        } while (cursor != null);

        // Then
        List<UUID> expected = new ArrayList<>(before);
        java.util.Collections.reverse(expected);
        expected.remove(before.get(2));
        assertThat(seen).isEqualTo(expected);
        assertThat(pages).isEqualTo(5);
    }

    @Test
    void theLastPageHasNoCursor() {
        // Given
        UUID collection = collection();
        for (int i = 0; i < 4; i++) {
            storeText(collection, "document " + i);
        }

        // Then
        assertThat(list(collection, Map.of("limit", 4)).getString("next_cursor"))
                .isNull();
        assertThat(list(collection, Map.of("limit", 3)).getString("next_cursor"))
                .isNotNull();
        assertThat(list(collection(), Map.of()).getList("items")).isEmpty();
    }
}
