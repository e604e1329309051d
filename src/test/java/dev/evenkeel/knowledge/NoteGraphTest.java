package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.testing.Concurrently.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.identity.IdentityApi;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links between documents are right at every moment, whatever comes, goes, is renamed or moves. */
@QuarkusTest
class NoteGraphTest {
    private static JsonPath links(UUID document) {
        return ok(get(DOCUMENTS + "/" + document + "/links?limit=200"));
    }

    private static JsonPath backlinks(UUID document) {
        return ok(get(DOCUMENTS + "/" + document + "/backlinks?limit=200"));
    }

    /** Where each link of a document leads, {@code null} where nothing is. */
    private static List<String> targets(UUID document) {
        return links(document).getList("items.collect { it.document?.document_id }", String.class);
    }

    private static String target(UUID document) {
        List<String> targets = targets(document);
        assertThat(targets).hasSize(1);
        return targets.get(0);
    }

    private static List<String> linking(UUID document) {
        return backlinks(document).getList("items.document.document_id", String.class);
    }

    private static List<String> broken(UUID collection) {
        return ok(get(COLLECTIONS + "/" + collection + "/broken-links?limit=200"))
                .getList("items.collect { it.target + ' ' + it.reason }", String.class);
    }

    private static void remove(UUID document) {
        assertThat(delete(DOCUMENTS + "/" + document).statusCode()).isEqualTo(204);
    }

    private static void rename(UUID document, String path) {
        ok(patch(DOCUMENTS + "/" + document, Map.of("source_path", path)));
    }

    private static void move(UUID document, UUID target) {
        ok(post(DOCUMENTS + "/" + document + "/move", Map.of("collection_id", target)));
    }

    @Test
    void aLinkLeadsSomewhereFromTheArrivalOfItsTargetToItsEndAndAgainWhenThatIsBack() {
        // Given a document that links to one that is not there yet
        UUID collection = collection();
        UUID linking = storeAt(collection, "a.md", "# A\n\nSee [[Target|it]] for more.");
        assertThat(target(linking)).isNull();
        assertThat(broken(collection)).containsExactly("Target no_document");

        // When it arrives
        UUID target = storeAt(collection, "notes/target.md", "# T\n\nHere.");

        // Then
        JsonPath links = links(linking);
        assertThat(links.getString("items[0].document.document_id")).isEqualTo(target.toString());
        assertThat(links.getString("items[0].document.source_path")).isEqualTo("notes/target.md");
        assertThat(links.getString("items[0].kind")).isEqualTo("wikilink");
        assertThat(links.getString("items[0].target")).isEqualTo("Target");
        assertThat(links.getString("items[0].label")).isEqualTo("it");
        assertThat(links.getInt("items[0].line")).isEqualTo(3);
        assertThat(linking(target)).containsExactly(linking.toString());
        assertThat(broken(collection)).isEmpty();

        // When it is deleted
        remove(target);

        // Then
        assertThat(target(linking)).isNull();
        assertThat(broken(collection)).containsExactly("Target no_document");

        // When it is back
        UUID again = storeAt(collection, "notes/target.md", "# T\n\nHere again.");

        // Then
        assertThat(target(linking)).isEqualTo(again.toString());
        assertThat(broken(collection)).isEmpty();
    }

    @Test
    void newContentHasNewLinksAndStaysTheTargetOfOthers() {
        UUID collection = collection();
        UUID first = storeAt(collection, "first.md", "one");
        UUID second = storeAt(collection, "second.md", "two [[first]]");
        UUID linking = storeAt(collection, "a.md", "See [[first]] and [[second]].");

        ok(put(DOCUMENTS + "/" + linking + "/content", Map.of("content", "Only [[second]] now.")));
        ok(put(DOCUMENTS + "/" + second + "/content", Map.of("content", "two, without links")));

        assertThat(target(linking)).isEqualTo(second.toString());
        assertThat(linking(second)).containsExactly(linking.toString());
        assertThat(linking(first)).isEmpty();
        assertThat(targets(second)).isEmpty();
    }

    @Test
    void aNewPathBreaksLinksToTheOldOneAndTakesThoseToTheNew() {
        // Given
        UUID collection = collection();
        UUID target = storeAt(collection, "docs/old.md", "target");
        UUID toOld = storeAt(collection, "docs/x.md", "[old](old.md)");
        UUID toNew = storeAt(collection, "y.md", "[[new]] and [[old]]");

        // When
        rename(target, "elsewhere/new.md");

        // Then
        assertThat(target(toOld)).isNull();
        assertThat(targets(toNew)).containsExactly(target.toString(), null);
        assertThat(broken(collection)).containsExactly("old.md no_document", "old no_document");

        // When it gets back its path
        rename(target, "docs/old.md");

        // Then
        assertThat(target(toOld)).isEqualTo(target.toString());
        assertThat(targets(toNew)).containsExactly(null, target.toString());
    }

    @Test
    void relativeLinksAreReadAnewWhereTheirDocumentGoes() {
        UUID collection = collection();
        UUID near = storeAt(collection, "a/page.md", "near");
        UUID far = storeAt(collection, "b/page.md", "far");
        UUID linking = storeAt(collection, "a/index.md", "[page](./page.md) ![up](../b/page.md)");
        assertThat(targets(linking)).containsExactly(near.toString(), far.toString());

        rename(linking, "b/index.md");
        assertThat(targets(linking)).containsExactly(far.toString(), far.toString());

        rename(linking, "index.md");
        assertThat(targets(linking)).containsExactly(null, null);
    }

    @Test
    void aTitleOrAliasIsANameToo() {
        // Given a document without a path, and one with aliases
        UUID collection = collection();
        UUID titled = id(store(collection, Map.of("content", "text", "title", "Meeting / notes")), "id");
        UUID aliased = storeAt(collection, "x/1.md", "---\naliases: [Skipper, 'The Old Man']\n---\n\ntext\n");
        UUID linking = storeAt(collection, "a.md", "[[meeting / Notes]] [[skipper]] [[the old  man]] [[Helmsman]]");
        assertThat(targets(linking)).containsExactly(titled.toString(), aliased.toString(), aliased.toString(), null);

        // When one gets another title, and the other other aliases
        ok(patch(DOCUMENTS + "/" + titled, Map.of("title", "Helmsman")));
        ok(put(DOCUMENTS + "/" + aliased + "/content", Map.of("content", "---\naliases: Skipper\n---\n\ntext\n")));

        // Then
        assertThat(targets(linking)).containsExactly(null, aliased.toString(), null, titled.toString());

        // When a file of that name comes
        UUID named = storeAt(collection, "deep/down/helmsman.md", "text");

        // Then that is meant rather than a title
        assertThat(targets(linking)).containsExactly(null, aliased.toString(), null, named.toString());
    }

    @Test
    void ofSeveralTheNearestThenTheShortestThenTheOldestIsMeant() {
        UUID collection = collection();
        UUID linking = storeAt(collection, "team/a.md", "[[plan]]");
        UUID deep = storeAt(collection, "x/y/z/plan.md", "deep");
        assertThat(target(linking)).isEqualTo(deep.toString());

        UUID shorter = storeAt(collection, "abc/plan.md", "shorter");
        assertThat(target(linking)).isEqualTo(shorter.toString());

        UUID younger = storeAt(collection, "xyz/plan.md", "as short, but younger");
        assertThat(target(linking)).isEqualTo(shorter.toString());

        UUID same = storeAt(collection, "team/Plan.md", "same folder");
        assertThat(target(linking)).isEqualTo(same.toString());

        remove(same);
        assertThat(target(linking)).isEqualTo(shorter.toString());
        remove(shorter);
        assertThat(target(linking)).isEqualTo(younger.toString());
        remove(younger);
        assertThat(target(linking)).isEqualTo(deep.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "docs/a.md; [[b]]; docs/b.md",
                "docs/a.md; [[B.md]]; other/b.md",
                "docs/a.md; [[sub/b]]; docs/sub/b.md",
                "docs/a.md; [[sub/b]]; sub/b.md",
                "docs/a.md; [[sub/b]]; x/y/sub/b.md",
                "docs/a.md; [[../b]]; b.md",
                "docs/a.md; [[Gru\u0308ße]]; x/GRÜßE.md",
                "docs/a.md; [[b.pdf.md]]; x/b.pdf.md",
                "docs/a.md; [[guide]]; x/guide/README.md",
                "docs/a.md; [x](b.md#part); docs/b.md",
                "docs/a.md; [x](b); docs/b.md",
                "docs/a.md; [x](docs/b.md); docs/b.md",
                "docs/a.md; [x](/b.md); b.md",
                "docs/a.md; [x](../guide/); guide/index.md",
                "docs/a.md; [x](b%20c.md); docs/b c.md",
                "docs/a.md; ![x](data.csv); docs/data.csv",
            })
    void aLinkLeadsTo(String from, String link, String to) {
        UUID collection = collection();
        UUID linking = storeAt(collection, from, "text " + link);
        UUID target = storeAt(collection, to, "the target");
        assertThat(target(linking)).isEqualTo(target.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "docs/a.md; [x](b.md); other/b.md",
                "docs/a.md; [x](../../b.md); b.md",
                "docs/a.md; [[sub/b]]; x/othersub/b.md",
                "docs/a.md; [[b]]; docs/bb.md",
                "docs/a.md; [[b.md]]; docs/b.txt",
            })
    void aLinkDoesNotLeadTo(String from, String link, String to) {
        UUID collection = collection();
        UUID linking = storeAt(collection, from, "text " + link);
        storeAt(collection, to, "not the target");
        assertThat(target(linking)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '~',
            value = {
                "src/main/java/a/b/X.java -> import a.c.Y; -> src/main/java/a/c/Y.java",
                "src/main/java/a/b/X.java -> import static a.c.Y.PI; -> src/main/java/a/c/Y.java",
                "app/x.py -> import app.y -> app/y.py",
                "app/x.py -> from app import y -> src/app/y.py",
                "app/x.py -> from .y import z -> app/y.py",
                "app/sub/x.py -> from ..y import z -> app/y/__init__.py",
                "web/x.ts -> import y from './y'; -> web/y.tsx",
                "web/x.ts -> import y from './y.js'; -> web/y.ts",
                "web/x.ts -> import y from '../lib'; -> lib/index.js",
                "web/x.ts -> import y from '@/lib/y'; -> src/lib/y.ts",
                "cmd/x.go -> import \"github.com/o/r/pkg/y\" -> pkg/y/y.go",
                "src/x.c -> #include \"y.h\" -> src/y.h",
                "src/x.c -> #include \"own/y.h\" -> include/own/y.h",
                "lib/x.rb -> require_relative 'sub/y' -> lib/sub/y.rb",
                "src/x.rs -> mod y; -> src/x/y.rs",
                "src/lib.rs -> mod y; -> src/y/mod.rs",
            })
    void anImportLeadsTo(String from, String line, String to) {
        UUID collection = collection();
        UUID importing = storeAt(collection, from, line + "\n");
        assertThat(target(importing)).isNull();
        // A document of the same name in another language is not what is imported.
        storeAt(collection, to.replaceFirst("\\.\\w+$", ".sql"), "select 1;");
        assertThat(target(importing)).isNull();
        UUID target = storeAt(collection, to, "y = 1\n");
        assertThat(target(importing)).isEqualTo(target.toString());
    }

    @Test
    void anImportOfALibraryIsNotBroken() {
        UUID collection = collection();
        storeAt(collection, "a.py", "import numpy\nfrom .missing import x\n");
        assertThat(broken(collection)).containsExactly(".missing:x no_document");
        assertThat(ok(get(COLLECTIONS + "/" + collection + "/broken-links?kinds=wikilink"))
                        .getList("items"))
                .isEmpty();
    }

    @Test
    void aHeadingThatIsNotThereIsBroken() {
        UUID collection = collection();
        UUID target = storeAt(collection, "t.md", "# Top\n\ntext\n\n## What's new?\n\ntext");
        UUID linking =
                storeAt(collection, "a.md", "[[t#What's New?]] [x](t.md#whats-new) [[t#^block]] [[t#Gone]] ![[p.png]]");

        assertThat(links(linking).getList("items.heading_found")).containsExactly(true, true, null, false, null);
        assertThat(broken(collection)).containsExactly("t no_heading");

        ok(put(DOCUMENTS + "/" + target + "/content", Map.of("content", "# Gone\n\nback")));
        assertThat(links(linking).getList("items.heading_found")).containsExactly(false, false, null, true, null);
    }

    @Test
    void aPlaceInADocumentWithoutKnownHeadingsIsNotBroken() {
        // Given a source file, and a document of more headings than are kept
        UUID collection = collection();
        storeAt(collection, "src/Foo.java", "class Foo {}\n");
        StringBuilder headings = new StringBuilder();
        IntStream.range(0, 1_001).forEach(i -> headings.append("# H").append(i).append("\n\n"));
        storeAt(collection, "many.md", headings.toString());
        storeAt(collection, "none.md", "no heading at all");

        // When others link into them
        UUID linking = storeAt(
                collection, "a.md", "[x](src/Foo.java#L10) [y](many.md#h1000) [y](many.md#h0) [z](none.md#part)");

        // Then only of the last is it known that the place is not there
        assertThat(targets(linking)).doesNotContainNull();
        assertThat(links(linking).getList("items.heading_found")).containsExactly(null, null, null, false);
        assertThat(broken(collection)).containsExactly("none.md no_heading");
    }

    @Test
    void aTitleThatComesWithContentForLaterIsANameAtOnce() {
        // Given
        UUID collection = collection();
        UUID titled = id(store(collection, Map.of("content", "text", "title", "Skipper")), "id");
        UUID linking = storeAt(collection, "a.md", "[[Skipper]] [[Helmsman]]");
        KnowledgeApi.pauseIngestion();
        try {
            // When content comes that only a job will index
            Response sent = put(
                    DOCUMENTS + "/" + titled + "/content",
                    Map.of("content", "a long story. ".repeat(20_000), "title", "Helmsman"));
            assertThat(sent.statusCode()).isEqualTo(202);

            // Then
            assertThat(document(titled).getString("title")).isEqualTo("Helmsman");
            assertThat(targets(linking)).containsExactly(null, titled.toString());
        } finally {
            KnowledgeApi.resumeIngestion();
        }
        completed(titled);
        assertThat(targets(linking)).containsExactly(null, titled.toString());
    }

    @Test
    void aMoveEndsTheLinksOfTheOldCollectionAndBeginsThoseOfTheNew() {
        // Given the same names in two collections
        UUID here = collection();
        UUID there = collection();
        UUID moving = storeAt(here, "m.md", "moving #tagged [[n]]");
        UUID nHere = storeAt(here, "n.md", "here [[m]]");
        UUID nThere = storeAt(there, "n.md", "there [[m]]");
        assertThat(target(moving)).isEqualTo(nHere.toString());
        assertThat(target(nThere)).isNull();

        // When
        move(moving, there);

        // Then
        assertThat(target(moving)).isEqualTo(nThere.toString());
        assertThat(target(nThere)).isEqualTo(moving.toString());
        assertThat(target(nHere)).isNull();
        assertThat(linking(moving)).containsExactly(nThere.toString());
        assertThat(broken(here)).containsExactly("m no_document");
        assertThat(broken(there)).isEmpty();
        assertThat(ok(get(COLLECTIONS + "/" + here + "/tags")).getList("items")).isEmpty();
        assertThat(ok(get(COLLECTIONS + "/" + there + "/tags")).getList("items.tag"))
                .containsExactly("tagged");

        // When back
        move(moving, here);

        // Then
        assertThat(target(moving)).isEqualTo(nHere.toString());
        assertThat(target(nThere)).isNull();
    }

    @Test
    void aFileThatAJobIndexesIsLinkedLikeAnyOther() {
        UUID collection = collection();
        UUID linking = storeAt(collection, "a.md", "[[b]]");
        UUID file = uploadedFile(collection, "sub/b.md", "# B\n\n[[a]] #t".getBytes(StandardCharsets.UTF_8));
        completed(file);
        assertThat(target(linking)).isEqualTo(file.toString());
        assertThat(target(file)).isEqualTo(linking.toString());
    }

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
    void anArrivalTakesTheSameStatementsHoweverManyLinkToIt() {
        // Given a collection in which one document waits for the hub, and one in which a thousand do
        UUID few = collection();
        storeAt(few, "n.md", "[[hub]]");
        UUID many = collection();
        Concurrently.all(4, client -> {
            for (int i = client; i < 1_000; i += 4) {
                int number = i;
                Response stored = patiently(
                        () -> send(many, Map.of("source_path", "n" + number + ".md", "content", number + " [[hub]]")));
                assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
            }
            return client;
        });

        // When it comes, is renamed there and back, and goes
        long statementsOfFew = StatementCounter.during(() -> comeAndGo(few));
        long statementsOfMany = StatementCounter.during(() -> comeAndGo(many));

        // Then
        assertThat(statementsOfMany).isEqualTo(statementsOfFew);
        UUID hub = storeAt(many, "hub.md", "here");
        assertThat(pagesOfBacklinks(hub)).hasSize(1_000);
        remove(hub);
        assertThat(ok(get(COLLECTIONS + "/" + many + "/broken-links?limit=200")).getString("next_cursor"))
                .isNotNull();
    }

    private static void comeAndGo(UUID collection) {
        UUID hub = storeAt(collection, "hub.md", "here");
        rename(hub, "other.md");
        rename(hub, "hub.md");
        remove(hub);
    }

    private static Set<String> pagesOfBacklinks(UUID document) {
        Set<String> all = new TreeSet<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(DOCUMENTS + "/" + document + "/backlinks?limit=200" + cursor));
            all.addAll(page.getList("items.document.document_id", String.class));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);
        return all;
    }

    @Test
    void documentsThatComeAtTheSameTimeFindEachOther() {
        // Given documents of which each links to all
        int clients = 8;
        for (int round = 0; round < 6; round++) {
            UUID collection = collection();
            StringBuilder all = new StringBuilder();
            IntStream.range(0, clients).forEach(i -> all.append("[[n").append(i).append("]] "));

            // When they come at once
            List<UUID> ids = Concurrently.all(clients, i -> {
                Response stored = patiently(
                        () -> send(collection, Map.of("source_path", "n" + i + ".md", "content", i + " " + all)));
                assertThat(stored.statusCode()).as(stored.asString()).isEqualTo(201);
                return id(stored.jsonPath(), "id");
            });

            // Then
            String[] expected = ids.stream().map(UUID::toString).toArray(String[]::new);
            ids.forEach(id -> assertThat(targets(id)).containsExactly(expected));
            assertThat(broken(collection)).isEmpty();
        }
    }

    @Test
    void whateverHappensAtOnceLinksAreRightAfterwards() {
        // Given
        UUID collection = collection();
        UUID other = collection();
        String all = "[[n0]] [[n1]] [[n2]] [[n3]] [[n4]] [[n5]] ";
        List<UUID> ids = IntStream.range(0, 6)
                .mapToObj(i -> storeAt(collection, "n" + i + ".md", i + " " + all))
                .toList();

        // When they are replaced, renamed, moved and deleted by many at once
        List<Integer> statuses = Concurrently.all(12, client -> {
            int worst = 0;
            for (int i = 0; i < 8; i++) {
                worst = Math.max(worst, change(ids.get((client + i) % 6), collection, other, client * 8 + i, all));
            }
            return worst;
        });

        // Then nobody was refused for a deadlock, and every link is what its name says
        assertThat(statuses).allMatch(status -> status < 500);
        for (UUID in : List.of(collection, other)) {
            JsonPath documents = ok(get(DOCUMENTS + "?limit=200&collection_id=" + in));
            Set<String> paths = new TreeSet<>(documents.getList("items.source_path", String.class));
            for (String id : documents.getList("items.id", String.class)) {
                for (Map<String, Object> link : links(UUID.fromString(id)).<Map<String, Object>>getList("items")) {
                    assertThat(link.containsKey("document"))
                            .as(link + " among " + paths)
                            .isEqualTo(paths.contains(link.get("target") + ".md"));
                }
            }
        }
    }

    private static int change(UUID id, UUID collection, UUID other, int number, String all) {
        return patiently(() -> switch (number % 5) {
                    case 0 -> put(DOCUMENTS + "/" + id + "/content", Map.of("content", number + " " + all));
                    case 1 -> patch(DOCUMENTS + "/" + id, Map.of("source_path", "n" + number % 7 + ".md"));
                    case 2 ->
                        post(
                                DOCUMENTS + "/" + id + "/move",
                                Map.of("collection_id", number % 2 == 0 ? other : collection));
                    case 3 -> patch(DOCUMENTS + "/" + id, Map.of("title", "title " + number));
                    default ->
                        number % 35 == 4
                                ? delete(DOCUMENTS + "/" + id)
                                : put(DOCUMENTS + "/" + id + "/content", Map.of("content", number + " less [[n1]]"));
                })
                .statusCode();
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
