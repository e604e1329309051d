package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What changes in a folder is noticed and followed. */
@QuarkusTest
class FolderWatchTest extends FolderScenario {
    @Test
    void changesAreNoticedAndFollowed() throws Exception {
        // Given
        file("kept.md", "the kept quagga");
        file("changed.md", "the old quagga");
        file("deleted.md", "the deleted quagga");
        file("moved.md", "the wandering quagga\n\nwith [a link](kept.md)");
        file("dir/one.md", "one quagga in a folder");
        file("linking.md", "see [[kept]] and [there](moved.md) and [new](new/place.md)");
        UUID id = bound();
        Map<String, UUID> before = indexed();
        UUID moved = Objects.requireNonNull(before.get("moved.md"));
        List<Long> movedChunks = chunkNumbers(moved);
        JsonPath movedBefore = document(moved);
        watched(id);

        // When all at once, and nobody asks for a scan
        file("changed.md", "the new quagga");
        Files.delete(root.resolve("deleted.md"));
        Files.createDirectories(root.resolve("new"));
        Files.move(root.resolve("moved.md"), root.resolve("new/place.md"));
        Files.move(root.resolve("dir"), root.resolve("other dir"));
        file("added.md", "an added quagga");

        // Then
        eventuallyIndexed(
                Set.of("kept.md", "changed.md", "new/place.md", "other dir/one.md", "linking.md", "added.md"));
        inState(id, "current");
        Map<String, UUID> after = indexed();
        assertThat(foundDocuments("new", collection)).contains(after.get("changed.md"));
        assertThat(foundDocuments("old", collection)).isEmpty();
        assertThat(after.get("changed.md")).isEqualTo(before.get("changed.md"));
        assertThat(after.get("other dir/one.md")).isEqualTo(before.get("dir/one.md"));
        // And what was moved is the same document with the same chunks, read once, under its new name
        assertThat(after.get("new/place.md")).isEqualTo(moved);
        assertThat(chunkNumbers(moved)).isEqualTo(movedChunks).isNotEmpty();
        JsonPath movedAfter = document(moved);
        assertThat(movedAfter.getInt("revision")).isEqualTo(movedBefore.getInt("revision"));
        assertThat(movedAfter.getString("indexed_at")).isEqualTo(movedBefore.getString("indexed_at"));
        assertThat(movedAfter.getString("title")).isEqualTo("place.md");
        assertThat(foundDocuments("wandering", collection)).containsExactly(moved);
        // And its links, and those to it, are resolved anew
        JsonPath links = ok(get(DOCUMENTS + "/" + after.get("linking.md") + "/links"));
        assertThat(links.getString("items.find { it.target == 'moved.md' }.document.document_id"))
                .as(links.prettify())
                .isNull();
        assertThat(links.getString("items.find { it.target == 'new/place.md' }.document.document_id"))
                .as(links.prettify())
                .isEqualTo(moved.toString());
    }

    private List<Long> chunkNumbers(UUID document) {
        List<Long> numbers = new ArrayList<>();
        sql.rows("select no from chunk where document_id = $1 order by ordinal", document)
                .forEach(row -> numbers.add(row.getLong(0)));
        return numbers;
    }

    @Test
    void aFileThatComesBackElsewhereWithinTheGraceHasMoved() throws Exception {
        // Given a file that went while nobody looked, and is waited for as long as this test takes
        file("early.md", "the travelling tapir");
        file("other.md", "stays");
        UUID id = bound();
        UUID early = Objects.requireNonNull(indexed().get("early.md"));
        paused(id);
        Path away = ROOTS.resolve("away" + UUID.randomUUID());
        Files.move(root.resolve("early.md"), away);
        database.bulkSql(tx -> tx.preparedQuery("""
                        update folder_file set gone_at = now() + interval '1 hour'
                        where folder_id = $1 and path = 'early.md'""").execute(Tuple.of(id)))
                .await()
                .atMost(PATIENTLY);
        ok(patch(folder(id), Map.of("paused", false)));
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getInt("last_scan.seen")).isEqualTo(1));
        assertThat(ok(get(folder(id))).getInt("files.gone")).isEqualTo(1);
        assertThat(ok(get(folder(id) + "/files?state=gone")).getList("items.path"))
                .containsExactly("early.md");
        assertThat(indexed()).containsOnlyKeys("early.md", "other.md");

        // When it turns up elsewhere
        Files.move(away, root.resolve("late.md"));
        scanned(id);

        // Then it is the same document
        assertThat(indexed()).containsOnlyKeys("late.md", "other.md");
        assertThat(indexed().get("late.md")).isEqualTo(early);
        assertThat(foundDocuments("tapir", collection)).containsExactly(early);
    }

    @Test
    void rulesOfTheFolderAndItsGitignoreFilesDecide() throws Exception {
        // Given
        file("a.md", "a");
        file("draft.md", "draft");
        file("sub/b.md", "b");
        file("sub/generated.md", "generated");
        file("sub/deep/generated.md", "generated too");
        file(".gitignore", "draft.md\n");
        file("sub/.gitignore", "/generated.md\n");
        UUID id = bound();
        assertThat(indexed()).containsOnlyKeys("a.md", "sub/b.md", "sub/deep/generated.md");

        // When the folder gets rules of its own, which have the last word
        JsonPath changed =
                ok(patch(folder(id), Map.of("ignore_rules", List.of("sub/deep/", "!draft.md", "# comment"))));
        assertThat(changed.getList("ignore_rules")).hasSize(3);
        // Then
        eventuallyIndexed(Set.of("a.md", "draft.md", "sub/b.md"));

        // When a file of rules changes, as the watch sees
        inState(id, "current");
        file("sub/.gitignore", "b.md\n");
        // Then
        eventuallyIndexed(Set.of("a.md", "draft.md", "sub/generated.md"));

        // When none of the rules count
        ok(patch(folder(id), Map.of("ignore_rules", List.of(), "default_rules", false, "gitignore", false)));
        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(indexed())
                        .containsKeys("a.md", "draft.md", "sub/b.md", "sub/generated.md", "sub/deep/generated.md"));
    }

    @Test
    void aBurstOfFilesIsTakenWithoutAnOmission() {
        // Given
        file("first.md", "first");
        UUID id = bound();
        watched(id);

        // When more come than a watch keeps events of (512, two a file), and in folders that are new
        int files = 350;
        for (int i = 0; i < files; i++) {
            file((i < 300 ? "file" : "burst/" + i % 7 + "/file") + i + ".md", "burst number " + i);
        }

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getMap("files"))
                        .isEqualTo(Map.of("known", 351, "indexed", 351, "pending", 0, "failed", 0, "gone", 0)));
        assertThat(indexed()).hasSize(files + 1);
    }
}
