package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.document;
import static dev.evenkeel.knowledge.KnowledgeApi.foundDocuments;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.send;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.uploaded;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.SampleDocuments;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.MultipartBody;
import dev.evenkeel.testing.Sql;
import dev.evenkeel.testing.Tenants;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a safety rule refuses is kept apart with its reason, and leaves by somebody's decision or when its time is over. */
@QuarkusTest
class QuarantineTest {
    private static final String QUARANTINE = "/api/v1/quarantine";
    private static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";
    private static final String FORBIDDEN = "# Forbidden\n\nthe forbidden okapi\n";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    Sql sql;

    @Inject
    Database database;

    /** A file and the rule that holds it. */
    enum Suspect {
        PROGRAM_AS_PDF("report.pdf", "executable", "critical", SampleFiles::program),
        PROGRAM("setup.exe", "executable", "critical", SampleFiles::program),
        WINDOWS_PROGRAM("notes.md", "executable", "critical", () -> utf8("MZ\0\0program")),
        SCRIPT_AS_PDF("script.pdf", "wrong_magic", "warning", () -> utf8("#!/bin/sh\necho\n")),
        PDF_AS_TEXT("report.md", "wrong_magic", "warning", () -> pdf("the gerenuk")),
        MALWARE("readme.txt", "malware", "critical", () -> utf8(EICAR)),
        MALWARE_WITH_MOST_BLANKS("readme.txt", "malware", "critical", () -> utf8(EICAR + " ".repeat(60))),
        DENIED("forbidden.md", "denied_content", "critical", () -> utf8(FORBIDDEN)),
        BOMB("bomb.docx", "archive_bomb", "critical", () -> bomb("the gerenuk"));

        private final String fileName;
        private final String rule;
        private final String severity;
        private final Supplier<byte[]> content;

        Suspect(String fileName, String rule, String severity, Supplier<byte[]> content) {
            this.fileName = fileName;
            this.rule = rule;
            this.severity = severity;
            this.content = content;
        }
    }

    private static byte[] pdf(String text) {
        return SampleFiles.pdf(List.of(List.of(text)));
    }

    /** A small document whose XML unpacks to many times its size. */
    private static byte[] bomb(String text) {
        return SampleDocuments.docx("<!--" + " ".repeat(8 << 20) + "-->" + SampleDocuments.paragraph("", text));
    }

    @ParameterizedTest
    @EnumSource
    void aSuspectIsHeldWithItsReason(Suspect suspect) {
        // Given
        UUID collection = collection();
        byte[] content = suspect.content.get();

        // When
        UUID id = uploadedFile(collection, suspect.fileName, content);

        // Then its document says so, and nothing of it is found or handed out
        JsonPath document = inState(id, "quarantined");
        assertThat(document.getString("error.code")).isEqualTo(suspect.rule);
        assertThat(document.getInt("chunk_count")).isZero();
        assertThat(foundDocuments("gerenuk okapi EICAR", collection)).isEmpty();
        problem(get(DOCUMENTS + "/" + id + "/content"), 409);
        problem(post(DOCUMENTS + "/" + id + "/reindex", Map.of()), 409);
        // And the item says which rule, what was found, and what to do
        JsonPath item = item(id);
        assertThat(item.getString("rule")).isEqualTo(suspect.rule);
        assertThat(item.getString("severity")).isEqualTo(suspect.severity);
        assertThat(item.getString("found")).isEqualTo(document.getString("error.detail"));
        assertThat(item.getString("advice")).isNotBlank();
        assertThat(item.getString("collection_id")).isEqualTo(collection.toString());
        assertThat(item.getString("source_path")).isEqualTo(suspect.fileName);
        assertThat(item.getLong("size_bytes")).isEqualTo(content.length);
        assertThat(item.getString("content_hash")).isEqualTo(sha256(content));
        assertThat(item.getList("waived_rules")).isEmpty();
        assertThat(Instant.parse(item.getString("expires_at")))
                .isBetween(
                        Instant.now().plus(29, ChronoUnit.DAYS), Instant.now().plus(31, ChronoUnit.DAYS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"after", "129", "before", "allowed"})
    void whatOnlyLooksLikeTheMalwareTestIsRead(String how) {
        // Given
        String content = switch (how) {
            case "129" -> EICAR + " ".repeat(61);
            case "before" -> "x" + EICAR;
            case "allowed" -> EICAR + "\t";
            default -> EICAR + " and words";
        };
        // Then
        completed(uploadedFile(collection(), "notes.txt", utf8(content)));
    }

    @Test
    void filesThatAreEmptyOnPurposeAreSkippedAndOthersRejected() {
        JsonPath answer = uploaded(
                collection(),
                new MultipartBody()
                        .file("src/__init__.py", "")
                        .file("src/__init__.pyi", "")
                        .file(".gitkeep", "")
                        .file("a/.keep", "")
                        .file("main.py", "")
                        .file("notinit__init__.py", ""));
        assertThat(answer.getList("items.state"))
                .containsExactly("skipped", "skipped", "skipped", "skipped", "rejected", "rejected");
        assertThat(answer.getString("items[0].document_id")).isNull();
        assertThat(answer.getList("items.error.code")).containsExactly("empty", "empty");
    }

    @Test
    void textThatIsRefusedIsNotKept() {
        UUID collection = collection();
        invalid(send(collection, Map.of("content", EICAR)), "content");
        invalid(send(collection, Map.of("content", FORBIDDEN)), "content");
        assertThat(ok(get(DOCUMENTS + "?collection_id=" + collection)).getList("items"))
                .isEmpty();
    }

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
    void anArchiveThatIsHeldSaysThatItCannotBeRestored() {
        // Given
        byte[] outer = SampleDocuments.zipOfBytes(Map.of("inner.zip", SampleDocuments.zip(Map.of("x.md", "nested"))));
        // When
        UUID id = uploadedFile(collection(), "outer.zip", outer);
        // Then
        JsonPath item = item(id);
        assertThat(item.getString("rule")).isEqualTo("nested_archive");
        assertThat(item.getString("advice")).contains("cannot be restored");
        problem(request().post(QUARANTINE + "/" + item.getString("id") + "/restore"), 409);
    }

    @Test
    void aSuspectInAFolderStaysThereAndIsListedAsRefused() throws IOException {
        // Given
        UUID collection = collection();
        Path folder = Files.createDirectories(
                Path.of("target/test-folders", "q" + UUID.randomUUID()).toAbsolutePath());
        Files.write(folder.resolve("a-program.md"), SampleFiles.program());
        Files.write(folder.resolve("b-forbidden.md"), utf8(FORBIDDEN));
        Files.write(folder.resolve("c-malware.txt"), utf8(EICAR));
        Files.write(folder.resolve("d-misnamed.md"), pdf("the gerenuk"));
        Files.write(folder.resolve("e-allowed.pdf"), utf8("#!/bin/sh\necho the trusted okapi\n"));
        Files.write(folder.resolve("f-bomb.docx"), bomb("the gerenuk"));

        // When
        Response bound =
                post(KnowledgeApi.COLLECTIONS + "/" + collection + "/folders", Map.of("path", folder.toString()));
        assertThat(bound.statusCode()).as(bound.asString()).isEqualTo(201);
        String path = KnowledgeApi.COLLECTIONS + "/" + collection + "/folders/"
                + bound.jsonPath().getString("id");

        // Then
        Eventually.holds(
                LIMIT,
                () -> assertThat(ok(get(path)).getMap("files"))
                        .isEqualTo(Map.of("known", 6, "indexed", 1, "pending", 0, "failed", 5, "gone", 0)));
        JsonPath failed = ok(get(path + "/files?state=failed"));
        assertThat(failed.getList("items.path"))
                .containsExactly("a-program.md", "b-forbidden.md", "c-malware.txt", "d-misnamed.md", "f-bomb.docx");
        assertThat(failed.getList("items.error.code"))
                .containsExactly("executable", "denied_content", "malware", "wrong_magic", "archive_bomb");
        assertThat(failed.getList("items.state")).containsOnly("failed");
        assertThat(foundDocuments("trusted", collection)).hasSize(1);
        assertThat(foundDocuments("gerenuk okapi EICAR forbidden", collection)).hasSize(1);
        // And only what its job found out is held, and can be decided about
        JsonPath held = ok(get(QUARANTINE + "?collection_id=" + collection));
        assertThat(held.getList("items.source_path")).containsExactly("f-bomb.docx");
        restored(held.getString("items[0].id"));
        Eventually.holds(
                LIMIT, () -> assertThat(foundDocuments("gerenuk", collection)).hasSize(1));
        assertThat(ok(get(path + "/files?state=failed")).getList("items")).hasSize(4);
        assertThat(folder.toFile().list()).hasSize(6);
        assertThat(folder.resolve("b-forbidden.md")).hasBinaryContent(utf8(FORBIDDEN));
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
    void theSameFileAgainIsADuplicateAndAnotherOneEndsTheCase() {
        // Given a good file that a bad one replaces
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", utf8("# Good\n\nthe gerenuk"));
        completed(id);
        byte[] bad = pdf("the okapi");
        uploadedFile(collection, "a.md", bad);

        // When the bad one comes again
        JsonPath again = uploaded(collection, new MultipartBody().file("a.md", bad));

        // Then
        assertThat(again.getBoolean("items[0].duplicate")).isTrue();
        assertThat(again.getString("items[0].state")).isEqualTo("quarantined");
        assertThat(document(id).getInt("revision")).isEqualTo(2);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
        assertThat(items(collection)).hasSize(1);
        // And a good one leaves nothing to decide
        uploadedFile(collection, "a.md", utf8("# Better\n\nthe addax"));
        completed(id);
        assertThat(items(collection)).isEmpty();
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isEqualTo(1);
    }

    @Test
    void purgingRemovesTheBytesAndKeepsTheRecord() {
        // Given
        UUID id = uploadedFile(collection(), "report.pdf", SampleFiles.program());
        String item = item(id).getString("id");
        // When
        assertThat(delete(QUARANTINE + "/" + item).statusCode()).isEqualTo(204);
        // Then
        JsonPath document = document(id);
        assertThat(document.getString("state")).isEqualTo("rejected");
        assertThat(document.getString("error.code")).isEqualTo("executable");
        assertThat(document.getString("error.detail")).contains("purged");
        assertThat(sql.number("select count(*) from document_part where document_id = $1", id))
                .isZero();
        problem(get(QUARANTINE + "/" + item), 404);
        problem(delete(QUARANTINE + "/" + item), 404);
        problem(request().post(QUARANTINE + "/" + item + "/restore"), 404);
        assertThat(ok(get("/api/v1/audit-events?action=quarantine.purged")).getString("items[0].subject_id"))
                .isEqualTo(id.toString());
        // And the same file can come again
        uploadedFile(UUID.fromString(document.getString("collection_id")), "report.pdf", SampleFiles.program());
        assertThat(document(id).getString("state")).isEqualTo("quarantined");
    }

    @Test
    void manyArePurgedByAgeAndADryRunChangesNothing() {
        // Given
        UUID collection = collection();
        MultipartBody body = new MultipartBody();
        for (int i = 0; i < 45; i++) {
            body.file("file" + i + ".md", pdf("okapi " + i));
        }
        uploaded(collection, body);
        long bytes = sql.number("select sum(size_bytes)::bigint from document where collection_id = $1", collection);

        // Then
        Map<String, Object> old = Map.of("collection_id", collection, "older_than_days", 1);
        assertThat(purged(old)).isEqualTo(Map.of("dry_run", false, "items", 0, "bytes", 0));
        Map<String, Object> dry = Map.of("collection_id", collection, "older_than_days", 0, "dry_run", true);
        assertThat(purged(dry)).isEqualTo(Map.of("dry_run", true, "items", 45, "bytes", (int) bytes));
        assertThat(items(collection)).hasSize(45);
        // And for good
        assertThat(purged(Map.of("collection_id", collection, "older_than_days", 0)))
                .isEqualTo(Map.of("dry_run", false, "items", 45, "bytes", (int) bytes));
        assertThat(items(collection)).isEmpty();
        assertThat(sql.number("""
                select count(*) from document_part join document d on d.id = document_id where collection_id = $1""", collection)).isZero();
        invalid(post(QUARANTINE + "/purge", Map.of("older_than_days", -1)), "older_than_days");
        invalid(post(QUARANTINE + "/purge", Map.of()), "older_than_days");
        invalid(post(QUARANTINE + "/purge", Map.of("collection_id", collection)), "older_than_days");
    }

    private static Map<String, Object> purged(Map<String, ?> order) {
        return ok(post(QUARANTINE + "/purge", order)).getMap("$");
    }

    @Test
    void whatNobodyDecidesIsPurgedWhenItsTimeIsOver() {
        // Given
        UUID collection = collection();
        UUID expired = uploadedFile(collection, "expired.pdf", SampleFiles.program());
        UUID other = uploadedFile(collection, "other.pdf", SampleFiles.program());
        change("update quarantine_item set expires_at = now() - interval '1 second' where document_id = $1", expired);
        // When the service looks for it
        change("update recurring_job set next_run_at = now() where name = $1", "quarantine-expiry");
        // Then
        Eventually.holds(
                LIMIT, () -> assertThat(document(expired).getString("state")).isEqualTo("rejected"));
        assertThat(document(other).getString("state")).isEqualTo("quarantined");
        assertThat(sql.number("select count(*) from document_part where document_id = $1", expired))
                .isZero();
    }

    private void change(String statement, Object argument) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.of(argument)))
                .await()
                .atMost(LIMIT);
    }

    @Test
    void ofManyWhoRestoreAtOnceOneDoes() {
        // Given
        UUID collection = collection();
        UUID id = uploadedFile(collection, "a.md", pdf("the gerenuk"));
        String path = QUARANTINE + "/" + item(id).getString("id");
        // When
        List<CompletableFuture<Integer>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> request().post(path + "/restore").statusCode()))
                .limit(8)
                .toList();
        // Then
        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .containsOnly(202, 404)
                .containsOnlyOnce(202);
        completed(id);
        assertThat(foundDocuments("gerenuk", collection)).containsExactly(id);
    }

    @Test
    void listsAreFilteredAndPaged() {
        // Given
        UUID collection = collection();
        uploaded(
                collection,
                new MultipartBody()
                        .file("a.md", pdf("a"))
                        .file("b.md", pdf("b"))
                        .file("c.md", pdf("c"))
                        .file("d.md", SampleFiles.program()));
        // Then
        String all = QUARANTINE + "?collection_id=" + collection;
        JsonPath first = ok(get(all + "&limit=3"));
        assertThat(first.getList("items.source_path")).containsExactly("d.md", "c.md", "b.md");
        JsonPath last = ok(get(all + "&limit=3&cursor=" + first.getString("next_cursor")));
        assertThat(last.getList("items.source_path")).containsExactly("a.md");
        assertThat(last.getString("next_cursor")).isNull();
        assertThat(ok(get(all + "&rule=executable")).getList("items.source_path"))
                .containsExactly("d.md");
        assertThat(ok(get(all + "&severity=warning")).getList("items")).hasSize(3);
        invalid(get(all + "&rule=nonsense"), "rule");
        invalid(get(all + "&severity=nonsense"), "severity");
        invalid(get(all + "&cursor=nonsense"), "cursor");
        assertThat(ok(get(DOCUMENTS + "?state=quarantined&collection_id=" + collection))
                        .getList("items"))
                .hasSize(4);
    }

    private static List<Object> items(UUID collection) {
        return ok(get(QUARANTINE + "?limit=200&collection_id=" + collection)).getList("items");
    }

    /** The item that holds a document. */
    private static JsonPath item(UUID document) {
        String collection = document(document).getString("collection_id");
        JsonPath list = ok(get(QUARANTINE + "?limit=200&collection_id=" + collection));
        String item = list.getString("items.find { it.document_id == '" + document + "' }.id");
        assertThat(item).as(list.prettify()).isNotNull();
        return ok(get(QUARANTINE + "/" + item));
    }

    private static JsonPath restored(String item) {
        Response answer = request().post(QUARANTINE + "/" + item + "/restore");
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
        return answer.jsonPath();
    }
}
