package dev.evenkeel.knowledge;

import static dev.evenkeel.knowledge.ArchiveApi.backup;
import static dev.evenkeel.knowledge.ArchiveApi.entries;
import static dev.evenkeel.knowledge.ArchiveApi.hits;
import static dev.evenkeel.knowledge.ArchiveApi.restore;
import static dev.evenkeel.knowledge.ArchiveApi.restored;
import static dev.evenkeel.knowledge.ArchiveApi.settled;
import static dev.evenkeel.knowledge.ArchiveApi.zip;
import static dev.evenkeel.knowledge.KnowledgeApi.COLLECTIONS;
import static dev.evenkeel.knowledge.KnowledgeApi.DOCUMENTS;
import static dev.evenkeel.knowledge.KnowledgeApi.createCollection;
import static dev.evenkeel.knowledge.KnowledgeApi.delete;
import static dev.evenkeel.knowledge.KnowledgeApi.get;
import static dev.evenkeel.knowledge.KnowledgeApi.id;
import static dev.evenkeel.knowledge.KnowledgeApi.invalid;
import static dev.evenkeel.knowledge.KnowledgeApi.newName;
import static dev.evenkeel.knowledge.KnowledgeApi.ok;
import static dev.evenkeel.knowledge.KnowledgeApi.problem;
import static dev.evenkeel.knowledge.KnowledgeApi.search;
import static dev.evenkeel.knowledge.KnowledgeApi.store;
import static dev.evenkeel.knowledge.KnowledgeApi.storeAt;
import static dev.evenkeel.knowledge.KnowledgeApi.uploadedFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.platform.database.Database;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Collections that leave as an archive and come back from it. */
@QuarkusTest
class CollectionArchiveTest {
    @Inject
    Database database;

    @Inject
    Sql sql;

    /** A word of its own for each number: digits would be words by themselves. */
    private static String word(int i) {
        StringBuilder word = new StringBuilder("x");
        String.valueOf(i).chars().forEach(digit -> word.append("bcdfghjklm".charAt(digit - '0')));
        return word.toString();
    }

    @Test
    void twoHundredDocumentsOfSeveralTypesComeBackAsTheyWere() throws IOException {
        // Given
        UUID collection = createCollection(Map.of(
                "name",
                newName(),
                "language",
                "english",
                "description",
                "harbours",
                "chunking",
                Map.of("strategy", "sentence", "max_tokens", 64, "overlap_tokens", 8)));
        for (int i = 0; i < 190; i++) {
            String ending = List.of("md", "txt", "py", "json", "html").get(i % 5);
            String body = "The okapi of page " + i + " walks by the river. ".repeat(3 + i % 7) + " zq" + word(i);
            storeAt(
                    collection,
                    "folder/doc" + i + "." + ending,
                    ending.equals("json") ? "{\"a\": \"" + body + "\"}" : body);
        }
        for (int i = 0; i < 9; i++) {
            uploadedFile(
                    collection,
                    "pdf/p" + i + ".pdf",
                    SampleFiles.pdf(List.of(List.of("A page about lighthouses " + word(i)))));
        }
        store(
                collection,
                Map.of("content", "Nameless words", "title", "No path", "metadata", Map.of("colour", "blue")));
        settled(collection, 200);
        List<String> queries =
                List.of("zq" + word(77), "lighthouses", "nameless", "zq" + word(12) + " zq" + word(180), word(3));
        List<List<List<Object>>> before =
                queries.stream().map(query -> hits(query, collection)).toList();
        // When
        byte[] archive = backup(collection);
        delete(COLLECTIONS + "/" + collection);
        JsonPath restored = restored(archive, "");
        // Then
        UUID again = id(restored, "collection_id");
        assertThat(restored.getInt("documents")).isEqualTo(200);
        assertThat(restored.getList("skipped")).isEmpty();
        JsonPath view = ok(get(COLLECTIONS + "/" + again));
        assertThat(view.getString("description")).isEqualTo("harbours");
        assertThat(view.getString("chunking.strategy")).isEqualTo("sentence");
        assertThat(view.getInt("chunking.overlap_tokens")).isEqualTo(8);
        settled(again, 200);
        assertThat(queries.stream().map(query -> hits(query, again)).toList()).isEqualTo(before);
        String nameless = search("nameless", again).getString("results[0].document_id");
        JsonPath document = ok(get(DOCUMENTS + "/" + nameless));
        assertThat(document.getString("metadata.colour")).isEqualTo("blue");
        assertThat(document.getString("title")).isEqualTo("No path");
        assertThat(MaintenanceApi.done(again, "integrity", Map.of()).getInt("findings_total"))
                .isZero();
    }

    @Test
    void aDocumentWithoutItsBytesComesBackAsItsText() {
        UUID collection = createCollection(Map.of(
                "name",
                newName(),
                "keep_original",
                false,
                "chunking",
                Map.of("strategy", "fixed", "max_tokens", 64, "overlap_tokens", 16)));
        storeAt(collection, "a.txt", "Many words about narwhals in the cold sea. ".repeat(40) + "theend");
        byte[] archive = backup(collection);
        UUID again = id(restored(archive, "?name=again-" + UUID.randomUUID()), "collection_id");
        settled(again, 1);
        assertThat(hits("theend", again)).isEqualTo(hits("theend", collection));
        assertThat(hits("narwhals", again)).hasSameSizeAs(hits("narwhals", collection));
    }

    @Test
    void aTextThatWasChangedIsSkippedAndProseWithAngleBracketsStaysWhole() throws IOException {
        // Given documents without their bytes, one of them of HTML that shows a tag
        UUID collection = createCollection(Map.of("name", newName(), "keep_original", false));
        UUID text = storeAt(collection, "a.txt", "words about gnus");
        storeAt(collection, "b.html", "<html><body><p>Write &lt;kbd&gt;oryx&lt;/kbd&gt; here.</p></body></html>");
        Map<String, byte[]> entries = entries(backup(collection));
        entries.put("contents/" + text + "-1", "words about".getBytes(StandardCharsets.UTF_8));
        // When
        JsonPath restored = restored(zip(entries), "?name=text-" + UUID.randomUUID());
        // Then
        UUID again = id(restored, "collection_id");
        assertThat(restored.getList("skipped.path", String.class)).containsExactly("documents/" + text + ".json");
        settled(again, 1);
        assertThat(hits("oryx", again)).isEqualTo(hits("oryx", collection)).hasSize(1);
    }

    @Test
    void whatIsNoWholeArchiveIsRefusedAndLeavesNothingBehind() throws IOException {
        // Given
        String name = newName();
        UUID collection = createCollection(Map.of("name", name));
        storeAt(collection, "a.txt", "words");
        byte[] archive = backup(collection);
        // Then
        problem(restore(archive, ""), 409);
        invalid(restore("no archive".getBytes(StandardCharsets.UTF_8), ""), "file");
        invalid(restore(Arrays.copyOf(archive, archive.length / 2), "?name=half"), "file");
        Map<String, byte[]> without = entries(archive);
        without.remove("end.json");
        invalid(restore(zip(without), "?name=noend"), "file");
        Map<String, byte[]> language = entries(archive);
        language.put(
                "manifest.json",
                new String(language.get("manifest.json"), StandardCharsets.UTF_8)
                        .replace("english", "klingon")
                        .getBytes(StandardCharsets.UTF_8));
        invalid(restore(zip(language), "?name=language"), "file");
        assertThat(ok(get(COLLECTIONS + "?limit=200")).getList("items.name", String.class))
                .doesNotContain("half", "noend", "language");
    }

    @Test
    void ofTwoDocumentsOfOnePathTheFirstStays() throws IOException {
        // Given an archive in which the newer of two documents has the path of the older
        UUID collection = createCollection(Map.of("name", newName()));
        storeAt(collection, "one.txt", "first words about tapirs");
        UUID two = storeAt(collection, "two.txt", "second words about dugongs");
        Map<String, byte[]> entries = entries(backup(collection));
        String described = new String(entries.get("documents/" + two + ".json"), StandardCharsets.UTF_8);
        entries.put(
                "documents/" + two + ".json",
                described.replace("two.txt", "one.txt").getBytes(StandardCharsets.UTF_8));
        // When
        JsonPath restored = restored(zip(entries), "?name=twice-" + UUID.randomUUID());
        // Then
        UUID again = id(restored, "collection_id");
        assertThat(restored.getInt("documents")).isEqualTo(1);
        assertThat(restored.getList("skipped.path", String.class)).containsExactly("documents/" + two + ".json");
        settled(again, 1);
        assertThat(hits("tapirs", again)).hasSize(1);
        assertThat(hits("dugongs", again)).isEmpty();
    }

    @Test
    void anArchiveBeyondTheLimitIsRefusedAsAWhole() throws Exception {
        // Given an archive with documents of more bytes than may come back
        UUID collection = createCollection(Map.of("name", newName()));
        UUID one = storeAt(collection, "one.txt", "first words");
        Map<String, byte[]> entries = entries(backup(collection));
        String described = new String(entries.get("documents/" + one + ".json"), StandardCharsets.UTF_8);
        int documents = 5;
        for (int i = 1; i < documents; i++) {
            byte[] content = new byte[8 << 20];
            Arrays.fill(content, (byte) ('a' + i));
            for (int end = 79; end < content.length; end += 80) {
                content[end] = '\n';
            }
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            entries.put("contents/big" + i, content);
            entries.put(
                    "documents/big" + i + ".json",
                    described
                            .replace("contents/" + one + "-1", "contents/big" + i)
                            .replace("one.txt", "big" + i + ".txt")
                            .replaceAll("\"sha256\":\"[0-9a-f]*\"", "\"sha256\":\"" + hash + "\"")
                            .getBytes(StandardCharsets.UTF_8));
        }
        entries.put("end.json", ("{\"documents\":" + documents + "}").getBytes(StandardCharsets.UTF_8));
        String name = "big-" + UUID.randomUUID();
        // When
        JsonPath refused = problem(restore(zip(entries), "?name=" + name), 400);
        // Then
        assertThat(refused.getString("errors[0].message")).contains("evenkeel.knowledge.restore.max-unpacked-size");
        assertThat(sql.number("select count(*) from collection where name = $1 and deleted_at is null", name))
                .isZero();
        // When the same is compressed as strongly but fits
        IntStream.range(2, documents).forEach(i -> {
            entries.remove("contents/big" + i);
            entries.remove("documents/big" + i + ".json");
        });
        entries.put("end.json", "{\"documents\":2}".getBytes(StandardCharsets.UTF_8));
        // Then it comes back
        JsonPath restored = restored(zip(entries), "?name=fits-" + UUID.randomUUID());
        assertThat(restored.getInt("documents")).isEqualTo(2);
        delete(COLLECTIONS + "/" + restored.getString("collection_id"));
    }

    @Test
    void aCollectionThatCouldNotComeBackIsNotBackedUp() {
        UUID collection = createCollection(Map.of("name", newName()));
        UUID document = storeAt(collection, "one.txt", "first words");
        database.writeSql(tx -> tx.preparedQuery("update document set size_bytes = 17000000 where id = $1")
                        .execute(Tuple.of(document)))
                .await()
                .atMost(Duration.ofSeconds(15));
        assertThat(problem(get(COLLECTIONS + "/" + collection + "/backup"), 422).getString("detail"))
                .contains("evenkeel.knowledge.restore.max-unpacked-size");
    }

    @Test
    void changedBytesAndPathsThatLeadUpwardsAreSkippedWithTheReason() throws IOException {
        // Given an archive in which somebody has changed the content of one document and the path of another
        UUID collection = createCollection(Map.of("name", newName()));
        UUID one = storeAt(collection, "one.txt", "first words");
        UUID two = storeAt(collection, "two.txt", "second words");
        storeAt(collection, "three.txt", "third words");
        Map<String, byte[]> entries = entries(backup(collection));
        entries.put("contents/" + one + "-1", "other".getBytes(StandardCharsets.UTF_8));
        String described = new String(entries.get("documents/" + two + ".json"), StandardCharsets.UTF_8);
        entries.put(
                "documents/" + two + ".json",
                described.replace("two.txt", "../two.txt").getBytes(StandardCharsets.UTF_8));
        // When
        JsonPath restored = restored(zip(entries), "?name=changed-" + UUID.randomUUID());
        // Then
        assertThat(restored.getInt("documents")).isEqualTo(1);
        assertThat(restored.getList("skipped.path", String.class))
                .containsExactlyInAnyOrder("documents/" + one + ".json", "documents/" + two + ".json");
    }
}
