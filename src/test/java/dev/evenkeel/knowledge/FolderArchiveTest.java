package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.testing.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** ZIP archives in a folder are folders. */
@QuarkusTest
class FolderArchiveTest extends FolderScenario {
    private static final FileTime LONG_AGO = FileTime.from(Instant.now().minusSeconds(3_600));

    /** Writes a file that has rested for a while, so that its size and time tell of a change. */
    private void rested(String path, byte[] content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.toInstant().plusSeconds(content.length % 1_000)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void archive(String path, Map<String, String> members) {
        rested(path, SampleDocuments.zip(members));
    }

    private Map<String, String> failures(UUID id) {
        JsonPath failed = ok(get(folder(id) + "/files?state=failed&limit=100"));
        List<String> paths = failed.getList("items.path", String.class);
        List<String> codes = failed.getList("items.error.code", String.class);
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < paths.size(); i++) {
            found.put(paths.get(i), codes.get(i));
        }
        return found;
    }

    private int revision(@Nullable UUID document) {
        return ok(get(DOCUMENTS + "/" + document)).getInt("revision");
    }

    private List<String> chunks(@Nullable UUID document) {
        return ok(get(DOCUMENTS + "/" + document + "/chunks")).getList("items.id", String.class);
    }

    @Test
    void theFilesOfAnArchiveAreDocumentsBelowIts() throws Exception {
        // Given names beside the archive that sort before and behind its files, and an archive with files of every sort
        file("sub/papers.zip.md", "quokka beside");
        file("sub/papers.zip0.md", "quokka behind");
        Map<String, String> members = new HashMap<>(Map.of(
                "a.md", "quokka in front",
                "inner/b.md", "quokka inside",
                ".hidden.md", "quokka hidden",
                "node_modules/x/readme.md", "quokka of others",
                "inner/.gitignore", "drafts/\n*.log\n",
                "inner/drafts/c.md", "quokka drafted",
                "inner/run.log", "quokka logged",
                "out/run.log", "quokka logged elsewhere"));
        members.putAll(Map.of(
                "../escape.md", "quokka escaped",
                "empty.md", "",
                "nested.zip", "quokka nested",
                "private/d.md", "quokka private",
                "inner\\e.md", "quokka of a backslash"));
        archive("sub/papers.zip", members);
        UUID id = bind(Map.of("ignore_rules", List.of("/sub/papers.zip/private/")));
        // When
        JsonPath view = scanned(id);
        // Then
        assertThat(indexed())
                .containsOnlyKeys(
                        "sub/papers.zip.md",
                        "sub/papers.zip0.md",
                        "sub/papers.zip/a.md",
                        "sub/papers.zip/inner/b.md",
                        "sub/papers.zip/inner/e.md",
                        "sub/papers.zip/out/run.log");
        assertThat(foundDocuments("quokka", collection)).hasSize(6);
        assertThat(failures(id))
                .isEqualTo(Map.of("sub/papers.zip/empty.md", "empty", "sub/papers.zip/nested.zip", "nested_archive"));
        assertThat(view.getMap("files"))
                .isEqualTo(Map.of("known", 8, "indexed", 6, "pending", 0, "failed", 2, "gone", 0));
        assertThat(view.getInt("last_scan.seen")).isEqualTo(9);
        // And the next scan finds no difference
        JsonPath again = scanned(id);
        assertThat(again.getInt("last_scan.unchanged")).as(again.prettify()).isEqualTo(6);
        assertThat(again.getInt("last_scan.failed")).isEqualTo(2);
        assertThat(again.getInt("last_scan.seen")).isEqualTo(9);
        // And the rules of the folder are those of the files inside when they change
        ok(patch(folder(id), Map.of("ignore_rules", List.of("b.md"))));
        eventuallyIndexed(Set.of(
                "sub/papers.zip.md",
                "sub/papers.zip0.md",
                "sub/papers.zip/a.md",
                "sub/papers.zip/private/d.md",
                "sub/papers.zip/inner/e.md",
                "sub/papers.zip/out/run.log"));
    }

    @Test
    void aChangedArchiveIsComparedByItsFiles() throws Exception {
        // Given
        archive("papers.zip", Map.of("same.md", "a numbat", "changed.md", "a bilby", "removed.md", "a potoroo"));
        UUID id = bound();
        Map<String, UUID> before = indexed();
        List<String> chunks = chunks(before.get("papers.zip/same.md"));
        // When
        archive("papers.zip", Map.of("same.md", "a numbat", "changed.md", "a bilby, changed", "new.md", "a quoll"));
        scanned(id);
        // Then
        eventuallyIndexed(Set.of("papers.zip/same.md", "papers.zip/changed.md", "papers.zip/new.md"));
        Map<String, UUID> after = indexed();
        assertThat(after.get("papers.zip/same.md")).isEqualTo(before.get("papers.zip/same.md"));
        assertThat(revision(after.get("papers.zip/same.md"))).isEqualTo(1);
        assertThat(chunks(after.get("papers.zip/same.md"))).isEqualTo(chunks);
        assertThat(after.get("papers.zip/changed.md")).isEqualTo(before.get("papers.zip/changed.md"));
        assertThat(revision(after.get("papers.zip/changed.md"))).isEqualTo(2);
        assertThat(foundDocuments("potoroo", collection)).isEmpty();
        // When a client deletes a document and nothing changes on the disk
        delete(DOCUMENTS + "/" + after.get("papers.zip/new.md"));
        scanned(id);
        // Then it is as on the disk again
        assertThat(foundDocuments("quoll", collection)).hasSize(1);
        assertThat(indexed().get("papers.zip/same.md")).isEqualTo(before.get("papers.zip/same.md"));
        // When the archive is deleted
        file("other.md", "other");
        Files.delete(root.resolve("papers.zip"));
        scanned(id);
        // Then
        eventuallyIndexed(Set.of("other.md"));
    }

    @Test
    void aMovedArchiveAndAMovedFileInOneKeepTheirDocuments() throws Exception {
        // Given two archives with a file in common
        archive("z/papers.zip", Map.of("a.md", "a numbat", "b/b.md", "a bilby"));
        archive("staying.zip", Map.of("a.md", "a numbat"));
        UUID id = bound();
        Map<String, UUID> before = indexed();
        // When
        Files.move(root.resolve("z/papers.zip"), root.resolve("renamed.zip"));
        scanned(id);
        // Then
        eventuallyIndexed(Set.of("renamed.zip/a.md", "renamed.zip/b/b.md", "staying.zip/a.md"));
        Map<String, UUID> after = indexed();
        assertThat(after.get("renamed.zip/a.md")).isEqualTo(before.get("z/papers.zip/a.md"));
        assertThat(after.get("renamed.zip/b/b.md")).isEqualTo(before.get("z/papers.zip/b/b.md"));
        assertThat(after.get("staying.zip/a.md")).isEqualTo(before.get("staying.zip/a.md"));
        // When a file moves inside
        archive("renamed.zip", Map.of("a.md", "a numbat", "a/moved.md", "a bilby"));
        JsonPath view = scanned(id);
        // Then
        eventuallyIndexed(Set.of("renamed.zip/a.md", "renamed.zip/a/moved.md", "staying.zip/a.md"));
        assertThat(indexed().get("renamed.zip/a/moved.md"))
                .as(view.prettify())
                .isEqualTo(before.get("z/papers.zip/b/b.md"));
        assertThat(revision(indexed().get("renamed.zip/a/moved.md"))).isEqualTo(1);
    }

    @Test
    void aFileWhosePathIsTakenIsTakenWhenItIsFreeAndSettingsAreThoseOfTheFilesInside() throws Exception {
        // Given two folders with the same archive, and rules in it
        archive("papers.zip", Map.of("a.md", "a numbat", ".gitignore", "b.md", "b.md", "a bilby"));
        UUID id = bound();
        Path other = Files.createDirectories(ROOTS.resolve("o" + UUID.randomUUID()));
        Files.copy(root.resolve("papers.zip"), other.resolve("papers.zip"), StandardCopyOption.COPY_ATTRIBUTES);
        UUID second = bind(Map.of("path", other.toString()));
        inState(second, "current");
        assertThat(failures(second)).isEqualTo(Map.of("papers.zip/a.md", "path_taken"));
        // When the first one goes
        file("stays.md", "stays");
        Files.delete(root.resolve("papers.zip"));
        scanned(id);
        eventuallyIndexed(Set.of("stays.md"));
        scanned(second);
        // Then the other one is taken
        eventuallyIndexed(Set.of("stays.md", "papers.zip/a.md"));
        // And what its rules leave out when they do not count any more
        ok(patch(folder(second), Map.of("gitignore", false)));
        eventuallyIndexed(Set.of("stays.md", "papers.zip/a.md", "papers.zip/b.md"));
    }

    /** An archive of one file whose entry says that it is encrypted. */
    private static byte[] encrypted() {
        byte[] zip = SampleDocuments.zip(Map.of("a.md", "a secret numbat"));
        for (int i = 0; i + 4 < zip.length; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && (zip[i + 2] == 3 || zip[i + 2] == 1)) {
                zip[i + (zip[i + 2] == 3 ? 6 : 8)] |= 1;
            }
        }
        return zip;
    }

    @Test
    void whatCannotBeTakenEndsInAClearStateAndHoldsNothingUp() throws Exception {
        // Given
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i <= 2_000; i++) {
            many.put("f" + i + ".md", "x");
        }
        archive("many.zip", many);
        archive("bomb.zip", Map.of("bomb.md", "a".repeat(4 << 20), "good.md", "a numbat beside a bomb"));
        byte[] whole = SampleDocuments.zip(Map.of("a.md", "a numbat"));
        rested("cut.zip", Arrays.copyOf(whole, whole.length - 30));
        rested("empty.zip", new byte[0]);
        rested("text.zip", "no archive at all".getBytes(StandardCharsets.UTF_8));
        rested("encrypted.zip", encrypted());
        rested("zz.md", "a numbat behind them".getBytes(StandardCharsets.UTF_8));
        // When
        UUID id = bound();
        // Then
        assertThat(indexed()).containsOnlyKeys("bomb.zip/good.md", "zz.md");
        Map<String, String> reasons = Map.of(
                "many.zip", "archive_bomb",
                "bomb.zip/bomb.md", "archive_bomb",
                "cut.zip", "damaged",
                "empty.zip", "empty",
                "text.zip", "wrong_magic",
                "encrypted.zip", "encrypted");
        assertThat(failures(id)).isEqualTo(reasons);
        // And nothing of that is tried again
        JsonPath again = scanned(id);
        assertThat(again.getInt("last_scan.failed")).as(again.prettify()).isEqualTo(6);
        assertThat(failures(id)).isEqualTo(reasons);
    }

    @Test
    void anArchiveThatIsDamagedLosesItsFilesOnlyWhenItRests() throws Exception {
        // Given
        archive("papers.zip", Map.of("a.md", "a numbat", "b.md", "a bilby"));
        file("other.md", "other");
        UUID id = bound();
        byte[] whole = Files.readAllBytes(root.resolve("papers.zip"));
        // When it is being written
        Files.write(root.resolve("papers.zip"), Arrays.copyOf(whole, whole.length - 20));
        Files.setLastModifiedTime(
                root.resolve("papers.zip"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(post(folder(id) + "/scan", Map.of()).statusCode()).isEqualTo(202);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getInt("last_scan.changing"))
                        .isEqualTo(1));
        // Then
        assertThat(indexed()).containsOnlyKeys("other.md", "papers.zip/a.md", "papers.zip/b.md");
        // When it stays so
        rested("papers.zip", Arrays.copyOf(whole, whole.length - 20));
        scanned(id);
        // Then
        eventuallyIndexed(Set.of("other.md"));
        assertThat(failures(id)).isEqualTo(Map.of("papers.zip", "damaged"));
        // When it is whole again
        rested("papers.zip", whole);
        scanned(id);
        // Then
        eventuallyIndexed(Set.of("other.md", "papers.zip/a.md", "papers.zip/b.md"));
        assertThat(failures(id)).isEmpty();
    }
}
