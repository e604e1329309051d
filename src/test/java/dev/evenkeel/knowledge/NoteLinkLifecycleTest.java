package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.NoteGraphApi.broken;
import static dev.evenkeel.knowledge.NoteGraphApi.linking;
import static dev.evenkeel.knowledge.NoteGraphApi.links;
import static dev.evenkeel.knowledge.NoteGraphApi.move;
import static dev.evenkeel.knowledge.NoteGraphApi.remove;
import static dev.evenkeel.knowledge.NoteGraphApi.rename;
import static dev.evenkeel.knowledge.NoteGraphApi.target;
import static dev.evenkeel.knowledge.NoteGraphApi.targets;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Links between documents are right at every moment, whatever comes, goes, is renamed or moves. */
@QuarkusTest
class NoteLinkLifecycleTest {
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
}
