package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.ArchiveApi.backup;
import static dev.evenkeel.knowledge.ArchiveApi.entries;
import static dev.evenkeel.knowledge.ArchiveApi.hits;
import static dev.evenkeel.knowledge.ArchiveApi.json;
import static dev.evenkeel.knowledge.ArchiveApi.restored;
import static dev.evenkeel.knowledge.ArchiveApi.settled;
import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.collection;
import static dev.evenkeel.knowledge.KnowledgeApi.completed;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.inState;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static dev.evenkeel.knowledge.SampleFiles.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Api;
import dev.evenkeel.testing.RawHttp;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a backup says of documents that it does not have, or not as they were. */
@QuarkusTest
class CollectionBackupTest {
    @Inject
    Database database;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI service;

    private void change(String statement, UUID document) {
        database.writeSql(tx -> tx.preparedQuery(statement).execute(Tuple.of(document)))
                .await()
                .atMost(Duration.ofSeconds(15));
    }

    /** The end of the answer as it comes over the wire, after its last chunk. */
    private String trailers(UUID collection) throws IOException {
        RawHttp.Answer answer = RawHttp.send(
                service,
                List.of(
                        "GET " + COLLECTIONS + "/" + collection + "/backup HTTP/1.1",
                        "Authorization: Bearer " + Api.TOKEN),
                new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Trailer")).hasValue("Backup-Complete, Backup-Left-Out");
        return answer.body().substring(answer.body().lastIndexOf("\r\n0\r\n"));
    }

    @Test
    void aWholeBackupSaysSo() throws IOException {
        UUID collection = collection();
        storeAt(collection, "a.txt", "first words");
        Map<String, byte[]> entries = entries(backup(collection));
        assertThat(json(entries, "end.json").getMap("$"))
                .isEqualTo(Map.of("documents", 1, "complete", true, "left_out", 0));
        assertThat(trailers(collection)).contains("\r\nBackup-Complete: true\r\n", "\r\nBackup-Left-Out: 0\r\n");
    }

    @Test
    void bytesThatAreNotWholeAreNamedAndTheirTextIsKept() throws IOException {
        // Given a document with other bytes than came, and one that lacks its second part
        UUID collection = collection();
        UUID changed = storeAt(collection, "changed.txt", "words about gnus");
        UUID cut = uploadedFile(collection, "cut.txt", utf8("words about oryxes ".repeat(40_000)));
        completed(cut);
        storeAt(collection, "whole.txt", "words about tapirs");
        change("update document_part set content = 'words about kudus' where document_id = $1", changed);
        change("delete from document_part where document_id = $1 and part_no = 1", cut);
        // When
        byte[] archive = backup(collection);
        // Then
        Map<String, byte[]> entries = entries(archive);
        assertThat(json(entries, "end.json").getMap("$"))
                .isEqualTo(Map.of("documents", 3, "complete", false, "left_out", 2));
        for (UUID document : List.of(changed, cut)) {
            JsonPath named = json(entries, "left-out/" + document + ".json");
            assertThat(named.getString("reason")).isEqualTo("damaged_text_kept");
            assertThat(named.getString("id")).isEqualTo(document.toString());
            assertThat(named.getString("detail")).isNotBlank();
            assertThat(json(entries, "documents/" + document + ".json").getBoolean("original"))
                    .isFalse();
        }
        assertThat(json(entries, "left-out/" + changed + ".json").getString("source_path"))
                .isEqualTo("changed.txt");
        assertThat(trailers(collection)).contains("\r\nBackup-Complete: false\r\n", "\r\nBackup-Left-Out: 2\r\n");
        // And a restore says so, and has their text
        JsonPath restored = restored(archive, "?name=incomplete-" + UUID.randomUUID());
        assertThat(restored.getBoolean("archive.complete")).isFalse();
        assertThat(restored.getInt("archive.left_out")).isEqualTo(2);
        assertThat(restored.getList("conflicts.kind")).containsExactly("archive_incomplete");
        assertThat(restored.getInt("documents")).isEqualTo(3);
        UUID again = id(restored, "collection_id");
        settled(again, 3);
        assertThat(hits("gnus", again)).isEqualTo(hits("gnus", collection)).hasSize(1);
        assertThat(hits("kudus", again)).isEmpty();
    }

    @Test
    void documentsOfWhichNothingCanBeReadAreNamed() throws IOException {
        // Given one that was never indexed and whose bytes are damaged, and one of which nothing is stored
        UUID collection = collection();
        UUID damaged = storeAt(collection, "damaged.txt", "words about gnus");
        UUID empty = storeAt(collection, "empty.txt", "words about oryxes");
        change("update document_part set content = '' where document_id = $1", damaged);
        change("delete from document_part where document_id = $1", empty);
        for (UUID document : List.of(damaged, empty)) {
            change("delete from chunk where document_id = $1", document);
            change("update document set indexed_revision = null, state = 'failed' where id = $1", document);
        }
        // When
        Map<String, byte[]> entries = entries(backup(collection));
        // Then
        assertThat(json(entries, "end.json").getMap("$"))
                .isEqualTo(Map.of("documents", 0, "complete", false, "left_out", 2));
        assertThat(json(entries, "left-out/" + damaged + ".json").getString("reason"))
                .isEqualTo("damaged");
        JsonPath named = json(entries, "left-out/" + empty + ".json");
        assertThat(named.getString("reason")).isEqualTo("no_content");
        assertThat(named.getString("state")).isEqualTo("failed");
        assertThat(named.getString("title")).isNotBlank();
        assertThat(entries.keySet()).noneMatch(name -> name.startsWith("documents/"));
    }

    @Test
    void whatIsInQuarantineDoesNotLeaveItByABackup() throws IOException {
        // Given a file that was refused, and one that was indexed before newer bytes of it were refused
        UUID collection = collection();
        UUID refused = uploadedFile(collection, "report.md", SampleFiles.pdf(List.of(List.of("words about gerenuks"))));
        inState(refused, "quarantined");
        UUID replaced = storeAt(collection, "replaced.txt", "words about tapirs");
        change("update document set state = 'quarantined' where id = $1", replaced);
        // When
        Map<String, byte[]> entries = entries(backup(collection));
        // Then
        assertThat(json(entries, "end.json").getMap("$"))
                .isEqualTo(Map.of("documents", 1, "complete", false, "left_out", 2));
        assertThat(json(entries, "left-out/" + refused + ".json").getString("reason"))
                .isEqualTo("quarantined");
        assertThat(entries.keySet()).noneMatch(name -> name.startsWith("contents/" + refused));
        assertThat(json(entries, "left-out/" + replaced + ".json").getString("reason"))
                .isEqualTo("quarantined_text_kept");
        assertThat(json(entries, "documents/" + replaced + ".json").getBoolean("original"))
                .isFalse();
    }

    @Test
    void aRecordWithoutContentLeavesABackupComplete() throws IOException {
        UUID collection = collection();
        UUID empty = storeAt(collection, "empty.txt", "words");
        change("delete from document_part where document_id = $1", empty);
        change("delete from chunk where document_id = $1", empty);
        change("update document set indexed_revision = null, state = 'rejected' where id = $1", empty);
        assertThat(json(entries(backup(collection)), "end.json").getMap("$"))
                .isEqualTo(Map.of("documents", 0, "complete", true, "left_out", 1));
    }
}
