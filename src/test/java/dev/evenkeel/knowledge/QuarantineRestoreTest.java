package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.jobInState;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.platform.database.SessionLocks;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is held leaves quarantine by somebody's decision. */
@QuarkusTest
class QuarantineRestoreTest extends QuarantineScenario {
    @Inject
    SessionLocks locks;

    @Test
    void aMisnamedFileIsReadByItsContentOnceItIsRestored() {
        // Given
        UUID collection = collection();
        byte[] misnamed = pdf("the gerenuk");
        UUID id = uploadedFile(collection, "report.md", misnamed);
        String item = item(id).getString("id");

        // When
        JsonPath restored = restored(item);

        // Then
        assertThat(restored.getString("state")).isEqualTo("queued");
        assertThat(restored.getString("job_id")).isNotBlank();
        JsonPath document = completed(id);
        assertThat(document.getString("document_type")).isEqualTo("pdf");
        assertThat(document.getString("error")).isNull();
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        problem(get(QUARANTINE + "/" + item), 404);
        problem(request().post(QUARANTINE + "/" + item + "/restore"), 404);
        JsonPath event = ok(get("/api/v1/audit-events?action=quarantine.restored"));
        assertThat(event.getString("items[0].subject_id")).isEqualTo(id.toString());
        assertThat(event.getString("items[0].detail.rule")).isEqualTo("wrong_magic");
        // And it can be indexed again, and come again, without another word
        request().post(DOCUMENTS + "/" + id + "/reindex").then().statusCode(202);
        completed(id);
        JsonPath again = uploaded(collection, new MultipartBody().file("report.md", misnamed));
        assertThat(again.getBoolean("items[0].duplicate")).isTrue();
        assertThat(again.getString("items[0].state")).isEqualTo("completed");
    }

    @Test
    void aBombIsReadWithinTheOtherLimitsOnceItIsRestored() {
        UUID collection = collection();
        UUID id = uploadedFile(collection, "bomb.docx", bomb("the gerenuk"));
        inState(id, "quarantined");
        restored(item(id).getString("id"));
        completed(id);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
    }

    @Test
    void contentThatTwoRulesRefuseIsRestoredTwice() {
        // Given
        UUID collection = collection();
        UUID id = uploadedFile(collection, "test.txt", utf8(EICAR + "  "));
        assertThat(item(id).getString("rule")).isEqualTo("denied_content");

        // When
        JsonPath first = restored(item(id).getString("id"));

        // Then
        assertThat(first.getString("state")).isEqualTo("quarantined");
        assertThat(first.getString("rule")).isEqualTo("malware");
        assertThat(item(id).getString("rule")).isEqualTo("malware");
        assertThat(item(id).getList("waived_rules")).containsExactly("denied_content");
        assertThat(document(id).getString("error.code")).isEqualTo("malware");
        assertThat(restored(item(id).getString("id")).getString("state")).isEqualTo("queued");
        completed(id);
        assertThat(foundDocuments("EICAR", collection)).containsExactly(id);
    }

    @Test
    void whatTheOperatorForbidsAnOwnerCannotRestore() {
        // Given held files in the collection of a user
        Tenants tenants = new Tenants(database);
        UUID collection = UUID.fromString(tenants.fill("{collection}"));
        String owner = tenants.token("owner's session");
        UUID denied = uploadedFile(collection, "forbidden.md", utf8(FORBIDDEN));
        UUID malware = uploadedFile(collection, "readme.txt", utf8(EICAR));
        UUID misnamed = uploadedFile(collection, "report.md", pdf("the gerenuk"));

        // Then the owner decides about what is not what it says, and an administrator about the rest
        for (UUID document : List.of(denied, malware)) {
            String path = QUARANTINE + "/" + item(document).getString("id") + "/restore";
            problem(
                    RestAssured.given()
                            .header("Authorization", "Bearer " + owner)
                            .post(path),
                    403);
            assertThat(document(document).getString("state")).isEqualTo("quarantined");
            assertThat(item(document).getList("waived_rules")).isEmpty();
        }
        RestAssured.given()
                .header("Authorization", "Bearer " + owner)
                .post(QUARANTINE + "/" + item(misnamed).getString("id") + "/restore")
                .then()
                .statusCode(202);
        completed(misnamed);
        restored(item(denied).getString("id"));
        completed(denied);
    }

    @Test
    void contentThatIsForbiddenLaterIsTakenOutWhenItIsIndexedAgain() {
        // Given an indexed file, whose hash is put on the list
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", utf8("# A\n\nthe gerenuk"));
        completed(id);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        change("update document set content_hash = decode('" + sha256(utf8(FORBIDDEN)) + "', 'hex') where id = $1", id);

        // When
        request().post(DOCUMENTS + "/" + id + "/reindex").then().statusCode(202);

        // Then
        JsonPath document = inState(id, "quarantined");
        assertThat(document.getString("error.code")).isEqualTo("denied_content");
        assertThat(document.getString("indexed_revision")).isNull();
        assertThat(document.getInt("chunk_count")).isZero();
        assertThat(foundDocuments("gerenuk", collection)).isEmpty();
        assertThat(sql.number("select count(*) from chunk where document_id = $1", id))
                .isZero();
        problem(get(DOCUMENTS + "/" + id + "/content"), 409);
        // And an administrator can bring it back
        restored(item(id).getString("id"));
        completed(id);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
    }

    @Test
    void ofAnArchiveThatIsRestoredTheFilesAreTaken() {
        // Given an archive inside an archive, with a file for each fate and an archive once more
        UUID collection = collection();
        byte[] innermost = SampleDocuments.zip(Map.of("x.md", "the innermost okapi"));
        Map<String, byte[]> files = new TreeMap<>(Map.of(
                "a/good.md", utf8("# Good\n\nthe gerenuk"),
                "b.md", pdf("misnamed"),
                "c.png", SampleFiles.image(),
                "d/__init__.py", new byte[0],
                "e.zip", innermost,
                "../up.md", utf8("the addax")));
        byte[] outer = SampleDocuments.zipOfBytes(Map.of("inner.zip", SampleDocuments.zipOfBytes(files)));
        UUID id = uploadedFile(collection, "outer.zip", outer);
        JsonPath item = item(id);
        assertThat(item.getString("rule")).isEqualTo("nested_archive");
        assertThat(item.getString("advice")).contains("restore it");
        assertThat(foundDocuments("gerenuk", collection)).isEmpty();

        // When
        JsonPath restored = restored(item.getString("id"));

        // Then each file is what it would have been in an upload, below the path of the archive
        assertThat(restored.getString("state")).isEqualTo("expanded");
        String entry = "files.find { it.source_path == 'outer.zip/inner.zip/%s' }";
        assertThat(restored.getString(entry.formatted("a/good.md") + ".state")).isEqualTo("queued");
        assertThat(restored.getString(entry.formatted("b.md") + ".error.code")).isEqualTo("wrong_magic");
        assertThat(restored.getString(entry.formatted("c.png") + ".state")).isEqualTo("rejected");
        assertThat(restored.getString(entry.formatted("d/__init__.py") + ".state"))
                .isEqualTo("skipped");
        assertThat(restored.getString(entry.formatted("e.zip") + ".state")).isEqualTo("quarantined");
        assertThat(restored.getList("files")).hasSize(6);
        UUID good = id(restored, entry.formatted("a/good.md") + ".document_id");
        completed(good);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(good);
        assertThat(foundDocuments("addax", collection)).isEmpty();
        // And the archive is gone
        problem(get(DOCUMENTS + "/" + id), 404);
        problem(get(QUARANTINE + "/" + item.getString("id")), 404);
        problem(request().post(QUARANTINE + "/" + item.getString("id") + "/restore"), 404);
        JsonPath event = ok(get("/api/v1/audit-events?action=quarantine.restored"));
        assertThat(event.getString("items[0].subject_id")).isEqualTo(id.toString());
        assertThat(event.getString("items[0].detail.state")).isEqualTo("expanded");
        // And that inside of it can be restored in its turn
        UUID nested = id(restored, entry.formatted("e.zip") + ".document_id");
        assertThat(restored(item(nested).getString("id")).getList("files.source_path"))
                .containsExactly("outer.zip/inner.zip/e.zip/x.md");
    }

    @Test
    void anArchiveThatCannotBeOpenedStaysHeld() {
        // Given what begins as an archive and is none
        byte[] broken = utf8("PK\3\4 and nothing that an archive has");
        UUID id = uploadedFile(collection(), "outer.zip", SampleDocuments.zipOfBytes(Map.of("broken.zip", broken)));
        String item = item(id).getString("id");
        // When
        Response refused = request().post(QUARANTINE + "/" + item + "/restore");
        // Then
        assertThat(problem(refused, 409).getString("detail")).contains("cannot be read either");
        assertThat(document(id).getString("state")).isEqualTo("quarantined");
        assertThat(item(id).getList("waived_rules")).isEmpty();
    }

    @Test
    void whatIsHeldAlreadyIsNotHeldForLongerWhenItsJobRunsAgain() {
        // Given what a job has put into quarantine ten days ago
        UUID collection = collection();
        UUID id = uploadedFile(collection, "bomb.docx", bomb("the gerenuk"));
        inState(id, "quarantined");
        change("""
                update quarantine_item set held_at = held_at - interval '10 days', expires_at = expires_at - interval '10 days'
                where document_id = $1""", id);
        JsonPath before = item(id);
        String job = document(id).getString("job_id");

        // When
        assertThat(request().post("/api/v1/jobs/" + job + "/retry").statusCode())
                .isBetween(200, 202);
        jobInState(UUID.fromString(job), "failed");

        // Then
        JsonPath after = item(id);
        assertThat(after.getString("id")).isEqualTo(before.getString("id"));
        assertThat(after.getString("held_at")).isEqualTo(before.getString("held_at"));
        assertThat(after.getString("expires_at")).isEqualTo(before.getString("expires_at"));
    }

    @Test
    void whatCannotBeReadInAnyCaseStaysHeld() {
        // Given
        UUID id = uploadedFile(collection(), "setup.exe", SampleFiles.program());
        String item = item(id).getString("id");
        // When
        Response refused = request().post(QUARANTINE + "/" + item + "/restore");
        // Then
        assertThat(problem(refused, 409).getString("detail")).contains("ELF");
        assertThat(item(id).getList("waived_rules")).isEmpty();
        assertThat(document(id).getString("state")).isEqualTo("quarantined");
    }

    @Test
    void ofManyWhoRestoreAnArchiveAtOnceOneDoes() {
        // Given
        UUID collection = collection();
        byte[] inner = SampleDocuments.zip(Map.of("a.md", "the gerenuk", "b.md", "the addax", "c.md", "the oryx"));
        UUID id = uploadedFile(collection, "outer.zip", SampleDocuments.zipOfBytes(Map.of("inner.zip", inner)));
        String path = QUARANTINE + "/" + item(id).getString("id") + "/restore";
        // When
        List<CompletableFuture<Integer>> answers = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> request().post(path).statusCode(), Concurrently.THREADS))
                .limit(8)
                .toList();
        // Then
        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .isSubsetOf(202, 404, 409)
                .containsOnlyOnce(202);
        assertThat(sql.number(
                        "select count(*) from audit_event where action = 'quarantine.restored' and subject_id = $1",
                        id))
                .isEqualTo(1);
        assertThat(sql.number("select count(*) from document where collection_id = $1", collection))
                .isEqualTo(3);
    }

    @Test
    void anArchiveThatAnotherReplicaRestoresIsLeftToIt() {
        // Given an item whose lock is held on a connection that is not this service's, as by another replica
        UUID collection = collection();
        byte[] inner = SampleDocuments.zip(Map.of("a.md", "the gerenuk"));
        UUID id = uploadedFile(collection, "outer.zip", SampleDocuments.zipOfBytes(Map.of("inner.zip", inner)));
        String item = item(id).getString("id");
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        CompletableFuture<Boolean> other = locks.holding(
                        "quarantine " + item, "held", Uni.createFrom().completionStage(() -> {
                            begun.complete(true);
                            return done;
                        }))
                .subscribeAsCompletionStage();
        begun.join();
        // Then
        problem(request().post(QUARANTINE + "/" + item + "/restore"), 409);
        assertThat(document(id).getString("state")).isEqualTo("quarantined");
        // And when that replica is gone, it can be restored here
        done.complete(true);
        assertThat(other.join()).isTrue();
        JsonPath restored = restored(item);
        assertThat(restored.getString("state")).isEqualTo("expanded");
        completed(id(restored, "files[0].document_id"));
    }

    @Test
    void ofManyWhoRestoreAtOnceOneDoes() {
        // Given
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", pdf("the gerenuk"));
        String path = QUARANTINE + "/" + item(id).getString("id");
        // When
        List<CompletableFuture<Integer>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> request().post(path + "/restore").statusCode(), Concurrently.THREADS))
                .limit(8)
                .toList();
        // Then
        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .containsOnly(202, 404)
                .containsOnlyOnce(202);
        completed(id);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
    }
}
