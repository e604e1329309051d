package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.ArchiveApi.backup;
import static dev.evenkeel.knowledge.ArchiveApi.begun;
import static dev.evenkeel.knowledge.ArchiveApi.entries;
import static dev.evenkeel.knowledge.ArchiveApi.inState;
import static dev.evenkeel.knowledge.ArchiveApi.report;
import static dev.evenkeel.knowledge.ArchiveApi.restore;
import static dev.evenkeel.knowledge.ArchiveApi.restored;
import static dev.evenkeel.knowledge.ArchiveApi.settled;
import static dev.evenkeel.knowledge.ArchiveApi.zip;
import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.job;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.post;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.request;
import static dev.evenkeel.knowledge.KnowledgeApi.sha256;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.platform.jobs.RetryLater;
import dev.evenkeel.testing.Concurrently;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Restores as jobs: looked at before, cancelled, interrupted, refused. */
@QuarkusTest
class CollectionRestoreTest {
    private static final String PASSWORD = "lantern-mosaic-42-harbour";
    private static final String KIND = "/api/v1/jobs/kinds/knowledge.restore";

    @Inject
    Sql sql;

    @Inject
    Database database;

    @Inject
    RestoreSweep sweep;

    @AfterEach
    void goOn() {
        ok(request().post(KIND + "/resume"));
    }

    private static void pause() {
        ok(request().post(KIND + "/pause"));
    }

    private void sweep() {
        database.bulkSql(sweep::run).await().atMost(Duration.ofSeconds(15));
    }

    private static String newName() {
        return "restored-" + UUID.randomUUID();
    }

    /** An archive of many small documents. */
    private static byte[] archiveOf(int documents) throws IOException {
        UUID collection = collection();
        UUID one = storeAt(collection, "one.txt", "first words");
        Map<String, byte[]> entries = entries(backup(collection));
        String described = new String(entries.get("documents/" + one + ".json"), StandardCharsets.UTF_8);
        for (int i = 1; i < documents; i++) {
            String content = "words about okapi" + i;
            entries.put("contents/more" + i, utf8(content));
            entries.put(
                    "documents/more" + i + ".json",
                    utf8(described
                            .replace("contents/" + one + "-1", "contents/more" + i)
                            .replace("one.txt", "more" + i + ".txt")
                            .replaceAll("\"sha256\":\"[0-9a-f]*\"", "\"sha256\":\"" + sha256(content) + "\"")));
        }
        entries.put("end.json", utf8("{\"documents\":" + documents + ",\"complete\":true,\"left_out\":0}"));
        return zip(entries);
    }

    /** The collection that a restore fills, which no answer tells before it is there. */
    private UUID hidden(UUID restore) {
        return sql.rows("select collection_id from collection_restore where id = $1", restore)
                .iterator()
                .next()
                .getUUID(0);
    }

    private long stored(UUID collection) {
        return sql.number("select count(*) from document where collection_id = $1", collection);
    }

    private long parts(UUID restore) {
        return sql.number("select count(*) from collection_restore_part where restore_id = $1", restore);
    }

    @Test
    void aDryRunTellsWhatWouldBeDoneAndDoesNothing() throws IOException {
        // Given an archive with a damaged document, two of one path, and a model that is not known
        String name = newName();
        UUID collection = KnowledgeApi.createCollection(Map.of("name", name));
        UUID one = storeAt(collection, "one.txt", "first words");
        storeAt(collection, "two.txt", "second words");
        UUID three = storeAt(collection, "three.txt", "third words");
        Map<String, byte[]> entries = entries(backup(collection));
        entries.put("contents/" + one + "-1", utf8("other"));
        String described = new String(entries.get("documents/" + three + ".json"), StandardCharsets.UTF_8);
        entries.put("documents/" + three + ".json", utf8(described.replace("three.txt", "two.txt")));
        String manifest = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
        entries.put(
                "manifest.json",
                utf8(manifest.replaceAll("\"embedding_model\":\"[^\"]*\"", "\"embedding_model\":\"of elsewhere\"")));
        byte[] archive = zip(entries);
        // When
        JsonPath begun = begun(archive, "?dry_run=true");
        JsonPath report = inState(id(begun, "id"), "succeeded");
        // Then
        assertThat(report.getBoolean("dry_run")).isTrue();
        assertThat(report.getString("name")).isEqualTo(name);
        assertThat(report.getInt("documents")).isEqualTo(1);
        assertThat(report.getLong("bytes")).isEqualTo("second words".length());
        assertThat(report.getInt("skipped_total")).isEqualTo(2);
        assertThat(report.getList("skipped.path"))
                .containsExactly("documents/" + one + ".json", "documents/" + three + ".json");
        assertThat(report.getString("skipped[0].reason")).contains("not those that were stored");
        assertThat(report.getString("skipped[1].reason")).contains("path");
        assertThat(report.getList("conflicts.kind")).containsExactlyInAnyOrder("name_taken", "embedding_model_unknown");
        assertThat(report.getString("embedding_model")).isEqualTo("default");
        assertThat(report.getInt("archive.format")).isEqualTo(1);
        assertThat(report.getInt("archive.documents")).isEqualTo(3);
        assertThat(report.getLong("archive.size_bytes")).isEqualTo(archive.length);
        assertThat(report.getBoolean("archive.complete")).isTrue();
        assertThat(report.getInt("limits.documents")).isEqualTo(1000);
        assertThat(report.getLong("limits.unpacked_bytes")).isEqualTo(16L << 20);
        assertThat(report.getString("collection_id")).isNull();
        assertThat(parts(id(report, "id"))).isZero();
        assertThat(sql.number("select count(*) from collection where name = $1", name))
                .isEqualTo(1);
        // And done for good under another name it comes to the same
        JsonPath done = restored(archive, "?name=" + newName());
        assertThat(done.getInt("documents")).isEqualTo(1);
        assertThat(done.getList("skipped.reason")).isEqualTo(report.getList("skipped.reason"));
        assertThat(done.getList("conflicts.kind")).containsExactly("embedding_model_unknown");
    }

    @Test
    void nobodySeesACollectionBeforeItIsWhole() throws IOException {
        // Given
        byte[] archive = archiveOf(3);
        String name = newName();
        pause();
        // When it is received, but no job runs
        JsonPath begun = begun(archive, "?name=" + name);
        UUID restore = id(begun, "id");
        // Then
        assertThat(begun.getString("state")).isEqualTo("queued");
        assertThat(begun.getString("collection_id")).isNull();
        assertThat(get(COLLECTIONS + "/" + hidden(restore)).statusCode()).isEqualTo(404);
        assertThat(parts(restore)).isEqualTo(1);
        // And another has to wait
        assertThat(problem(restore(archive, "?name=" + newName()), 409).getString("detail"))
                .contains(begun.getString("job_id"));
        // When it runs
        goOn();
        JsonPath report = inState(restore, "succeeded");
        // Then
        assertThat(ok(get(COLLECTIONS + "/" + report.getString("collection_id")))
                        .getString("name"))
                .isEqualTo(name);
        assertThat(report.getString("finished_at")).isNotNull();
        assertThat(parts(restore)).isZero();
        settled(id(report, "collection_id"), 3);
    }

    @Test
    void aRunnerThatVanishesIsFollowedByOneThatGoesOn() throws IOException {
        // Given
        int documents = 400;
        UUID restore = id(begun(archiveOf(documents), "?name=" + newName()), "id");
        UUID job = id(report(restore), "job_id");
        Eventually.holds(() -> assertThat(report(restore).getInt("documents")).isPositive());
        // When its lease is somebody's who is gone
        sql.rows(
                "update job set runner = $2, lease_until = now() - interval '1 minute'"
                        + " where id = $1 and state = 'running' returning id",
                job,
                UUID.randomUUID());
        // Then no document is there twice, and none is missing
        JsonPath report = inState(restore, "succeeded");
        UUID collection = id(report, "collection_id");
        assertThat(job(job).getInt("attempt")).isGreaterThan(1);
        assertThat(report.getInt("documents")).isEqualTo(documents);
        assertThat(report.getInt("skipped_total")).isZero();
        assertThat(stored(collection)).isEqualTo(documents);
        settled(collection, documents);
        assertThat(sql.number("select count(distinct source_path) from document where collection_id = $1", collection))
                .isEqualTo(documents);
    }

    @Test
    void aRestoreThatIsCancelledLeavesNothingBehind() throws IOException {
        // Given
        String name = newName();
        UUID restore = id(begun(archiveOf(400), "?name=" + name), "id");
        UUID job = id(report(restore), "job_id");
        UUID collection = hidden(restore);
        Eventually.holds(() -> assertThat(report(restore).getInt("documents")).isPositive());
        // When
        ok(request().post("/api/v1/jobs/" + job + "/cancel"));
        // Then
        JsonPath report = inState(restore, "cancelled");
        assertThat(report.getString("collection_id")).isNull();
        assertThat(report.getInt("documents")).isLessThan(400);
        assertThat(parts(restore)).isZero();
        Eventually.holds(() -> {
            assertThat(stored(collection)).isZero();
            assertThat(sql.number("select count(*) from collection where id = $1", collection))
                    .isZero();
        });
        // And it cannot be taken up again, but says why
        ok(request().post("/api/v1/jobs/" + job + "/retry"));
        Eventually.holds(() -> {
            assertThat(job(job).getString("state")).isEqualTo("failed");
            assertThat(job(job).getString("error.code")).isEqualTo("archive_gone");
        });
        // And the name is free
        assertThat(restored(archiveOf(2), "?name=" + name).getInt("documents")).isEqualTo(2);
    }

    @Test
    void theArchiveOfAnOwnerWhoIsGoneIsTakenAwaySomePartsAtATime() throws IOException {
        // Given a restore of somebody, which has not begun, with an archive of more parts than are removed at once
        pause();
        UUID restore = id(begun(archiveOf(2), "?name=" + newName()), "id");
        UUID collection = hidden(restore);
        String name = "u" + UUID.randomUUID();
        UUID user = id(
                post("/api/v1/users", Map.of("username", name, "email", name + "@example.org", "password", PASSWORD))
                        .jsonPath(),
                "id");
        sql.change("update collection_restore set owner_id = $2 where id = $1", restore, user);
        sql.change("update collection set owner_id = $2 where id = $1", collection, user);
        sql.change("insert into collection_restore_part select $1, no, 'x' from generate_series(1, 299) no", restore);
        // When
        KnowledgeApi.delete("/api/v1/users/" + user).then().statusCode(204);
        // Then nobody sees it, and nothing of it is left but its archive
        problem(get(COLLECTIONS + "/restore/" + restore), 404);
        assertThat(sql.number(
                        "select count(*) from collection_restore where id = $1 and owner_id is null and plan = '{}'",
                        restore))
                .isEqualTo(1);
        Eventually.holds(() -> assertThat(sql.number("select count(*) from collection where id = $1", collection))
                .isZero());
        // And that goes step by step, whoever sweeps
        assertThat(parts(restore)).isIn(300L, 44L, 0L);
        Eventually.holds(() -> {
            sweep();
            assertThat(parts(restore)).isIn(44L, 0L);
        });
        Eventually.holds(() -> {
            sweep();
            assertThat(sql.number("select count(*) from collection_restore where id = $1", restore))
                    .isZero();
        });
    }

    @Test
    void aNameThatIsTakenMeanwhileEndsTheRestore() throws IOException {
        // Given
        String name = newName();
        byte[] archive = archiveOf(2);
        pause();
        UUID restore = id(begun(archive, "?name=" + name), "id");
        UUID other = KnowledgeApi.createCollection(Map.of("name", name));
        // When
        goOn();
        // Then its archive is kept, and nobody sees a collection
        JsonPath report = inState(restore, "failed");
        assertThat(report.getString("error")).contains("name");
        assertThat(parts(restore)).isEqualTo(1);
        sweep();
        assertThat(parts(restore)).isEqualTo(1);
        assertThat(get(COLLECTIONS + "/" + hidden(restore)).statusCode()).isEqualTo(404);
        // And with the name free again its job can be retried
        KnowledgeApi.delete(COLLECTIONS + "/" + other).then().statusCode(204);
        ok(request().post("/api/v1/jobs/" + report.getString("job_id") + "/retry"));
        JsonPath done = inState(restore, "succeeded");
        assertThat(done.getInt("documents")).isEqualTo(2);
        assertThat(parts(restore)).isZero();
        settled(id(done, "collection_id"), 2);
    }

    @Test
    void whatIsLeftOfARestoreThatFailedExpires() throws IOException {
        // Given
        String name = newName();
        byte[] archive = archiveOf(2);
        pause();
        UUID restore = id(begun(archive, "?name=" + name), "id");
        KnowledgeApi.createCollection(Map.of("name", name));
        goOn();
        String job = inState(restore, "failed").getString("job_id");
        UUID collection = hidden(restore);
        assertThat(stored(collection)).isEqualTo(2);
        // When
        sql.change("update collection_restore set finished_at = now() - interval '2 days' where id = $1", restore);
        // Then
        Eventually.holds(() -> {
            sweep();
            assertThat(parts(restore)).isZero();
            assertThat(stored(collection)).isZero();
            assertThat(sql.number("select count(*) from collection where id = $1", collection))
                    .isZero();
        });
        ok(request().post("/api/v1/jobs/" + job + "/retry"));
        Eventually.holds(() ->
                assertThat(job(UUID.fromString(job)).getString("error.code")).isEqualTo("archive_gone"));
        assertThat(report(restore).getString("state")).isEqualTo("failed");
    }

    @Test
    void aRestoreThatWasNotToldOfTheEndOfItsJobBarsNoOther() throws IOException {
        // Given
        byte[] archive = archiveOf(1);
        pause();
        JsonPath begun = begun(archive, "?name=" + newName());
        sql.change(
                "update job set state = 'cancelled', finished_at = now() where id = $1",
                UUID.fromString(begun.getString("job_id")));
        // When
        JsonPath next = begun(archive, "?name=" + newName());
        sweep();
        // Then
        assertThat(report(id(begun, "id")).getString("finished_at")).isNotNull();
        assertThat(parts(id(begun, "id"))).isZero();
        goOn();
        inState(id(next, "id"), "succeeded");
    }

    @Test
    void ofArchivesThatComeAtTheSameTimeOneIsTaken() throws IOException {
        byte[] archive = archiveOf(20);
        pause();
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> restore(archive, "?name=" + newName()).statusCode(), Concurrently.THREADS))
                .toList();
        List<Integer> statuses = answers.stream().map(CompletableFuture::join).toList();
        assertThat(statuses).containsOnlyOnce(202).allMatch(status -> status == 202 || status == 409 || status == 503);
        UUID restore = sql.rows("select id from collection_restore where outcome is null order by id desc limit 1")
                .iterator()
                .next()
                .getUUID(0);
        goOn();
        inState(restore, "succeeded");
    }

    @Test
    void aModelThatARestoreNeedsIsNotDeleted() throws IOException {
        // Given
        String models = "/api/v1/embedding-models";
        String model = "of-a-restore-" + UUID.randomUUID().toString().substring(0, 8);
        Map<String, ?> wanted = Map.of(
                "name", model, "kind", "openai", "endpoint", "http://127.0.0.1:9/v1", "model", "m", "dimension", 8);
        KnowledgeApi.post(models, wanted).then().statusCode(201);
        Map<String, byte[]> entries = entries(archiveOf(1));
        String manifest = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
        entries.put(
                "manifest.json",
                utf8(manifest.replaceAll("\"embedding_model\":\"[^\"]*\"", "\"embedding_model\":\"" + model + "\"")));
        pause();
        String job = begun(zip(entries), "?name=" + newName()).getString("job_id");
        // Then
        problem(KnowledgeApi.delete(models + "/" + model), 409);
        // And when it is given up it is nobody's
        ok(request().post("/api/v1/jobs/" + job + "/cancel"));
        KnowledgeApi.delete(models + "/" + model).then().statusCode(204);
    }

    @Test
    void anArchiveWithALargeDirectoryIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 20; i++) {
                ZipEntry entry = new ZipEntry("documents/" + i);
                entry.setComment("c".repeat(50_000));
                zip.putNextEntry(entry);
            }
        }
        assertThat(problem(restore(bytes.toByteArray(), ""), 400).getString("errors[0].message"))
                .contains("larger directory");
    }

    @Test
    void aFullDiskAndABusyDatabaseAreWaitedOut() {
        assertThat(RestoreJob.waitable(new CompletionException(new IOException("No space left on device"))))
                .isInstanceOf(RetryLater.class);
        assertThat(RestoreJob.waitable(new PgException("canceling statement", "ERROR", "57014", "")))
                .isInstanceOf(RetryLater.class);
        Throwable other = new IllegalStateException();
        assertThat(RestoreJob.waitable(other)).isSameAs(other);
    }

    @Test
    void whatIsNoRequestIsRefused() throws IOException {
        byte[] archive = archiveOf(1);
        invalid(restore(archive, "?dry_run=yes&name=" + newName()), "dry_run");
        invalid(restore(archive, "?dry_run=&name=" + newName()), "dry_run");
        Map<String, byte[]> entries = entries(archive);
        String manifest = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
        entries.put("manifest.json", utf8(manifest.replace("\"format\":1", "\"format\":2")));
        assertThat(problem(restore(zip(entries), "?dry_run=true"), 400).getString("errors[0].message"))
                .contains("format 2");
        entries.put("manifest.json", utf8(manifest.replace("\"format\":1", "\"format\":\"x\"")));
        invalid(restore(zip(entries), "?dry_run=true"), "file");
        problem(get(COLLECTIONS + "/restore/" + KnowledgeApi.NOBODY), 404);
    }
}
