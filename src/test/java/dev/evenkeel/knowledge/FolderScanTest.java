package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.StatementCounter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a scan takes of a folder, and what it makes of it. */
@QuarkusTest
class FolderScanTest extends FolderScenario {
    @Test
    void aScanTakesWhatCanBeReadAndSaysWhyTheRestIsNot() throws Exception {
        // Given files of every sort, links that lead out, into themselves and around, and a pipe
        file("top.md", "# Top\n\nthe okapi at the top");
        file("sub/deep/code.py", "def okapi():\n    return 1\n");
        file("sub/ä ö/Übung #1 100%.txt", "an okapi with umlauts");
        file(".hidden.md", "hidden okapi");
        file("node_modules/x/readme.md", "foreign okapi");
        file("server.pem", "secret okapi");
        file("empty.md", "");
        Files.write(root.resolve("photo.png"), SampleFiles.image());
        Files.write(root.resolve("noise.bin"), SampleFiles.noise(4_000, 3));
        Path outside = Files.createDirectories(ROOTS.resolve("outside" + UUID.randomUUID()));
        Files.writeString(outside.resolve("outside.md"), "an okapi outside");
        Files.createSymbolicLink(root.resolve("link.md"), outside.resolve("outside.md"));
        Files.createSymbolicLink(root.resolve("way-out"), outside);
        Files.createSymbolicLink(root.resolve("sub/loop"), root);
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe.md").toString())
                        .start()
                        .waitFor())
                .isZero();
        List<String> before = listing();

        // When
        UUID id = bound();

        // Then
        assertThat(indexed().keySet())
                .containsExactlyInAnyOrder("top.md", "sub/deep/code.py", "sub/ä ö/Übung #1 100%.txt");
        assertThat(foundDocuments("okapi", collection)).hasSize(3);
        JsonPath view = ok(get(folder(id)));
        assertThat(view.getString("path")).isEqualTo(root.toString());
        assertThat(view.getMap("files"))
                .isEqualTo(Map.of("known", 6, "indexed", 3, "pending", 0, "failed", 3, "gone", 0));
        assertThat(view.getMap("last_scan.skipped")).isEqualTo(Map.of("symbolic_link", 3, "special_file", 1));
        assertThat(view.getInt("last_scan.ignored")).isEqualTo(3);
        assertThat(view.getInt("last_scan.seen")).isEqualTo(6);
        assertThat(view.getString("next_scan_at")).isNotNull();
        JsonPath failed = ok(get(folder(id) + "/files?state=failed"));
        assertThat(failed.getList("items.path")).containsExactly("empty.md", "noise.bin", "photo.png");
        assertThat(failed.getList("items.error.code")).containsExactly("empty", "binary_content", "unsupported_type");
        // And nothing in the folder was touched
        assertThat(listing()).isEqualTo(before);
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(path -> {
                        try {
                            return path + " " + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

    @Test
    void equalFilesAreTwoDocumentsAndOneOfThemMoves() throws Exception {
        // Given
        file("a.md", "twin text");
        file("b.md", "twin text");
        UUID id = bound();
        Map<String, UUID> before = indexed();
        assertThat(before).containsOnlyKeys("a.md", "b.md");

        // When
        Files.move(root.resolve("b.md"), root.resolve("0.md"));
        JsonPath view = scanned(id);

        // Then
        Map<String, UUID> after = indexed();
        assertThat(after).containsOnlyKeys("0.md", "a.md");
        assertThat(after.get("0.md")).isEqualTo(before.get("b.md"));
        assertThat(after.get("a.md")).isEqualTo(before.get("a.md"));
        assertThat(view.getInt("last_scan.seen")).isEqualTo(2);
    }

    @Test
    void aFileThatIsNoDocumentAnyMoreLeavesAndComesBack() throws IOException {
        // Given
        file("a.md", "the fading ibex");
        file("b.md", "b");
        UUID id = bound();
        // When
        file("a.md", "");
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3_600));
        Files.setLastModifiedTime(root.resolve("a.md"), longAgo);
        scanned(id);
        // Then
        assertThat(indexed()).containsOnlyKeys("b.md");
        JsonPath failed = ok(get(folder(id) + "/files?state=failed"));
        assertThat(failed.getList("items.path")).containsExactly("a.md");
        assertThat(failed.getList("items.error.code")).containsExactly("empty");
        // When
        file("a.md", "the ibex again");
        scanned(id);
        // Then
        assertThat(foundDocuments("ibex", collection)).containsExactly(indexed().get("a.md"));
    }

    @Test
    void aFileThatIsEmptyForAMomentKeepsItsDocument() throws IOException {
        // Given
        file("a.md", "the patient ibex");
        UUID id = bound();
        Map<String, UUID> before = indexed();
        // When it is seen as it is written anew
        file("a.md", "");
        Files.setLastModifiedTime(
                root.resolve("a.md"), FileTime.from(Instant.now().plusSeconds(3_600)));
        Eventually.holds(PATIENTLY, () -> {
            post(folder(id) + "/scan", Map.of());
            assertThat(ok(get(folder(id))).getInt("last_scan.changing")).isEqualTo(1);
        });
        // Then what it said is there until it says something else
        assertThat(foundDocuments("patient", collection)).hasSize(1);
        file("a.md", "the leaping ibex");
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(foundDocuments("leaping", collection)).hasSize(1));
        assertThat(indexed()).isEqualTo(before);
    }

    @Test
    void sizeAndTimeMayLieButNotToAScanThatVerifies() throws Exception {
        // Given a file whose content changes while size and time stay
        file("a.md", "the brown gnu");
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3_600));
        Files.setLastModifiedTime(root.resolve("a.md"), longAgo);
        UUID id = bound();
        paused(id);
        file("a.md", "the white gnu");
        Files.setLastModifiedTime(root.resolve("a.md"), longAgo);
        ok(patch(folder(id), Map.of("paused", false)));
        // When
        JsonPath view = scanned(id);
        assertThat(view.getInt("last_scan.unchanged")).as(view.prettify()).isEqualTo(1);
        assertThat(foundDocuments("brown", collection)).hasSize(1);
        scanned(id, Map.of("verify", true));
        // Then
        assertThat(foundDocuments("brown", collection)).isEmpty();
        assertThat(foundDocuments("white", collection)).hasSize(1);
    }

    @Test
    void whatClientsDoToTheDocumentsOfAFolderIsUndoneOrTheirs() {
        // Given
        file("deleted.md", "deleted by a client");
        file("rewritten.md", "as on the disk");
        file("renamed.md", "renamed by a client");
        UUID id = bound();
        Map<String, UUID> before = indexed();
        // When
        assertThat(delete(DOCUMENTS + "/" + before.get("deleted.md")).statusCode())
                .isEqualTo(204);
        assertThat(put(DOCUMENTS + "/" + before.get("rewritten.md") + "/content", Map.of("content", "quite different"))
                        .statusCode())
                .isEqualTo(200);
        ok(patch(DOCUMENTS + "/" + before.get("renamed.md"), Map.of("source_path", "mine/now.md")));
        scanned(id);
        // Then
        assertThat(indexed()).containsOnlyKeys("deleted.md", "rewritten.md", "renamed.md", "mine/now.md");
        assertThat(foundDocuments("different", collection)).isEmpty();
        assertThat(foundDocuments("disk", collection)).hasSize(1);
        assertThat(indexed().get("mine/now.md")).isEqualTo(before.get("renamed.md"));
    }

    @Test
    void aDocumentThatWasUploadedAtThePathOfAFileBecomesItsOwn() {
        UUID uploaded = storeAt(collection, "a.md", "uploaded before");
        file("a.md", "uploaded before");
        UUID id = bound();
        assertThat(indexed()).isEqualTo(Map.of("a.md", uploaded));
        assertThat(ok(get(folder(id))).getInt("files.indexed")).isEqualTo(1);
    }

    @Test
    void whoLooksAtAFolderCountsNothingAndAScanLeavesTheCountsExact() {
        // Given counts that are not those of the files
        file("a.md", "a");
        file("b.md", "");
        UUID id = bound();
        paused(id);
        sql.rows(
                "update folder set files_known = 7, files_indexed = 6, files_failed = 5 where id = $1 returning id",
                id);
        assertThat(ok(get(folder(id))).getMap("files"))
                .isEqualTo(Map.of("known", 7, "indexed", 6, "pending", 0, "failed", 5, "gone", 0));
        // When
        ok(patch(folder(id), Map.of("paused", false)));
        JsonPath view = scanned(id);
        // Then
        assertThat(view.getMap("files"))
                .isEqualTo(Map.of("known", 2, "indexed", 1, "pending", 0, "failed", 1, "gone", 0));
    }

    @Test
    void manyFilesArePagedInTheOrderOfTheirPaths() {
        // Given names whose order differs with the way of comparing
        List<String> names = List.of("B.md", "a.md", "a/b.md", "a-b.md", "é.md", "z.md", "𝄞.md", "\uFF5E.md");
        names.forEach(name -> file(name, "text of " + name));
        UUID id = bound();
        // When
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(folder(id) + "/files?limit=3&state=indexed" + cursor));
            listed.addAll(page.getList("items.path", String.class));
            cursor = page.getString("next_cursor") == null ? "" : "&cursor=" + page.getString("next_cursor");
        } while (!cursor.isEmpty());
        // Then
        assertThat(listed).containsExactlyInAnyOrderElementsOf(names);
        assertThat(scanned(id).getInt("last_scan.unchanged")).isEqualTo(names.size());
        invalid(get(folder(id) + "/files?state=lost"), "state");
        // And a longer page takes no more statements
        long one = StatementCounter.during(() -> ok(get(folder(id) + "/files?limit=1")));
        long all = StatementCounter.during(() -> ok(get(folder(id) + "/files?limit=100")));
        assertThat(all).isEqualTo(one);
    }
}
