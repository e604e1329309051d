package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.NoteGraphApi.remove;
import static dev.evenkeel.knowledge.NoteGraphApi.targets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Neighbours, tags and lists of links: what they tell, to whom, page by page and in how many statements. */
@QuarkusTest
class NoteGraphReadingTest {
    @Test
    void neighboursByHopsAndKinds() {
        // Given a cycle a -> b -> c -> a, a link to itself, and an embed of e in b
        UUID collection = collection();
        UUID a = storeAt(collection, "a.md", "[[b]] [[a]]");
        UUID b = storeAt(collection, "b.md", "[[c]] ![[e]]");
        UUID c = storeAt(collection, "c.md", "[[a]]");
        UUID e = storeAt(collection, "e.md", "[[f]]");
        UUID f = storeAt(collection, "f.md", "[[g]]");
        UUID g = storeAt(collection, "g.md", "the end");
        String path = DOCUMENTS + "/" + a + "/neighbours";

        // Then
        JsonPath one = ok(get(path));
        assertThat(one.getList("items.document.document_id")).containsExactly(b.toString(), c.toString());
        assertThat(one.getList("items.direction")).containsExactly("outgoing", "incoming");
        assertThat(one.getList("items.hops")).containsExactly(1, 1);
        assertThat(one.getBoolean("truncated")).isFalse();

        JsonPath three = ok(get(path + "?hops=3"));
        assertThat(three.getList("items.document.document_id"))
                .containsExactly(b.toString(), c.toString(), e.toString(), f.toString())
                .doesNotContain(g.toString());
        assertThat(three.getList("items.hops")).containsExactly(1, 1, 2, 3);
        assertThat(three.getString("items[2].via_document_id")).isEqualTo(b.toString());
        assertThat(three.getString("items[2].kind")).isEqualTo("embed");

        assertThat(ok(get(path + "?hops=3&kinds=wikilink")).getList("items.document.document_id"))
                .containsExactly(b.toString(), c.toString());
        assertThat(ok(get(path + "?hops=3&kinds=embed,import")).getList("items"))
                .isEmpty();
        JsonPath some = ok(get(path + "?hops=3&limit=3"));
        assertThat(some.getList("items")).hasSize(3);
        assertThat(some.getBoolean("truncated")).isTrue();
        assertThat(targets(a)).containsExactly(b.toString(), a.toString());
    }

    @Test
    void tagsAreCountedAndFoundWithThoseBelowThem() {
        // Given
        UUID collection = collection();
        UUID a = storeAt(collection, "a.md", "---\ntags: [Boat, project/sail]\n---\n\n#boat text");
        UUID b = storeAt(collection, "b.md", "#project and #boat");
        UUID c = storeAt(collection, "c.md", "#project/sail/mast #projects");
        String tags = COLLECTIONS + "/" + collection + "/tags";

        // Then
        assertThat(ok(get(tags)).getList("items.collect { it.tag + ' ' + it.documents }"))
                .containsExactly("boat 2", "project 1", "project/sail 1", "project/sail/mast 1", "projects 1");
        assertThat(ok(get(tags + "/project/documents")).getList("items.document_id"))
                .containsExactly(a.toString(), b.toString(), c.toString());
        assertThat(ok(KnowledgeApi.request().urlEncodingEnabled(false).get(tags + "/%23Project%2FSail/documents"))
                        .getList("items.document_id"))
                .containsExactly(a.toString(), c.toString());
        assertThat(ok(get(tags + "/project/sail/mast/documents")).getList("items.document_id"))
                .containsExactly(c.toString());
        assertThat(ok(get(tags + "/nothing/documents")).getList("items")).isEmpty();
        invalid(get(tags + "/no%20tag/documents"), "tag");

        // When
        remove(a);
        ok(put(DOCUMENTS + "/" + b + "/content", Map.of("content", "none")));

        // Then
        assertThat(ok(get(tags)).getList("items.tag")).containsExactly("project/sail/mast", "projects");
    }

    @Test
    void listsComeInPagesWithoutGapsOrRepetitions() {
        // Given 25 documents that link to one, which links to them and to 30 that are not there
        UUID collection = collection();
        StringBuilder text = new StringBuilder("# Hub\n\n");
        IntStream.range(0, 25)
                .forEach(i ->
                        text.append("[[n").append(i).append("]] #t").append(i).append(" #all\n"));
        IntStream.range(0, 30).forEach(i -> text.append("[[gone").append(i).append("]]\n"));
        UUID hub = storeAt(collection, "hub.md", text.toString());
        IntStream.range(0, 25).forEach(i -> storeAt(collection, "n" + i + ".md", "[[hub]] and [h](hub.md) #all " + i));
        String of = DOCUMENTS + "/" + hub;
        String in = COLLECTIONS + "/" + collection;

        // Then
        assertThat(pages(of + "/links?", "it.ordinal")).hasSize(55).doesNotHaveDuplicates();
        assertThat(pages(of + "/backlinks?", "it.document.document_id + it.ordinal"))
                .hasSize(50)
                .doesNotHaveDuplicates();
        assertThat(pages(in + "/tags?", "it.tag"))
                .hasSize(26)
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(pages(in + "/tags/all/documents?", "it.document_id"))
                .hasSize(26)
                .doesNotHaveDuplicates();
        assertThat(pages(in + "/broken-links?", "it.target")).hasSize(30).doesNotHaveDuplicates();
    }

    private static List<String> pages(String path, String key) {
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(path + "limit=7" + cursor));
            assertThat(page.getList("items").size()).isBetween(1, 7);
            all.addAll(page.getList("items.collect { '' + " + key + " }", String.class));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);
        return all;
    }

    @Test
    void aListTakesTheSameStatementsWhateverItsLength() {
        UUID collection = collection();
        UUID hub = storeAt(collection, "hub.md", "[[n0]] [[n1]] [[n2]] [[gone]] [[lost]] #t #u");
        IntStream.range(0, 3).forEach(i -> storeAt(collection, "n" + i + ".md", "[[hub]] #t"));
        for (String list : List.of(
                DOCUMENTS + "/" + hub + "/links",
                DOCUMENTS + "/" + hub + "/backlinks",
                DOCUMENTS + "/" + hub + "/neighbours",
                COLLECTIONS + "/" + collection + "/tags",
                COLLECTIONS + "/" + collection + "/tags/t/documents",
                COLLECTIONS + "/" + collection + "/broken-links")) {
            assertThat(StatementCounter.during(() -> ok(get(list + "?limit=50"))))
                    .as(list)
                    .isEqualTo(2)
                    .isEqualTo(StatementCounter.during(() -> ok(get(list + "?limit=1"))));
        }
    }

    @Test
    void nobodySeesLinksOfOthers() {
        // Given the same names at two people's
        IdentityApi.Session one = IdentityApi.newSession();
        IdentityApi.Session two = IdentityApi.newSession();
        String collection = newCollection(one);
        String a = storeOf(one, collection, "a.md", "[[b]] #secret");
        String b = storeOf(two, newCollection(two), "b.md", "[[a]]");

        // Then each is alone
        assertThat(ok(one.request().get(DOCUMENTS + "/" + a + "/links")).getList("items.document"))
                .containsOnlyNulls();
        assertThat(ok(two.request().get(DOCUMENTS + "/" + b + "/links")).getList("items.document"))
                .containsOnlyNulls();
        for (String path : List.of("/links", "/backlinks", "/neighbours")) {
            problem(two.request().get(DOCUMENTS + "/" + a + path), 404);
        }
        for (String path : List.of("/tags", "/tags/secret/documents", "/broken-links", "/graph/ranking")) {
            problem(two.request().get(COLLECTIONS + "/" + collection + path), 404);
        }
    }

    private static String newCollection(IdentityApi.Session session) {
        return IdentityApi.ok(session.request()
                        .body(Map.of("name", KnowledgeApi.newName()))
                        .post(COLLECTIONS))
                .getString("id");
    }

    private static String storeOf(IdentityApi.Session session, String collection, String path, String content) {
        return IdentityApi.ok(session.request()
                        .body(Map.of("source_path", path, "content", content))
                        .post(COLLECTIONS + "/" + collection + "/documents"))
                .getString("id");
    }

    @Test
    void badInput() {
        UUID collection = collection();
        UUID document = storeAt(collection, "a.md", "a");
        String of = DOCUMENTS + "/" + document;
        String in = COLLECTIONS + "/" + collection;

        invalid(get(of + "/links?cursor=x"), "cursor");
        invalid(get(of + "/backlinks?cursor=x"), "cursor");
        invalid(get(in + "/broken-links?cursor=" + "eA"), "cursor");
        invalid(get(in + "/graph/ranking?cursor=eA"), "cursor");
        invalid(get(in + "/tags/a/documents?cursor=eA"), "cursor");
        invalid(get(of + "/neighbours?kinds=wikilink,friend"), "kinds");
        invalid(get(of + "/neighbours?hops=4"), "hops");
        invalid(get(of + "/neighbours?limit=0"), "limit");
        invalid(get(in + "/broken-links?kinds=,"), "kinds");
        problem(get(DOCUMENTS + "/" + NOBODY + "/links"), 404);
        problem(get(COLLECTIONS + "/" + NOBODY + "/tags"), 404);
        problem(get(DOCUMENTS + "/no-id/links"), 400);
    }

    @Test
    void whatIsLeftOutIsAWarningOfTheDocument() {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 2_001).forEach(i -> text.append("[[n").append(i).append("]]\n"));
        UUID document = storeAt(collection(), "a.md", text.toString());
        assertThat(document(document).getList("warnings", String.class))
                .anyMatch(warning -> warning.contains("2000 links"));
        assertThat(targets(document)).hasSize(200);
    }
}
