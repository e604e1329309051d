package dev.evenkeel.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.Json;
import dev.evenkeel.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FilteredSearchTest {
    private static final int CHAPTERS = 12;

    @Inject
    Sql sql;

    private UUID collection = KnowledgeApi.NOBODY;

    @BeforeEach
    void aCollection() {
        collection = KnowledgeApi.collection();
    }

    @Test
    void metadataTagsTypesAndPathsRestrictWhatIsFound() {
        // Given
        String poem = store(
                "The raven at midnight.",
                "poems/raven.md",
                "markdown",
                Map.of("year", 1845, "tags", List.of("bird", "dark")));
        String song = store(
                "A raven song for children.", "songs/raven.txt", "text", Map.of("year", 2001, "tags", List.of("bird")));
        String note = store("Note on the raven.", "poems_note.md", "markdown", Map.of("author", Map.of("name", "Ada")));

        // When, then
        finds(Map.of(), poem, song, note);
        finds(Map.of("filter", Map.of("year", Map.of("lt", 1900))), poem);
        finds(Map.of("filter", Map.of("author.name", "Ada")), note);
        finds(Map.of("filter", Map.of("year", Map.of("exists", false))), note);
        finds(Map.of("tags", List.of("bird")), poem, song);
        finds(Map.of("tags", List.of("bird", "dark")), poem);
        finds(Map.of("document_types", List.of("text")), song);
        finds(Map.of("path_prefix", "poems/"), poem);
        finds(Map.of("path_prefix", "poems"), poem, note);
        finds(Map.of("path_prefix", "poems%"));
        finds(Map.of("document_ids", List.of(song, note)), song, note);
        finds(Map.of("document_ids", List.of(UUID.randomUUID())));
        finds(Map.of("document_ids", List.of(song, note), "tags", List.of("bird")), song);
    }

    @Test
    void timesRestrictFromAndBefore() {
        // Given
        String early = store("A kestrel above.", "a.md", "markdown", Map.of());
        String created = KnowledgeApi.request()
                .get(KnowledgeApi.DOCUMENTS + "/" + early)
                .jsonPath()
                .getString("created_at");
        Instant time = Instant.parse(created);

        // When, then
        assertThat(found("kestrel", Map.of("created_from", created))).containsExactly(early);
        assertThat(found("kestrel", Map.of("created_before", created))).isEmpty();
        assertThat(found("kestrel", Map.of("created_before", time.plusSeconds(1).toString())))
                .containsExactly(early);
        assertThat(found(
                        "kestrel",
                        Map.of("updated_from", time.plusSeconds(3_600).toString())))
                .isEmpty();
        assertThat(found(
                        "kestrel",
                        Map.of("updated_before", time.plusSeconds(3_600).toString())))
                .containsExactly(early);
    }

    @Test
    void aRareMatchBelowManyBetterOnesIsFound() {
        // Given
        for (int i = 0; i < 300; i++) {
            store("Osprey osprey osprey " + i, "many/" + i + ".txt", "text", Map.of("kind", "common"));
        }
        String rare = store(
                "Among many other things that are told in this rather long text there is once the word osprey.",
                "rare.txt",
                "text",
                Map.of("kind", "rare"));

        // When, then
        assertThat(found("osprey", Map.of("limit", 100))).doesNotContain(rare);
        assertThat(found("osprey", Map.of("filter", Map.of("kind", "rare")))).containsExactly(rare);
        assertThat(found("osprey", Map.of("filter", Map.of("kind", Map.of("ne", "common")))))
                .containsExactly(rare);
        assertThat(found("osprey", Map.of("filter", Map.of("kind", "common"), "limit", 100)))
                .hasSize(100);
    }

    @Test
    void chunksAreFoundWhetherTheirNumbersFollowEachOtherOrNot() {
        // Given two documents of many chunks, and a filter that one of them meets
        String wanted = store(chapters("wanted"), "wanted.md", "markdown", Map.of("kind", "wanted"));
        store(chapters("other"), "other.md", "markdown", Map.of("kind", "other"));
        Map<String, ?> filter = Map.of("filter", Map.of("kind", "wanted"), "limit", 100);
        List<String> chunks = chunksFound("chapter", filter);
        assertThat(chunks).hasSize(CHAPTERS);

        // When nothing is said of the numbers of its chunks, or others have numbers between them
        for (String change : List.of(
                "update document set first_chunk_no = null, last_chunk_no = null where id = $1",
                "update document set first_chunk_no = 1, last_chunk_no = 1000000000 where id = $1")) {
            sql.change(change, UUID.fromString(wanted));

            // Then the same chunks are found, and none of the other document
            assertThat(chunksFound("chapter", filter)).as(change).containsExactlyInAnyOrderElementsOf(chunks);
        }
    }

    @Test
    void aReplicaThatDoesNotKnowOfChunkNumbersHidesNothing() {
        // Given
        UUID document = UUID.fromString(store(chapters("upgraded"), "upgraded.md", "markdown", Map.of("kind", "old")));
        Map<String, ?> filter = Map.of("filter", Map.of("kind", "old"), "limit", 100);
        assertThat(sql.number("select last_chunk_no - first_chunk_no + 1 from document where id = $1", document))
                .isEqualTo(CHAPTERS);

        // When it indexes a document again as it always did, or moves it
        sql.change("update document set indexed_at = now() where id = $1", document);

        // Then the numbers of before are forgotten, and every chunk is found
        assertThat(sql.number(
                        "select count(*) from document where id = $1 and first_chunk_no is null and last_chunk_no is null",
                        document))
                .isEqualTo(1);
        assertThat(chunksFound("chapter", filter)).hasSize(CHAPTERS);
    }

    @Test
    void aMovedDocumentIsFoundByAFilterWithNewNumbers() {
        // Given
        String document = store(chapters("moved"), "moved.md", "markdown", Map.of("kind", "moved"));
        UUID target = KnowledgeApi.collection();

        // When
        assertThat(KnowledgeApi.post(KnowledgeApi.DOCUMENTS + "/" + document + "/move", Map.of("collection_id", target))
                        .statusCode())
                .isEqualTo(200);
        collection = target;

        // Then
        assertThat(chunksFound("chapter", Map.of("filter", Map.of("kind", "moved"), "limit", 100)))
                .hasSize(CHAPTERS);
        assertThat(sql.number("""
                        select count(*) from document d join chunk k on k.document_id = d.id
                        where d.id = $1 and k.no between d.first_chunk_no and d.last_chunk_no""", UUID.fromString(document))).isEqualTo(CHAPTERS);
    }

    @Test
    void changedMetadataCountAtOnce() {
        // Given
        String document = store("The merlin.", "m.md", "markdown", Map.of("state", "draft"));
        assertThat(found("merlin", Map.of("filter", Map.of("state", "draft")))).containsExactly(document);

        // When
        assertThat(KnowledgeApi.patch(
                                KnowledgeApi.DOCUMENTS + "/" + document, Map.of("metadata", Map.of("state", "done")))
                        .statusCode())
                .isEqualTo(200);

        // Then
        assertThat(found("merlin", Map.of("filter", Map.of("state", "draft")))).isEmpty();
        assertThat(found("merlin", Map.of("filter", Map.of("state", "done")))).containsExactly(document);
    }

    @Test
    void whatIsNoFilterIsRefused() {
        for (Map<String, ?> bad : List.<Map<String, ?>>of(
                Map.of("filter", List.of(1)),
                Map.of("filter", Map.of("a", Map.of("like", "b"))),
                Map.of("filter", Map.of()),
                Map.of("document_ids", List.of()),
                Map.of("tags", List.of("a\u0000")),
                Map.of("path_prefix", ""),
                Map.of("created_from", "yesterday"))) {
            assertThat(ask("words", bad).statusCode()).as(bad.toString()).isEqualTo(400);
        }
    }

    private static String chapters(String subject) {
        return IntStream.range(0, CHAPTERS)
                .mapToObj(i -> "# Part " + i + "\n\n" + (subject + " chapter " + i + ". ").repeat(60) + "\n\n")
                .collect(Collectors.joining());
    }

    private List<String> chunksFound(String query, Map<String, ?> restriction) {
        return Json.of(ask(query, restriction)).getList("results.chunk_id", String.class);
    }

    private String store(String content, String path, String type, Map<String, ?> metadata) {
        Response stored = KnowledgeApi.post(
                KnowledgeApi.COLLECTIONS + "/" + collection + "/documents",
                Map.of("content", content, "source_path", path, "document_type", type, "metadata", metadata));
        assertThat(stored.statusCode()).as(stored.asString()).isIn(200, 201, 202);
        return Json.of(stored).getString("id");
    }

    private void finds(Map<String, ?> restriction, String... documents) {
        assertThat(found("raven", restriction)).as(restriction.toString()).containsExactlyInAnyOrder(documents);
    }

    private List<String> found(String query, Map<String, ?> restriction) {
        Response answer = ask(query, restriction);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return Json.of(answer).getList("results.document_id", String.class);
    }

    private Response ask(String query, Map<String, ?> restriction) {
        Map<String, Object> body = new HashMap<>(restriction);
        body.put("query", query);
        body.put("collection_ids", List.of(collection));
        return KnowledgeApi.post(KnowledgeApi.SEARCH, body);
    }
}
