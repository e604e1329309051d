package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
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

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
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
    private static final String DOCUMENTS_OF = COLLECTIONS + "/%s/documents";

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

    @Test
    void aUserSeesTheDocumentsOfAllTheirCollectionsNewestFirst() {
        // Given documents in some of a user's collections, in one that is deleted since, and newer ones of somebody
        // else
        IdentityApi.Session user = IdentityApi.newSession();
        List<UUID> collections = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            collections.add(id(sent(user, COLLECTIONS, Map.of("name", "number " + i)), "id"));
        }
        List<String> all = new ArrayList<>();
        List<String> python = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            String path = DOCUMENTS_OF.formatted(collections.get(i % 5 == 4 ? 0 : i % 5));
            String suffix = i % 3 == 0 ? ".py" : ".md";
            String id = sent(user, path, Map.of("content", "x = " + i, "source_path", i + suffix))
                    .getString("id");
            all.add(0, id);
            if (i % 3 == 0) {
                python.add(0, id);
            }
        }
        sent(user, DOCUMENTS_OF.formatted(collections.get(4)), Map.of("content", "of a collection that goes"));
        user.request().delete(COLLECTIONS + "/" + collections.get(4)).then().statusCode(204);
        storeText(collection(), "somebody else's");

        // Then
        assertThat(pagesOf(user, Map.of("limit", 50))).isEqualTo(all);
        assertThat(pagesOf(user, Map.of("limit", 1))).isEqualTo(all);
        assertThat(pagesOf(user, Map.of("limit", 4))).isEqualTo(all);
        assertThat(pagesOf(user, Map.of("limit", 2, "type", "python"))).isEqualTo(python);
        assertThat(pagesOf(user, Map.of("limit", 3, "name", "*.py"))).isEqualTo(python);
        assertThat(pagesOf(user, Map.of("limit", 3, "state", "completed"))).isEqualTo(all);
        assertThat(pagesOf(user, Map.of("limit", 3, "state", "failed"))).isEmpty();
        assertThat(pagesOf(user, Map.of("limit", 3, "name", "no such"))).isEmpty();
        assertThat(pagesOf(IdentityApi.newSession(), Map.of())).isEmpty();
    }

    private static JsonPath sent(IdentityApi.Session user, String path, Map<String, ?> body) {
        Response created = user.request().body(body).post(path);
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        return Json.of(created);
    }

    private static List<String> pagesOf(IdentityApi.Session user, Map<String, ?> parameters) {
        List<String> seen = new ArrayList<>();
        Map<String, Object> wanted = new HashMap<>(parameters);
        do {
            JsonPath page = ok(user.request().queryParams(wanted).get(DOCUMENTS));
            seen.addAll(page.getList("items.id", String.class));
            wanted.put("cursor", page.getString("next_cursor"));
        } while (wanted.get("cursor") != null);
        return seen;
    }
}
