package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.patch;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may bind which folder, pause it and let go of it. */
@QuarkusTest
class FolderBindingTest extends FolderScenario {
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

    private static RequestSpecification as(String token) {
        return RestAssured.given().contentType(ContentType.JSON).header("Authorization", "Bearer " + token);
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
}
