package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is not seen for a moment, or not at all, is not taken for deleted; what is not the folder's own is not taken. */
@QuarkusTest
class FolderLossTest extends FolderScenario {
    @Test
    void aFolderThatVanishesOrIsEmptiedRemovesNothing() throws Exception {
        // Given
        file("a.md", "the lasting aurochs");
        file("b.md", "another aurochs");
        UUID id = bound();

        // When it is not there
        Path elsewhere = root.resolveSibling("moved" + UUID.randomUUID());
        Files.move(root, elsewhere);
        Eventually.holds(PATIENTLY, () -> {
            post(folder(id) + "/scan", Map.of());
            assertThat(ok(get(folder(id))).getString("problem.code")).isEqualTo("not_there");
        });
        // Then
        inState(id, "unavailable");
        assertThat(foundDocuments("aurochs", collection)).hasSize(2);

        // When an empty one is in its place, as when a disk is not mounted
        Files.createDirectories(root);
        Eventually.holds(PATIENTLY, () -> {
            post(folder(id) + "/scan", Map.of());
            assertThat(ok(get(folder(id))).getString("problem.code")).isEqualTo("emptied");
        });
        // Then
        assertThat(foundDocuments("aurochs", collection)).hasSize(2);

        // When it is a file, or a link that leads out of what is allowed
        Files.delete(root);
        Files.createSymbolicLink(root, Path.of("/usr"));
        Eventually.holds(PATIENTLY, () -> {
            post(folder(id) + "/scan", Map.of());
            assertThat(ok(get(folder(id))).getString("problem.code")).isEqualTo("not_allowed");
        });
        assertThat(foundDocuments("aurochs", collection)).hasSize(2);

        // When it is there again, it is current without anything read again
        Files.delete(root);
        Files.move(elsewhere, root);
        JsonPath back = scanned(id);
        assertThat(back.getInt("last_scan.unchanged")).isEqualTo(2);
        assertThat(back.getString("problem")).isNull();
        assertThat(back.getInt("files.gone")).isZero();

        // When somebody says that it is meant to be empty
        Files.delete(root.resolve("a.md"));
        Files.delete(root.resolve("b.md"));
        scanned(id, Map.of("accept_empty", true));
        // Then
        assertThat(indexed()).isEmpty();
        assertThat(foundDocuments("aurochs", collection)).isEmpty();
    }

    @Test
    void aMountPointWithSomethingInItThatIsLeftOutIsEmptyToo() throws Exception {
        // Given
        file("a.md", "the mounted mouflon");
        UUID id = bound();
        // When
        Files.delete(root.resolve("a.md"));
        file(".keep", "");
        Files.createSymbolicLink(root.resolve("link"), Path.of("/usr"));
        post(folder(id) + "/scan", Map.of());
        // Then
        JsonPath view = inState(id, "unavailable");
        assertThat(view.getString("problem.code")).isEqualTo("emptied");
        assertThat(foundDocuments("mouflon", collection)).hasSize(1);
        // And the wait for its end is seen
        assertThat(view.getDouble("lag_s")).isPositive();
    }

    @Test
    void aFileThatIsThereAgainKeepsItsDocumentWhileItIsWritten() throws Exception {
        // Given a file that was missed an hour ago, and is there again, being written
        file("a.md", "the rewritten roebuck");
        UUID id = bound();
        Map<String, UUID> before = indexed();
        // No scan may have passed the file before it is said to be missed.
        paused(id);
        Path growing = root.resolve("a.md");
        Files.writeString(growing, "roebuck ".repeat(500_000));
        Thread writer = new Thread(() -> {
            try (var out = Files.newOutputStream(growing, StandardOpenOption.APPEND)) {
                while (!Thread.interrupted()) {
                    out.write('x');
                    Thread.sleep(1);
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        try {
            database.bulkSql(tx -> tx.preparedQuery(
                                    "update folder_file set gone_at = now() - interval '1 hour' where folder_id = $1")
                            .execute(Tuple.of(id)))
                    .await()
                    .atMost(PATIENTLY);
            // When
            ok(patch(folder(id), Map.of("paused", false)));
            Eventually.holds(
                    PATIENTLY,
                    () -> assertThat(ok(get(folder(id))).getInt("last_scan.changing"))
                            .isEqualTo(1));
            // Then
            assertThat(indexed()).isEqualTo(before);
            assertThat(ok(get(folder(id))).getInt("files.gone")).isZero();
        } finally {
            writer.interrupt();
            writer.join();
        }
    }

    @Test
    void whatCannotBeReadIsNotTakenForDeleted() throws Exception {
        // Given
        file("sub/a.md", "the veiled viper");
        file("b.md", "b");
        UUID id = bound();

        // When the rules of a folder cannot be read, so that nothing in it may be
        file("sub/.gitignore", "# too long\n".repeat(120_000));
        file("sub/new.md", "not to be taken yet");
        JsonPath view = scanned(id);

        // Then
        assertThat(indexed()).containsOnlyKeys("sub/a.md", "b.md");
        assertThat(view.getMap("last_scan.failures")).isEqualTo(Map.of("unreadable_folder", 1));

        // When they can
        file("sub/.gitignore", "a.md\n");
        // Then
        eventuallyIndexed(Set.of("sub/new.md", "b.md"));
    }

    @Test
    void aFileThatIsReplacedByALinkIsGone() throws IOException {
        // Given
        file("a.md", "harmless");
        file("b.md", "stays");
        UUID id = bound();
        Path secret = Files.writeString(ROOTS.resolve("secret" + UUID.randomUUID()), "the stolen secret");
        // When
        Path link = Files.createSymbolicLink(root.resolve("link"), secret);
        Files.move(link, root.resolve("a.md"), StandardCopyOption.REPLACE_EXISTING);
        scanned(id);
        eventuallyIndexed(Set.of("b.md"));
        // Then
        assertThat(foundDocuments("stolen", collection)).isEmpty();
    }
}
