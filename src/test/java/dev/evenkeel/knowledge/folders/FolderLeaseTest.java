package dev.evenkeel.knowledge.folders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.Eventually;
import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each folder has one keeper among the replicas at a time. */
@QuarkusTest
class FolderLeaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(60);

    @Inject
    FolderRepository folders;

    @Inject
    Database database;

    @Inject
    Sql sql;

    private <T> T in(Function<SqlConnection, Uni<T>> work) {
        return database.bulkSql(work).await().atMost(LIMIT);
    }

    private List<UUID> leased(UUID replica) {
        return in(tx -> folders.lease(tx, replica, LEASE, 1_000, true, List.of())).stream()
                .map(Folder::id)
                .toList();
    }

    private List<UUID> due(UUID replica) {
        return in(tx -> folders.due(tx, replica, 1_000)).stream()
                .map(Folder::id)
                .toList();
    }

    @Test
    void oneReplicaKeepsAFolderUntilItsLeaseIsOver() throws Exception {
        // Given a folder that the running service keeps
        UUID folder = bound();
        Eventually.holds(
                LIMIT,
                () -> assertThat(sql.number(
                                "select count(*) from folder where id = $1 and watcher_until > now()", folder))
                        .isEqualTo(1));
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();

        // Then no other gets it
        assertThat(leased(one)).doesNotContain(folder);
        assertThat(due(one)).doesNotContain(folder);

        // When the lease has run out and another takes the folder in time
        boolean asked = in(tx -> tx.preparedQuery(
                        "update folder set watcher_until = now() - interval '1 s' where id = $1")
                .execute(Tuple.of(folder))
                .chain(() -> folders.lease(tx, one, LEASE, 1_000, true, List.of()))
                .invoke(taken -> assertThat(taken).extracting(Folder::id).contains(folder))
                .chain(() -> tx.preparedQuery("select requested_at <= now() from folder where id = $1")
                        .execute(Tuple.of(folder)))
                .map(rows -> rows.iterator().next().getBoolean(0)));
        // Then it is asked to be scanned, since nobody may have watched, by its new keeper alone
        assertThat(asked).isTrue();
        // A row that somebody has locked is left for the next time.
        Eventually.holds(LIMIT, () -> assertThat(leased(one)).contains(folder));
        assertThat(leased(other)).doesNotContain(folder);
        assertThat(due(other)).doesNotContain(folder);

        // When it is given back
        in(tx -> folders.release(tx, one));
        // Then the next may have it: the service itself, or the other
        Eventually.holds(
                LIMIT,
                () -> assertThat(leased(other).contains(folder)
                                || sql.number(
                                                "select count(*) from folder where id = $1 and watcher not in ($2, $3)",
                                                folder,
                                                one,
                                                other)
                                        == 1)
                        .isTrue());
        in(tx -> folders.release(tx, other));
    }

    @Test
    void aFolderWhoseDiskDoesNotAnswerIsLeftToOthers() throws Exception {
        // Given a folder that a replica keeps
        UUID folder = bound();
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        in(tx -> tx.preparedQuery(
                        "update folder set watcher = $2, watcher_until = now() + interval '1 minute' where id = $1")
                .execute(Tuple.of(folder, one)));
        String until = "select extract(epoch from watcher_until)::bigint from folder where id = $1";
        long before = sql.number(until, folder);

        // When its disk does not answer there
        List<Folder> kept = in(tx -> folders.lease(tx, one, LEASE.multipliedBy(2), 1_000, true, List.of(folder)));

        // Then the lease runs out
        assertThat(kept).extracting(Folder::id).doesNotContain(folder);
        assertThat(sql.number(until, folder)).isEqualTo(before);

        // When it has
        List<UUID> takenBack = in(tx -> tx.preparedQuery(
                                "update folder set watcher_until = now() - interval '1 s' where id = $1")
                        .execute(Tuple.of(folder))
                        .chain(() -> folders.lease(tx, one, LEASE, 1_000, true, List.of(folder)))
                        .chain(none -> folders.lease(tx, other, LEASE, 1_000, true, List.of())
                                .map(taken -> List.of(none, taken))))
                .stream()
                .flatMap(taken -> taken.stream().map(Folder::id).filter(folder::equals))
                .toList();
        // Then another one has it, which asks for a scan
        assertThat(takenBack).containsExactly(folder);
        assertThat(sql.number("select count(*) from folder where id = $1 and watcher = $2", folder, other))
                .isEqualTo(1);
        in(tx -> folders.release(tx, one).chain(() -> folders.release(tx, other)));
    }

    @Test
    void whoseDiskHangsStopsNoScanOfAFolderThatAnotherHasTakenOver() throws Exception {
        // Given a folder that a replica keeps, under scan
        UUID folder = unscanned();
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        sql.change("""
                update folder set watcher = $2, watcher_until = now() + interval '1 minute',
                  scanning_since = now(), problem_code = null where id = $1""", folder, one);
        String stopped = "select count(*) from folder where id = $1 and problem_code = 'not_answering'"
                + " and scanning_since is null and rest_until > now()";

        // When it hangs elsewhere
        in(tx -> folders.left(tx, folder, other, FolderUnavailable.notAnswering(), LEASE));
        // Then the scan goes on
        assertThat(sql.number(stopped, folder)).isZero();
        assertThat(sql.number("select count(*) from folder where id = $1 and scanning_since is not null", folder))
                .isEqualTo(1);

        // When it hangs where it is kept
        in(tx -> folders.left(tx, folder, one, FolderUnavailable.notAnswering(), LEASE));
        // Then it says so
        assertThat(sql.number(stopped, folder)).isEqualTo(1);
    }

    @Test
    void theLeaseIsRenewedWhileTheFilesAreCounted() throws Exception {
        // Given
        UUID folder = bound();
        UUID one = UUID.randomUUID();
        Eventually.holds(LIMIT, () -> {
            // When it is the next of which somebody counts the files
            sql.change("""
                    update folder set watcher = $2, watcher_until = now() + interval '1 minute',
                      files_count_due = now() - interval '1 day' where id = $1""", folder, one);
            List<UUID> renewed = in(tx -> FolderCounts.due(tx).chain(due -> {
                        assertThat(due.map(FolderCounts.Due::folderId)).contains(folder);
                        return database.bulkSql(another -> folders.lease(another, one, LEASE, 1_000, true, List.of()));
                    }))
                    .stream()
                    .map(Folder::id)
                    .toList();
            // Then
            assertThat(renewed).contains(folder);
        });
        in(tx -> folders.release(tx, one));
    }

    @Test
    void whatWasCountedBeforeSomebodyElseCountedIsNotKept() throws Exception {
        // Given a folder whose files are counted when their time has come, and not before
        UUID folder = unscanned();
        OffsetDateTime due = OffsetDateTime.of(2100, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
        sql.change("update folder set files_known = 77, files_count_due = $2 where id = $1", folder, due);
        String known = "select files_known from folder where id = $1";

        // When they were due at another time
        in(tx -> FolderCounts.count(tx, new FolderCounts.Due(folder, due.minusSeconds(1))));
        // Then
        assertThat(sql.number(known, folder)).isEqualTo(77);

        // When they were not
        in(tx -> FolderCounts.count(tx, new FolderCounts.Due(folder, due)));
        // Then
        assertThat(sql.number(known, folder)).isZero();
        assertThat(sql.number("select count(*) from folder where id = $1 and files_count_due is null", folder))
                .isEqualTo(1);
    }

    /** A folder that nobody scans. */
    private UUID unscanned() throws Exception {
        UUID folder = bound();
        sql.change("update folder set paused = true where id = $1", folder);
        Eventually.holds(LIMIT, () -> assertThat(sql.number("""
                                select count(*) from folder f where id = $1 and scanning_since is null and not exists (
                                  select from job j where j.unique_key = f.id::text and j.state in ('queued', 'running'))""", folder)).isEqualTo(1));
        return folder;
    }

    private static UUID bound() throws Exception {
        Path root = Files.createDirectories(
                Path.of("target/test-folders", "l" + UUID.randomUUID()).toAbsolutePath());
        String collection = created("/api/v1/collections", Map.of("name", "lease " + UUID.randomUUID()));
        return UUID.fromString(
                created("/api/v1/collections/" + collection + "/folders", Map.of("path", root.toString())));
    }

    private static String created(String path, Map<String, ?> body) {
        Response created = Api.given().contentType(ContentType.JSON).body(body).post(path);
        assertThat(created.statusCode()).as(created.asString()).isEqualTo(201);
        return Json.of(created).getString("id");
    }
}
