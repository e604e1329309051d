package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.NOBODY;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.put;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.StatementCounter;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that collections follow: what is on the disk is what is found, and nothing else is touched or read. */
@QuarkusTest
class FolderTest {
    private static final Path ROOTS = Path.of("target/test-folders").toAbsolutePath();
    private static final Duration PATIENTLY = Duration.ofSeconds(60);

    @Inject
    Sql sql;

    @Inject
    Database database;

    private Path root = ROOTS;
    private UUID collection = NOBODY;

    @BeforeEach
    void anEmptyFolderAndAnEmptyCollection() throws IOException {
        root = Files.createDirectories(ROOTS.resolve("f" + UUID.randomUUID()));
        collection = collection();
    }

    private void file(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String folders(UUID collection) {
        return COLLECTIONS + "/" + collection + "/folders";
    }

    private String folder(UUID id) {
        return folders(collection) + "/" + id;
    }

    private UUID bind(Map<String, ?> more) {
        Map<String, Object> wanted = new HashMap<>(Map.of("path", root.toString()));
        wanted.putAll(more);
        Response bound = post(folders(collection), wanted);
        assertThat(bound.statusCode()).as(bound.asString()).isEqualTo(201);
        return UUID.fromString(bound.jsonPath().getString("id"));
    }

    private UUID bound() {
        UUID id = bind(Map.of());
        scanned(id);
        return id;
    }

    /** Asks for a scan and waits until the collection agrees with the folder. */
    private JsonPath scanned(UUID id) {
        return scanned(id, Map.of());
    }

    private JsonPath scanned(UUID id, Map<String, ?> wish) {
        Response asked = post(folder(id) + "/scan", wish);
        assertThat(asked.statusCode()).as(asked.asString()).isEqualTo(202);
        assertThat(asked.jsonPath().getString("scan_job_id")).isNotNull();
        return inState(id, "current");
    }

    private JsonPath inState(UUID id, String state) {
        Eventually.holds(PATIENTLY, () -> {
            JsonPath view = ok(get(folder(id)));
            assertThat(view.getString("state")).as(view.prettify()).isEqualTo(state);
        });
        return ok(get(folder(id)));
    }

    /** The documents of the collection by their paths. */
    private Map<String, UUID> indexed() {
        Map<String, UUID> found = new TreeMap<>();
        String cursor = "";
        do {
            JsonPath page = ok(get(DOCUMENTS + "?limit=200&collection_id=" + collection + cursor));
            List<String> paths = page.getList("items.source_path", String.class);
            List<String> ids = page.getList("items.id", String.class);
            for (int i = 0; i < paths.size(); i++) {
                found.put(paths.get(i), UUID.fromString(ids.get(i)));
            }
            cursor = page.getString("next_cursor") == null ? "" : "&cursor=" + page.getString("next_cursor");
        } while (!cursor.isEmpty());
        return found;
    }

    private void eventuallyIndexed(Set<String> paths) {
        Eventually.holds(PATIENTLY, () -> assertThat(indexed().keySet()).isEqualTo(paths));
    }

    private List<Long> chunkNumbers(UUID document) {
        List<Long> numbers = new ArrayList<>();
        sql.rows("select no from chunk where document_id = $1 order by ordinal", document)
                .forEach(row -> numbers.add(row.getLong(0)));
        return numbers;
    }

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
                            return path + " "
                                    + Files.getLastModifiedTime(path, java.nio.file.LinkOption.NOFOLLOW_LINKS);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

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
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getBoolean("watching")).isTrue());

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
    void aFileThatComesBackElsewhereWithinTheGraceHasMoved() throws Exception {
        // Given a file that is gone at one scan
        file("early.md", "the travelling tapir");
        file("other.md", "stays");
        UUID id = bound();
        UUID early = Objects.requireNonNull(indexed().get("early.md"));
        Path away = ROOTS.resolve("away" + UUID.randomUUID());
        Files.move(root.resolve("early.md"), away);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getInt("files.gone")).isEqualTo(1));
        List<String> gone = ok(get(folder(id) + "/files?state=gone")).getList("items.path");

        assertThat(gone).containsExactly("early.md");

        // When it turns up elsewhere at the next
        long start = System.nanoTime();
        Files.move(away, root.resolve("late.md"));
        Eventually.holds(PATIENTLY, () -> assertThat(indexed()).containsKey("late.md"));
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        // Then it is the same document, unless this machine took longer than the grace
        eventuallyIndexed(Set.of("late.md", "other.md"));
        Assumptions.assumeTrue(took.compareTo(Duration.ofSeconds(2)) < 0, "too slow to tell");
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
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getBoolean("watching")).isTrue());

        // When more come than a watch keeps events of, in folders that are new
        int files = 700;
        for (int i = 0; i < files; i++) {
            file("burst/" + i % 7 + "/file" + i + ".md", "burst number " + i);
        }

        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getMap("files"))
                        .isEqualTo(Map.of("known", 701, "indexed", 701, "pending", 0, "failed", 0, "gone", 0)));
        assertThat(indexed()).hasSize(files + 1);
    }

    @Test
    void aFolderThatVanishesOrIsEmptiedRemovesNothing() throws Exception {
        // Given
        file("a.md", "the lasting aurochs");
        file("b.md", "another aurochs");
        UUID id = bound();

        // When it is not there
        Path elsewhere = root.resolveSibling("moved" + UUID.randomUUID());
        Files.move(root, elsewhere);
        post(folder(id) + "/scan", Map.of());
        // Then
        JsonPath view = inState(id, "unavailable");
        assertThat(view.getString("problem.code")).isEqualTo("not_there");
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
    void aFileThatIsNoDocumentAnyMoreLeavesAndComesBack() {
        // Given
        file("a.md", "the fading ibex");
        file("b.md", "b");
        UUID id = bound();
        // When
        file("a.md", "");
        JsonPath view = scanned(id);
        // Then
        assertThat(indexed()).containsOnlyKeys("b.md");
        assertThat(view.getMap("last_scan.failures")).isEqualTo(Map.of("empty", 1));
        // When
        file("a.md", "the ibex again");
        scanned(id);
        // Then
        assertThat(foundDocuments("ibex", collection)).containsExactly(indexed().get("a.md"));
    }

    @Test
    void sizeAndTimeMayLieButNotToAScanThatVerifies() throws Exception {
        // Given a file whose content changes while size and time stay
        file("a.md", "the brown gnu");
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(3_600));
        Files.setLastModifiedTime(root.resolve("a.md"), longAgo);
        UUID id = bound();
        file("a.md", "the white gnu");
        Files.setLastModifiedTime(root.resolve("a.md"), longAgo);
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
    void twoFoldersOfACollectionDoNotTakeEachOthersDocuments() throws Exception {
        // Given
        file("same.md", "of the first");
        bound();
        Path first = root;
        root = Files.createDirectories(ROOTS.resolve("second" + UUID.randomUUID()));
        file("same.md", "of the second");
        // When
        UUID second = bound();
        // Then
        assertThat(foundDocuments("first", collection)).hasSize(1);
        JsonPath failed = ok(get(folder(second) + "/files?state=failed"));
        assertThat(failed.getList("items.error.code")).containsExactly("path_taken");
        // When it has a prefix of its own
        assertThat(delete(folder(second)).statusCode()).isEqualTo(204);
        UUID again = bind(Map.of("path_prefix", "second"));
        scanned(again);
        // Then
        assertThat(indexed()).containsOnlyKeys("same.md", "second/same.md");
        // And the same place twice is refused
        problem(post(folders(collection), Map.of("path", first.toString())), 409);
    }

    @Test
    void aPausedFolderIsLeftAlone() {
        // Given
        file("a.md", "a");
        UUID id = bound();
        assertThat(ok(patch(folder(id), Map.of("paused", true))).getString("state"))
                .isEqualTo("paused");
        // When
        file("b.md", "b");
        post(folder(id) + "/scan", Map.of());
        // Then
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(ok(get(folder(id))).getString("scan_job_id")).isNull());
        assertThat(indexed()).containsOnlyKeys("a.md");
        // When
        ok(patch(folder(id), Map.of("paused", false)));
        // Then
        eventuallyIndexed(Set.of("a.md", "b.md"));
    }

    @Test
    void unboundItsDocumentsStayOrGo() {
        // Given
        file("a.md", "the leaving lynx");
        file("broken.md", "");
        UUID id = bound();
        // When
        assertThat(delete(folder(id)).statusCode()).isEqualTo(204);
        // Then
        problem(get(folder(id)), 404);
        assertThat(ok(get(folders(collection))).getList("items")).isEmpty();
        assertThat(foundDocuments("lynx", collection)).hasSize(1);
        // When it is bound again, the documents are its own again
        UUID again = bound();
        assertThat(indexed()).containsOnlyKeys("a.md");
        // When
        invalid(delete(folder(again) + "?documents=burn"), "documents");
        assertThat(delete(folder(again) + "?documents=remove").statusCode()).isEqualTo(204);
        // Then
        eventuallyIndexed(Set.of());
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(sql.number("select count(*) from folder where collection_id = $1", collection))
                        .isZero());
        assertThat(Files.exists(root.resolve("a.md"))).isTrue();
    }

    @Test
    void theCollectionMayBeDeletedAtAnyTime() {
        for (int i = 0; i < 50; i++) {
            file("file" + i + ".md", "number " + i);
        }
        UUID id = bind(Map.of());
        post(folder(id) + "/scan", Map.of());
        assertThat(delete(COLLECTIONS + "/" + collection).statusCode()).isEqualTo(204);
        problem(get(folder(id)), 404);
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(sql.number(
                                "select count(*) from job where subject_id in ($1, $2) and state in ('queued', 'running')",
                                id,
                                collection))
                        .isZero());
        Eventually.holds(
                PATIENTLY,
                () -> assertThat(sql.number("select count(*) from folder_file where folder_id = $1", id))
                        .isZero());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc",
                "/",
                "relative/folder",
                "{roots}/../..",
                "{roots}/x/../../..",
                "{roots}-beside",
                "{roots}/is/not/there",
                "{roots}/a\u0000b"
            })
    void onlyWhatIsAllowedAndThereIsBound(String place) {
        invalid(post(folders(collection), Map.of("path", place.replace("{roots}", ROOTS.toString()))), "path");
    }

    @Test
    void aLinkThatLeadsOutIsNotBound() throws IOException {
        Path link = ROOTS.resolve("link" + UUID.randomUUID());
        Files.createSymbolicLink(link, Path.of("/usr"));
        invalid(post(folders(collection), Map.of("path", link.toString())), "path");
        invalid(post(folders(collection), Map.of("path", root.toString(), "path_prefix", "../up")), "path_prefix");
        invalid(post(folders(collection), Map.of()), "path");
    }

    @Test
    void onlyAdministratorsBindAndSeeThePlace() {
        // Given a folder that an administrator has bound to the collection of a user
        Tenants tenants = new Tenants(database);
        collection = UUID.fromString(tenants.fill("{collection}"));
        String owner = tenants.token("owner's session");
        file("a.md", "for the owner");
        problem(as(owner).body(Map.of("path", root.toString())).post(folders(collection)), 403);
        UUID id = bound();

        // Then its owner sees what became of it, and may have it scanned, but not where it is
        JsonPath seen = ok(as(owner).get(folder(id)));
        assertThat(seen.getString("path")).isNull();
        assertThat(seen.getInt("files.indexed")).isEqualTo(1);
        assertThat(as(owner).body("{}").post(folder(id) + "/scan").statusCode()).isEqualTo(202);
        problem(as(owner).body(Map.of("accept_empty", true)).post(folder(id) + "/scan"), 403);
        problem(as(owner).body(Map.of("paused", true)).patch(folder(id)), 403);
        problem(as(owner).delete(folder(id)), 403);
        // And a stranger nothing
        String stranger = tenants.token("stranger's session");
        problem(as(stranger).get(folder(id)), 404);
        problem(as(stranger).get(folder(id) + "/files"), 404);
        problem(as(stranger).get(folders(collection)), 404);
        problem(as(stranger).body("{}").post(folder(id) + "/scan"), 404);
        // And a folder of one collection is none of another
        problem(get(folders(collection()) + "/" + id), 404);
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return RestAssured.given().contentType(ContentType.JSON).header("Authorization", "Bearer " + token);
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
