package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.UploadedFile;
import dev.evenkeel.knowledge.ingestion.extract.DocumentType;
import dev.evenkeel.platform.access.Reach;
import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is removed, and when; on a folder that is paused, so that nobody scans it meanwhile. */
@QuarkusTest
class FolderRemovalsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    FolderRepository folders;

    @Inject
    KnownFiles files;

    @Inject
    FileSync sync;

    @Inject
    Database database;

    @Inject
    Sql sql;

    private UUID collection = new UUID(0, 0);
    private UUID folder = new UUID(0, 0);

    @BeforeEach
    void aPausedFolder() throws IOException {
        Path root = Files.createDirectories(
                Path.of("target/test-folders", "r" + UUID.randomUUID()).toAbsolutePath());
        collection = created("/api/v1/collections", Map.of("name", "removals " + UUID.randomUUID()));
        folder = created(
                "/api/v1/collections/" + collection + "/folders", Map.of("path", root.toString(), "paused", true));
    }

    private static UUID created(String path, Map<String, ?> body) {
        Response created = Api.given().contentType(ContentType.JSON).body(body).post(path);
        assertThat(created.statusCode()).as(created.asString()).isBetween(200, 202);
        return UUID.fromString(Json.of(created).getString("id"));
    }

    private UUID document(String path) {
        return created(
                "/api/v1/collections/" + collection + "/documents",
                Map.of("source_path", path, "content", "text of " + path));
    }

    private <T> T in(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work).await().atMost(LIMIT);
    }

    private void execute(String statement, Object... arguments) {
        in(tx -> tx.preparedQuery(statement).execute(Tuple.from(List.of(arguments))));
    }

    private Folder stored() {
        return in(tx -> folders.requireForWriting(tx, Reach.EVERYTHING, collection, folder));
    }

    private byte[] hash(UUID document) {
        return sql.rows("select content_hash from document where id = $1", document)
                .iterator()
                .next()
                .getBuffer(0)
                .getBytes();
    }

    private boolean exists(UUID document) {
        return sql.number("select count(*) from document where id = $1", document) == 1;
    }

    /** A file that is known with this document, and was gone an hour ago. */
    private KnownFile known(String path, UUID document, byte[] hash) {
        execute(
                "insert into folder_file (folder_id, path, size_bytes, modified_ns, content_hash, document_id, gone_at)"
                        + " values ($1, $2, 7, 1, $3, $4, now() - interval '1 hour')",
                folder,
                path,
                Buffer.buffer(hash),
                document);
        return new KnownFile(path, 7, 1L, hash, document, true, null, true);
    }

    @Test
    void whatTheScanItselfMissedIsNotRemovedByItHoweverLongItTakes() {
        // Given
        UUID document = document("a.md");
        known("a.md", document, hash(document));
        execute(
                "insert into folder_file (folder_id, path, size_bytes, problem_code, gone_at)"
                        + " values ($1, 'b.md', 7, 'empty', now() - interval '1 hour')",
                folder);
        // When a scan that began earlier ends
        List<KnownFile> early = in(tx -> files.expired(
                tx, folder, Duration.ofSeconds(5), OffsetDateTime.now().minusHours(2), 10));
        // Then
        assertThat(early).isEmpty();
        assertThat(sql.number("select count(*) from folder_file where folder_id = $1", folder))
                .isEqualTo(2);
        // When the next one does
        List<KnownFile> late = in(tx -> files.expired(
                tx, folder, Duration.ofSeconds(5), OffsetDateTime.now().minusMinutes(1), 10));
        // Then
        assertThat(late).extracting(KnownFile::path).containsExactly("a.md");
    }

    @Test
    void aDocumentThatAClientMadeItsOwnMeanwhileStays() {
        // Given files as they were read before a client moved one document and rewrote another
        UUID moved = document("elsewhere.md");
        UUID rewritten = document("rewritten.md");
        UUID untouched = document("untouched.md");
        KnownFile movedFile = known("moved.md", moved, hash(moved));
        KnownFile rewrittenFile = known("rewritten.md", rewritten, new byte[32]);
        KnownFile untouchedFile = known("untouched.md", untouched, hash(untouched));
        Folder stored = stored();
        // When
        for (KnownFile file : List.of(movedFile, rewrittenFile, untouchedFile)) {
            in(tx -> sync.remove(tx, stored, file));
        }
        // Then
        assertThat(exists(moved)).isTrue();
        assertThat(exists(rewritten)).isTrue();
        assertThat(exists(untouched)).isFalse();
        assertThat(sql.number("select count(*) from folder_file where folder_id = $1", folder))
                .isZero();
    }

    @Test
    void aDocumentThatWasDeletedMeanwhileIsTakenAgain() throws IOException {
        // Given
        Path copy = Files.writeString(Files.createTempFile("folder-test", ".md"), "the content of the file");
        UploadedFile upload = UploadedFile.inspect(copy);
        Folder stored = stored();
        try (FileContent content = new FileContent(
                FileContent.Outcome.READ, upload, DocumentType.MARKDOWN, null, upload.sizeBytes(), 1L)) {
            // When
            in(tx -> sync.touch(tx, stored, "again.md", content, UUID.randomUUID()));
        }
        // Then
        assertThat(sql.number(
                        "select count(*) from folder_file k join document d on d.id = k.document_id"
                                + " where k.folder_id = $1 and d.source_path = 'again.md'",
                        folder))
                .isEqualTo(1);
    }

    @Test
    void anAbandonedScanGivesBackWhatItWasAskedAndBelievesNoEmptyFolderLater() {
        // Given
        execute(
                "update folder set requested_at = null, scanning_since = now() - interval '1 hour', accept_empty = true"
                        + " where id = $1",
                folder);
        // When
        in(tx -> folders.abandoned(tx, folder, "not_there", "gone", Duration.ofSeconds(30), true));
        // Then
        Row row = sql.rows("""
                        select accept_empty, scanning_since is null as ended, now() - requested_at > interval '59 min' as kept,
                          rest_until - now() between interval '20 s' and interval '30 s' as rests
                        from folder where id = $1""", folder).iterator().next();
        assertThat(row.getBoolean("accept_empty")).isFalse();
        assertThat(row.getBoolean("ended")).isTrue();
        assertThat(row.getBoolean("kept")).isTrue();
        assertThat(row.getBoolean("rests")).isTrue();
    }

    @Test
    void whatIsAskedForDuringAScanThatIsAbandonedIsKeptForTheNextWhichDoesNotWait() {
        // Given a scan that began before somebody asked for another, of a folder that is meant to be empty
        execute(
                "update folder set scanning_since = now(), rest_until = null, accept_empty = false where id = $1",
                folder);
        in(tx -> folders.request(tx, folder, false, true));
        // When
        in(tx -> folders.abandoned(tx, folder, "emptied", "nothing in it", Duration.ofSeconds(30), false));
        // Then
        assertThat(sql.number(
                        "select count(*) from folder where id = $1 and accept_empty and rest_until is null"
                                + " and requested_at <= now()",
                        folder))
                .isEqualTo(1);
    }

    private double restAfterAnHour(@Nullable Duration again) {
        Folder stored = stored();
        in(tx -> folders.end(
                tx,
                stored,
                new FolderRepository.End(null, null, null, Duration.ofMinutes(15), Duration.ofHours(1), again, false)));
        return sql.rows("""
                        select coalesce(extract(epoch from rest_until - now()), 0)::float8 / 3600
                        from folder where id = $1""", folder).iterator().next().getDouble(0);
    }

    @Test
    void aLargeFolderRestsUnlessSomebodyAskedForAScanMeanwhile() {
        assertThat(restAfterAnHour(null)).isBetween(2.9, 3.0);
        assertThat(restAfterAnHour(Duration.ofSeconds(5))).isBetween(0.9, 1.0);
        in(tx -> folders.request(tx, folder, false, false));
        assertThat(restAfterAnHour(null)).isZero();
        assertThat(restAfterAnHour(null)).isBetween(2.9, 3.0);
    }
}
